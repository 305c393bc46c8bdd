// What is done with queues: made, ruled by policies, held, swept, listed.

#include "tests/scenarios/conversation.hpp"
#include "tests/support/core_printers.hpp"

namespace peyk::scenarios {

namespace {

template <class Number>
std::optional<Number> given(request const& r, std::string_view name) {
    if (!r.options.contains(name)) {
        return std::nullopt;
    }
    return static_cast<Number>(r.count(name, 0));
}

// In units of `unit`, where a span was given.
std::optional<std::uint32_t> given_span(request const& r, std::string_view name, int unit) {
    if (!r.options.contains(name)) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(r.span(name).count() / unit);
}

} // namespace

void conversation::queue(request const& r) {
    if (r.verb == "create_queue") {
        apply(core::create_queue{r.session(), next_request(), r.word(1)});
    } else {
        apply(core::delete_queue{r.session(), next_request(), r.word(1)});
    }
}

core::set_policy conversation::policy_of(request const& r) const {
    core::set_policy p;
    p.pattern = r.word(1);
    p.priority = static_cast<std::int32_t>(r.count("priority", 0));
    auto& s = p.settings;
    s.max_length = given<std::uint64_t>(r, "max_length");
    s.max_bytes = given<std::uint64_t>(r, "max_bytes");
    if (r.options.contains("overflow")) {
        s.overflow =
            r.choice("overflow", {"reject", "drop_oldest", "dead_letter"}, core::overflow::reject);
    }
    s.default_ttl_s = given_span(r, "default_ttl", 1'000);
    s.lease_ms = given_span(r, "lease", 1);
    s.max_crashes = given<std::uint16_t>(r, "max_crashes");
    s.aging_s = given_span(r, "aging", 1'000);
    if (r.options.contains("dead_letter")) {
        s.dead_letter = r.option("dead_letter");
    }
    s.dead_ttl_s = given_span(r, "dead_ttl", 1'000);
    s.dead_max = given<std::uint64_t>(r, "dead_max");
    return p;
}

void conversation::policy(request const& r) {
    if (r.verb == "remove_policy") {
        apply(core::remove_policy{r.session(), next_request(), r.word(1)});
        return;
    }
    auto p = policy_of(r);
    p.session = r.session();
    p.request = next_request();
    apply(p);
}

void conversation::hold(request const& r) {
    auto const scope = one_of<core::hold_scope>({"queue", "task", "publishing", "key"}, r.word(1));
    if (r.verb == "let_go") {
        apply(core::release_hold{r.session(), next_request(), scope, r.word(2)});
        return;
    }
    auto const until = r.option("until");
    apply(core::set_hold{r.session(),
                         next_request(),
                         scope,
                         r.word(2),
                         until.empty() ? core::never : at(until),
                         r.option("reason")});
}

core::selector conversation::selector_of(request const& r) const {
    core::selector which;
    which.queue = r.option("queue");
    which.task = r.option("task");
    which.error = r.option("error");
    for (auto const state : split(r.option("states"))) {
        which.states =
            core::state_set::of_bits(which.states.bits() | core::state_set{state_of(state)}.bits());
    }
    which.tag = r.option("tag");
    which.worker = r.option("worker");
    which.root = core::id_of<core::message_id>(r.option("root"));
    which.parent = core::id_of<core::message_id>(r.option("parent"));
    which.published_after = at(r.option("after"));
    which.published_before = at(r.option("before"));
    return which;
}

// `sweep p move queue=a to=b rate=10`: what it does follows in time (`after 0s`).
void conversation::sweep(request const& r) {
    core::sweep_spec spec;
    spec.action = one_of<core::sweep_action>(
        {"cancel", "run_now", "reschedule", "move", "redrive", "forget"}, r.word(1));
    spec.which = selector_of(r);
    spec.to = r.option("to");
    spec.due = at(r.option("due"));
    spec.reason = r.option("reason");
    spec.rate_per_s = static_cast<std::uint32_t>(r.count("rate", 0));
    spec.terminate = r.has("terminate");
    spec.reset_counters = r.has("reset");
    spec.dry_run = r.has("dry");
    apply(core::start_sweep{r.session(), next_request(), spec});
}

void conversation::stop_sweep(request const& r) {
    apply(core::stop_sweep{r.session(), next_request(), {number_of<std::uint64_t>(r.word(1))}});
}

// Page after page.
void conversation::list(request const& r) {
    auto const which = selector_of(r);
    std::uint64_t from = 0;
    do {
        auto const page = broker().list(which, from, r.count("page", 100));
        for (auto const& each : page.messages) {
            answer_ << each << " queue=" << each.queue << '\n';
        }
        from = page.next;
        answer_ << (from == 0 ? "" : "next page\n");
    } while (from != 0);
}

void conversation::lists(request const& r) {
    if (r.verb == "policies") {
        for (auto const& each : broker().policies()) {
            answer_ << each.pattern << " priority=" << each.priority
                    << (each.configured ? " configured" : "") << each.settings
                    << " queues=" << each.queues << '\n';
        }
    } else if (r.verb == "holds") {
        for (auto const& each : broker().holds()) {
            answer_ << each.scope << ' ' << each.name << " until=" << each.until << ' '
                    << each.reason << '\n';
        }
    } else {
        for (auto const& each : broker().sweeps()) {
            answer_ << each << '\n';
        }
    }
}

} // namespace peyk::scenarios
