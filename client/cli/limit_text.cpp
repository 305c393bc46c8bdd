#include "client/cli/limit_text.hpp"

#include "client/cli/exit_code.hpp"
#include "client/cli/policy_match.hpp"
#include "client/cli/present.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace peyk::cli {
namespace {

namespace json = boost::json;

void append(std::string& text, std::string_view what, std::string const& name) {
    if (!name.empty())
        text.append(text.empty() ? "" : " ").append(what).append(name);
}

bool is_pattern(std::string const& text) {
    return text.find('*') != std::string::npos;
}

bool same_kind(limit_names const& a, limit_names const& b) {
    return a.task.empty() == b.task.empty() && a.queue.empty() == b.queue.empty() &&
           a.key.empty() == b.key.empty();
}

// Smaller is more specific, as the broker orders them.
auto rank(limit_names const& of) {
    int const patterns =
        int{is_pattern(of.task)} + int{is_pattern(of.queue)} + int{is_pattern(of.key)};
    auto const letters =
        static_cast<std::int64_t>(of.task.size() + of.queue.size() + of.key.size());
    return std::tuple{patterns, -letters, of};
}

} // namespace

rate read_rate(std::string_view option, std::string_view text) {
    auto const parsed = peyk::parse_rate(text);
    if (!parsed) {
        throw failure{exit_code::usage,
                      std::string{option} + " cannot be '" + std::string{text} +
                          "'; write a number with /s, /m, /h or /d as 10/m or 0.5/s, or 'none'; "
                          "up to 4000000, from 0.001"};
    }
    return *parsed;
}

std::string text_of(limit_names const& names) {
    auto text = names.task;
    append(text, text.empty() ? "queue " : "in queue ", names.queue);
    append(text, text.empty() ? "key " : "with key ", names.key);
    return text;
}

std::string text_of(limit_info const& limit) {
    std::string text;
    if (limit.rate.count > 0) {
        text = to_string(limit.rate) + (limit.per_worker ? " per worker" : "") + ", burst " +
               std::to_string(limit.burst);
    }
    if (limit.concurrency > 0)
        append(text, text.empty() ? "" : "and ", std::to_string(limit.concurrency) + " at once");
    return text.empty() ? "nothing is limited" : text;
}

std::string instead_of(limit_info const* wider) {
    return wider == nullptr ? std::string{}
                            : "; instead of " + text_of(wider->names) + ": " + text_of(*wider);
}

json::object present(limit_names const& of) {
    return {{"task", text_or_null(of.task)},
            {"queue", text_or_null(of.queue)},
            {"key", text_or_null(of.key)}};
}

json::object present(limit_info const& of) {
    auto fields = present(of.names);
    bool const rated = of.rate.count > 0;
    fields["rate"] = rated ? json::value(to_string(of.rate)) : json::value{};
    fields["burst"] = of.burst;
    fields["per_worker"] = of.per_worker;
    fields["concurrency"] = of.concurrency > 0 ? json::value(of.concurrency) : json::value{};
    fields["configured"] = of.configured;
    fields["limiters"] = of.limiters;
    fields["running"] = of.running;
    fields["waiting"] = of.waiting;
    return fields;
}

json::object present(limiter_info const& of) {
    auto fields = present(of.names);
    fields["running"] = of.running;
    fields["passed"] = of.passed;
    fields["waiting"] = of.waiting;
    fields["next_at"] = time_or_null(of.next);
    return fields;
}

json::object present(share_info const& of) {
    return {{"key", of.key}, {"weight", of.weight}, {"configured", of.configured}};
}

limit_info const* find(std::vector<limit_info> const& limits, limit_names const& names) {
    auto const found = std::ranges::find(limits, names, &limit_info::names);
    return found == limits.end() ? nullptr : &*found;
}

limit_info const* overridden(std::vector<limit_info> const& limits, limit_names const& names) {
    limit_info const* best = nullptr;
    for (auto const& each : limits) {
        bool const applies = same_kind(each.names, names) && each.names != names &&
                             matches(each.names.task, names.task) &&
                             matches(each.names.queue, names.queue) &&
                             matches(each.names.key, names.key);
        if (applies && (best == nullptr || rank(each.names) < rank(best->names)))
            best = &each;
    }
    return best;
}

std::vector<limit_info> overriding(std::vector<limit_info> const& limits,
                                   limit_names const& names) {
    if (!has_pattern(names))
        return {};
    std::vector<limit_info> wide; // few, while those that stand instead of them may be many
    std::ranges::copy_if(limits, std::back_inserter(wide), has_pattern, &limit_info::names);
    std::vector<limit_info> found;
    std::set<limit_names> known; // a configured one gives way to a command, which comes first
    for (auto const& each : limits) {
        auto const* const wider = overridden(wide, each.names);
        if (wider != nullptr && wider->names == names && known.insert(each.names).second)
            found.push_back(each);
    }
    return found;
}

bool has_pattern(limit_names const& names) {
    return is_pattern(names.task) || is_pattern(names.queue) || is_pattern(names.key);
}

} // namespace peyk::cli
