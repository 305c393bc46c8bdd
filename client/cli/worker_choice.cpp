#include "client/cli/worker_choice.hpp"

#include "client/cli/present.hpp"
#include "client/cli/worker_figures.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::uint32_t page_max = 1'000; // messages asked for at once

json::array texts(std::vector<std::string> const& all) {
    json::array made;
    for (auto const& each : all)
        made.push_back(json::string{each});
    return made;
}

std::string words_of(worker_target const& which) {
    std::string text = which.name.empty() ? "" : "the name or id '" + which.name + "'";
    if (!which.label.empty())
        text += (text.empty() ? "" : " and ") + ("the label '" + which.label + "'");
    return text;
}

// Adds what is started or only reserved: the broker's reason why it does not run tells.
void add_page(client& broker, std::vector<status> page, std::vector<message_in_hand>& to) {
    std::vector<message_id> ids;
    for (auto const& each : page)
        ids.push_back(each.id);
    auto const reasons = broker.why(ids);
    for (std::size_t at = 0; at < page.size() && at < reasons.size(); ++at) {
        auto const kind = reasons[at].kind;
        // Others have ended or were handed back between the two questions.
        if (kind == obstacle_kind::running || kind == obstacle_kind::reserved)
            to.push_back({std::move(page[at]), kind == obstacle_kind::running});
    }
}

} // namespace

void add_worker_options(CLI::App& command, worker_target& into) {
    command.add_option("--worker", into.name, "Workers of this name or id")
        ->group("Which workers; all if nothing is said")
        ->option_text("PATTERN");
    command.add_option("--label", into.label, "Workers with such a label: 'gpu=*'")
        ->group("Which workers; all if nothing is said")
        ->option_text("PATTERN");
}

bool is_everyone(worker_target const& which) {
    return which.name.empty() && which.label.empty();
}

std::vector<session_info> chosen_workers(client const& broker, worker_target const& which) {
    auto found = admin{broker}.sessions(which, true);
    if (found.empty() && !is_everyone(which)) {
        throw failure{exit_code::unknown,
                      "no connected worker has " + words_of(which) +
                          "; `peyk worker ls` shows those there are"};
    }
    std::ranges::sort(found, {}, &session_info::name);
    return found;
}

std::vector<message_in_hand>
messages_in_hand(client& broker, worker_target const& which, std::uint32_t limit) {
    std::set<std::string> names;
    for (auto const& each : chosen_workers(broker, which))
        names.insert(each.name);
    std::vector<message_in_hand> found;
    std::uint64_t next = 0;
    do {
        auto page = broker.messages({.states = {message_state::leased}}, next, page_max);
        if (!is_everyone(which))
            std::erase_if(page.messages,
                          [&](status const& each) { return !names.contains(each.worker); });
        if (!page.messages.empty())
            add_page(broker, std::move(page.messages), found);
        next = page.next;
    } while (next != 0 && found.size() < limit);
    if (found.size() > limit)
        found.resize(limit);
    std::ranges::stable_sort(
        found, {}, [](message_in_hand const& each) { return each.now.worker; });
    return found;
}

std::vector<std::string> queues_of(session_info const& worker) {
    std::set<std::string> all;
    for (auto const& each : worker.consumers)
        all.insert(each.queues.begin(), each.queues.end());
    return {all.begin(), all.end()};
}

std::vector<std::string> tasks_of(session_info const& worker) {
    std::set<std::string> all;
    for (auto const& each : worker.consumers) {
        if (each.tasks.empty())
            return {};
        all.insert(each.tasks.begin(), each.tasks.end());
    }
    return {all.begin(), all.end()};
}

json::object present(consumer_info const& of) {
    return {{"consumer", of.consumer},
            {"queues", texts(of.queues)},
            {"tasks", texts(of.tasks)},
            {"credit", of.credit},
            {"unsettled", of.unsettled}};
}

json::object present(session_info const& of) {
    json::object facts;
    for (auto const& [name, value] : of.facts)
        facts[name] = value;
    json::array consumers;
    for (auto const& each : of.consumers)
        consumers.push_back(present(each));
    return {{"name", of.name},
            {"id", of.id},
            {"connected", of.connected},
            {"stalled", of.stalled},
            {"heard_ms", of.heard.count()},
            {"connected_at", time_or_null(of.since)},
            {"leased", of.leased},
            {"started", of.started},
            {"delivered", of.delivered},
            {"settled", of.settled},
            {"since_delivery_ms", of.since_delivery.count()},
            {"labels", texts(of.labels)},
            {"queues", texts(queues_of(of))},
            {"tasks", texts(tasks_of(of))},
            {"facts", std::move(facts)},
            {"metrics", of.metrics ? json::value(present(*of.metrics)) : json::value{}},
            {"consumers", std::move(consumers)}};
}

} // namespace peyk::cli
