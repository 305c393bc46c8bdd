// What clients and workers do with their sessions, consumers and deliveries.

#include "tests/scenarios/conversation.hpp"
#include "tests/support/core_printers.hpp"

#include <algorithm>

namespace peyk::scenarios {

namespace {

core::consumer_id consumer_of(request const& r) {
    return {static_cast<std::uint32_t>(r.count("id", 1))};
}

// '|' stands for the end of a line.
std::string with_lines(std::string_view text) {
    std::string lines{text};
    std::ranges::replace(lines, '|', '\n');
    return lines;
}

// "3/10:half way"
core::progress progress_of(std::string_view text) {
    auto const slash = text.find('/');
    auto const colon = std::min(text.find(':'), text.size());
    if (slash == std::string_view::npos) {
        misunderstood(text);
    }
    return {number_of<std::uint64_t>(text.substr(0, slash)),
            number_of<std::uint64_t>(text.substr(slash + 1, colon - slash - 1)),
            colon == text.size() ? std::string_view{} : text.substr(colon + 1)};
}

} // namespace

void conversation::connect(request const& r) {
    std::vector<core::held_delivery> held;
    for (std::string_view const text : split(r.option("held"))) {
        auto const colon = text.find(':');
        bool const started = text.ends_with('*');
        auto const word = text.substr(colon + 1, text.size() - colon - 1 - (started ? 1 : 0));
        held.push_back(
            {token_of(text.substr(0, colon)), core::id_of<core::message_id>(word), started});
    }
    auto const labels = split(r.option("labels"));
    apply(core::connect{
        r.session(), r.has("resume"), r.word(0), core::duration{0}, held, {}, labels});
}

void conversation::disconnect(request const& r) {
    apply(core::disconnect{r.session(), r.has("goodbye")});
}

void conversation::consume(request const& r) {
    std::vector<std::string_view> const queues = split(r.option("queues", "default"));
    std::vector<std::string_view> const tasks = split(r.option("tasks"));
    std::vector<std::uint32_t> weights;
    for (auto const weight : split(r.option("weights"))) {
        weights.push_back(number_of<std::uint32_t>(weight));
    }
    apply(core::subscribe{
        r.session(),
        next_request(),
        consumer_of(r),
        static_cast<std::uint32_t>(r.count("credit", 1)),
        queues,
        tasks,
        r.choice("choice", {"message", "listed", "weighted"}, core::queue_choice::message),
        weights});
}

void conversation::unsubscribe(request const& r) {
    apply(core::unsubscribe{r.session(), next_request(), consumer_of(r)});
}

void conversation::credit(request const& r) {
    apply(core::set_credit{
        r.session(), next_request(), consumer_of(r), static_cast<std::uint32_t>(r.count("to", 1))});
}

void conversation::stall(request const& r) {
    core::output produced;
    broker().set_stalled(r.session(), r.verb == "stall", now_, produced);
    take(produced);
}

void conversation::start(request const& r) {
    auto const named = r.tokens();
    bool const acknowledge = r.option("acknowledge") == "yes";
    apply(core::start{
        r.session(), named, acknowledge ? next_request() : core::request_id{}, acknowledge});
}

void conversation::extend(request const& r) {
    auto const named = r.tokens();
    apply(core::extend{r.session(), next_request(), named});
}

void conversation::settle(request const& r) {
    core::task_error const error{r.option("error"), r.option("text"), {}};
    core::any_verdict verdict = core::verdict::success{r.option("result"), "text/plain"};
    if (r.verb == "fail") {
        verdict = core::verdict::failure{error, r.option("permanent") == "yes"};
    } else if (r.verb == "retry") {
        verdict = core::verdict::retry{at(r.option("at")), error};
    } else if (r.verb == "snooze") {
        verdict = core::verdict::snooze{at(r.option("at"))};
    } else if (r.verb == "limited") {
        verdict = core::verdict::rate_limited{
            at(r.option("until")),
            r.choice("scope", {"queue", "task", "publishing", "key"}, core::hold_scope::task)};
    } else if (r.verb == "release") {
        verdict = core::verdict::release{};
    } else if (r.verb == "drop") {
        verdict = core::verdict::drop{};
    } else if (r.verb == "dead") {
        verdict = core::verdict::dead{error};
    } else if (r.verb == "crashed") {
        verdict = core::verdict::crashed{r.option("text")};
    }
    std::vector<core::settlement> settlements;
    for (core::delivery_token const named : r.tokens()) {
        settlements.push_back({named, verdict});
    }
    apply(core::settle{r.session(), next_request(), settlements});
}

void conversation::report(request const& r) {
    core::report said{r.session(), next_request(), token_of(r.word(1))};
    if (r.options.contains("progress")) {
        said.progress = progress_of(r.option("progress"));
    }
    if (r.options.contains("checkpoint")) {
        said.checkpoint = r.option("checkpoint");
    }
    auto const lines = with_lines(r.option("log"));
    said.log = lines;
    apply(said);
}

} // namespace peyk::scenarios
