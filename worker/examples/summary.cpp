#include "worker/examples/summary.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>

namespace example {

void summary::add(std::string const& kind, peyk::status const& ended, bool right) {
    auto& [counted, first, last] = kinds_[kind];
    ++(right ? counted.ok : counted.wrong);
    counted.retried += ended.attempts > 0 ? 1 : 0;
    counted.redelivered += ended.deliveries > ended.attempts + 1 ? 1 : 0;
    if (ended.published_at)
        first = std::min(first.value_or(*ended.published_at), *ended.published_at);
    if (ended.finished_at)
        last = std::max(last.value_or(*ended.finished_at), *ended.finished_at);
}

std::map<std::string, kind_summary> summary::finished() const {
    std::map<std::string, kind_summary> kinds;
    for (auto const& [name, of] : kinds_) {
        auto counted = of.counted;
        counted.missing = counted.tasks - counted.ok - counted.wrong;
        if (of.first && of.last)
            counted.seconds = std::chrono::duration<double>(*of.last - *of.first).count();
        kinds.emplace(name, counted);
    }
    return kinds;
}

bool all_right(std::map<std::string, kind_summary> const& kinds) {
    return !kinds.empty() && std::ranges::all_of(kinds, [](auto const& each) {
        return each.second.ok == each.second.tasks;
    });
}

void print_table(std::ostream& out, std::map<std::string, kind_summary> const& kinds) {
    constexpr int name_width = 10;
    constexpr int column_width = 13;
    constexpr std::array columns{
        "tasks", "ok", "wrong", "missing", "retried", "redelivered", "seconds"};
    out << std::left << std::setw(name_width) << "kind" << std::right;
    for (auto const* name : columns)
        out << std::setw(column_width) << name;
    out << '\n';
    for (auto const& [name, kind] : kinds) {
        out << std::left << std::setw(name_width) << name << std::right;
        for (auto const figure :
             {kind.tasks, kind.ok, kind.wrong, kind.missing, kind.retried, kind.redelivered})
            out << std::setw(column_width) << figure;
        out << std::setw(column_width) << std::fixed << std::setprecision(2) << kind.seconds
            << '\n';
    }
}

std::string as_json(std::map<std::string, kind_summary> const& kinds) {
    boost::json::object all;
    for (auto const& [name, kind] : kinds) {
        all[name] = boost::json::object{{"tasks", kind.tasks},
                                        {"ok", kind.ok},
                                        {"wrong", kind.wrong},
                                        {"missing", kind.missing},
                                        {"retried", kind.retried},
                                        {"redelivered", kind.redelivered},
                                        {"seconds", kind.seconds}};
    }
    return boost::json::serialize(
        boost::json::object{{"matched", all_right(kinds)}, {"kinds", std::move(all)}});
}

} // namespace example
