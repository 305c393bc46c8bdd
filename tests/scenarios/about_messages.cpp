// What is done with messages by name: published, cancelled, moved in time, asked about.

#include "tests/scenarios/conversation.hpp"
#include "tests/support/core_printers.hpp"
#include "tests/support/print_fields.hpp"

namespace peyk::scenarios {

// All but its id. Delays do not jitter, so that they can be foretold.
core::message conversation::message_of(request const& r) const {
    core::message m;
    m.queue = r.option("queue");
    m.task = r.option("task");
    m.priority = static_cast<std::uint8_t>(r.count("priority", 4));
    m.eta = at(r.option("eta"));
    m.expires = at(r.option("expires"));
    m.content = r.option("content");
    m.retry.max_retries = static_cast<std::uint16_t>(r.count("retries", 0));
    m.retry.spread = core::jitter::none;
    m.retry.curve = r.choice("curve",
                             {"exponential", "fixed", "linear", "polynomial", "list"},
                             core::backoff::exponential);
    m.retry.base_ms = static_cast<std::uint32_t>(span_of(r.option("base", "5s")).count());
    m.retry.max_ms = static_cast<std::uint32_t>(span_of(r.option("max", "10m")).count());
    m.retry.factor_percent = static_cast<std::uint16_t>(r.count("factor", 200));
    delays_.clear();
    for (auto const delay : split(r.option("delays"))) {
        delays_.push_back(static_cast<std::uint32_t>(span_of(delay).count()));
    }
    m.retry_delays_ms = delays_;
    m.max_age_s = r.seconds("max_age");
    m.result.keep = r.option("keep") != "no";
    m.result.track_started = r.option("track") == "yes";
    m.result.ttl_s = static_cast<std::uint32_t>(r.count("ttl", 0));
    m.max_crashes = static_cast<std::uint16_t>(r.count("max_crashes", 0));
    m.unique.key = r.option("unique");
    m.unique.until = r.choice("until", {"finish", "start", "ttl"}, core::unique_until::finish);
    m.unique.conflict = r.choice("conflict",
                                 {"reject", "return_existing", "replace", "keep_last"},
                                 core::on_conflict::reject);
    m.unique.ttl_s = r.seconds("for");
    m.placement.ordering_key = r.option("ordering");
    m.placement.fairness_key = r.option("fairness");
    m.placement.limit_key = r.option("limit");
    m.placement.cost = static_cast<std::uint32_t>(r.count("cost", 1));
    labels_ = split(r.option("labels"));
    m.placement.labels = labels_;
    tags_ = split(r.option("tags"));
    m.tags = tags_;
    m.root = core::id_of<core::message_id>(r.option("root"));
    m.parent = core::id_of<core::message_id>(r.option("parent"));
    return m;
}

void conversation::publish(request const& r) {
    std::vector<core::message> messages;
    for (core::message_id const id : r.ids()) {
        messages.push_back(message_of(r));
        messages.back().id = id;
    }
    apply(core::publish{r.session(),
                        next_request(),
                        {r.count("first", 0)},
                        {r.count("answered_below", 0)},
                        messages});
}

void conversation::cancel(request const& r) {
    auto const named = r.ids();
    apply(core::cancel{r.session(), next_request(), named, r.option("reason"), r.has("terminate")});
}

void conversation::reschedule(request const& r) {
    auto const named = r.ids();
    apply(core::reschedule{r.session(), next_request(), named, at(r.option("due"))});
}

void conversation::forget(request const& r) {
    auto const named = r.ids();
    apply(core::forget{r.session(), next_request(), named});
}

void conversation::redrive(request const& r) {
    auto const named = r.ids();
    apply(core::redrive{r.session(), next_request(), named, r.option("to"), r.has("reset")});
}

void conversation::get(request const& r) {
    auto const named = r.ids();
    apply(core::get{r.session(), next_request(), named, r.has("whole")});
}

void conversation::watch(request const& r) {
    auto const named = r.ids();
    apply(core::watch{r.session(), next_request(), named, r.has("final"), r.has("reports")});
}

void conversation::unwatch(request const& r) {
    apply(core::unwatch{r.session(), {r.count("request", 0)}});
}

// Everything about messages, for people.
void conversation::show(request const& r) {
    for (auto const& word : r.words) {
        auto const s = broker().status(core::id_of<core::message_id>(word));
        answer_ << s;
        core::print::text_field(answer_, "queue", s.queue);
        core::print::text_field(answer_, "task", s.task);
        answer_ << ' ' << s.counters;
        core::print::text_field(answer_, "worker", s.worker);
        answer_ << (s.acknowledged ? " acknowledged" : "");
        core::print::time_field(answer_, "published", s.published);
        core::print::time_field(answer_, "eta", s.eta);
        core::print::time_field(answer_, "expires", s.expires);
        core::print::time_field(answer_, "started", s.started);
        core::print::time_field(answer_, "finished", s.finished);
        core::print::field(answer_, "root", s.root, !s.root.empty());
        core::print::field(answer_, "parent", s.parent, !s.parent.empty());
        answer_ << '\n';
    }
}

} // namespace peyk::scenarios
