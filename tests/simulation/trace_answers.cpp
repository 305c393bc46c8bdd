// What the broker says, as lines of the trace: facts and effects.

#include "tests/simulation/trace_line.hpp"

namespace peyk::simulation {

namespace {

line settings(line l, queue_settings const& s) {
    auto const add = [&l](char const* name, auto const& value) {
        if (value) {
            l.add(name, *value);
        }
    };
    add("max_length=", s.max_length);
    add("max_bytes=", s.max_bytes);
    if (s.overflow) {
        l.add("overflow=", static_cast<int>(*s.overflow));
    }
    add("ttl=", s.default_ttl_s);
    add("lease_ms=", s.lease_ms);
    add("max_crashes=", s.max_crashes);
    add("aging_s=", s.aging_s);
    add("dead_letter=", s.dead_letter);
    add("dead_ttl=", s.dead_ttl_s);
    add("dead_max=", s.dead_max);
    return l;
}

line sweep(line l, sweep_spec const& s) {
    l.add("action=", static_cast<int>(s.action)).add("queue=", s.which.queue);
    l.add("task=", s.which.task).add("states=", s.which.states.bits()).given("to=", s.to);
    return l.given("rate=", s.rate_per_s).given("due=", s.due).flag("dry", s.dry_run);
}

struct record_text {
    std::string operator()(record::epoch_started const& r) const {
        return line{"! epoch"}.add("", r.epoch).take();
    }
    std::string operator()(record::stopped_cleanly const&) const { return "! stopped"; }
    std::string operator()(record::session_opened const& r) const {
        line l{"! session_opened"};
        l.add("s", r.session).add("consumes=", r.consumes);
        for (auto const& [first, last] : r.accepted) {
            l.add("accepted=", first).add("-", last);
        }
        return l.take();
    }
    std::string operator()(record::session_ended const& r) const {
        return line{"! session_ended"}.add("s", r.session).take();
    }
    std::string operator()(record::published const& r) const {
        line l{"! published"};
        l.add("n", r.number).add("m", r.message.id).given("sequence=", r.sequence);
        l.given("key=", r.message.unique.key).given("expires=", r.message.expires);
        return l.given("schedule=", r.schedule).given("slot=", r.slot).take();
    }
    std::string operator()(record::message_kept const& r) const {
        line l{"! kept"};
        l.add("n", r.number).add("", r.state).add("due=", r.due).counts(r.counters);
        return l.add("lease=", r.lease).add("s", r.holder).take();
    }
    std::string operator()(record::leased const& r) const {
        return line{"! leased"}.add("n", r.number).add("d", r.token).add("s", r.session).take();
    }
    std::string operator()(record::requeued const& r) const {
        line l{"! requeued"};
        l.add("n", r.number).add("due=", r.due).counts(r.counters);
        return l.add("retrying=", r.retrying).error(r.error).take();
    }
    std::string operator()(record::started const& r) const {
        return line{"! started"}.add("n", r.number).flag("acknowledged", r.acknowledged).take();
    }
    std::string operator()(record::finished const& r) const {
        line l{"! finished"};
        l.add("n", r.number).add("m", r.id).add("", r.outcome.state).counts(r.counters);
        l.add("expired=", r.outcome.expired).bytes("result=", r.outcome.result);
        l.given("death=", static_cast<int>(r.outcome.death)).given("origin=", r.outcome.origin);
        l.error(r.outcome.error).add("by=", r.outcome.settled_by);
        return l.add("until=", r.until).take();
    }
    std::string operator()(record::forgotten const& r) const {
        return line{"! forgotten"}.add("n", r.number).take();
    }
    std::string operator()(record::rescheduled const& r) const {
        return line{"! rescheduled"}.add("n", r.number).add("due=", r.due).take();
    }
    std::string operator()(record::moved const& r) const {
        return line{"! moved"}.add("n", r.number).add("", r.queue).take();
    }
    std::string operator()(record::redriven const& r) const {
        line l{"! redriven"};
        l.add("n", r.number).add("", r.queue);
        return l.flag("reset", r.reset_counters).flag("keyless", r.keyless).take();
    }
    std::string operator()(record::reported const& r) const {
        line l{"! reported"};
        l.add("n", r.number);
        if (r.progress) {
            l.add("progress=", r.progress->done).add("of", r.progress->total);
        }
        if (r.checkpoint) {
            l.bytes("checkpoint=", *r.checkpoint);
        }
        return l.bytes("log=", r.log).take();
    }
    std::string operator()(record::queue_created const& r) const {
        return line{"! queue_created"}.add("", r.name).take();
    }
    std::string operator()(record::queue_deleted const& r) const {
        return line{"! queue_deleted"}.add("", r.name).take();
    }
    std::string operator()(record::policy_set const& r) const {
        return settings(line{"! policy_set"}.add("", r.pattern), r.settings).take();
    }
    std::string operator()(record::policy_removed const& r) const {
        return line{"! policy_removed"}.add("", r.pattern).take();
    }
    std::string operator()(record::hold_set const& r) const {
        line l{"! hold_set"};
        return l.add("", static_cast<int>(r.scope)).add("", r.name).add("until=", r.until).take();
    }
    std::string operator()(record::hold_released const& r) const {
        return line{"! hold_released"}.add("", static_cast<int>(r.scope)).add("", r.name).take();
    }
    std::string operator()(record::edited const& r) const {
        line l{"! edited"};
        return l.add("n", r.number)
            .add("priority=", r.change.priority.value_or(255))
            .add("expires=", r.change.expires.value_or(unset))
            .add("max_retries=", r.change.max_retries.value_or(0))
            .take();
    }
    std::string operator()(record::limit_set const& r) const {
        line l{"! limit_set"};
        l.given("task=", r.names.task).given("queue=", r.names.queue).given("key=", r.names.key);
        l.add("rate=", r.settings.rate.thousandths).add("per", r.settings.rate.seconds);
        l.add("burst=", r.settings.burst).add("concurrency=", r.settings.concurrency);
        return l.flag("per_worker", r.settings.per_worker).take();
    }
    std::string operator()(record::limit_spent const& r) const {
        line l{"! limit_spent"};
        l.given("task=", r.names.task).given("queue=", r.names.queue).given("key=", r.names.key);
        return l.add("until=", r.until_ns).given("s", r.worker).take();
    }
    std::string operator()(record::share_set const& r) const {
        return line{"! share_set"}.add("", r.key).add("weight=", r.weight).take();
    }
    std::string operator()(record::unique_taken const& r) const {
        line l{"! unique_taken"};
        return l.add("", r.key).add("m", r.message).add("until=", r.until).take();
    }
    std::string operator()(record::schedule_set const& r) const {
        line l{"! schedule_set"};
        l.add("", r.spec.name).add("since=", r.since).add("last_slot=", r.last_slot);
        return l.add("fired=", r.fired).add("skipped=", r.skipped).take();
    }
    std::string operator()(record::schedule_removed const& r) const {
        return line{"! schedule_removed"}.add("", r.name).take();
    }
    std::string operator()(record::slots_skipped const& r) const {
        line l{"! slots_skipped"};
        return l.add("", r.name).add("last_slot=", r.last_slot).add("count=", r.count).take();
    }
    std::string operator()(record::sweep_began const& r) const {
        line l{"! sweep_began"};
        l.add("", r.id).add("below=", r.below).add("changed=", r.changed);
        return sweep(std::move(l), r.spec).take();
    }
    std::string operator()(record::sweep_ended const& r) const {
        return line{"! sweep_ended"}.add("", r.id).take();
    }
};

struct effect_text {
    std::string operator()(effect::welcome const& e) const {
        line l{"> welcome"};
        l.add("s", e.session).add("resumed=", e.resumed);
        for (auto const& h : e.lost) {
            l.add("lost=", h.token);
        }
        return l.take();
    }
    std::string operator()(effect::published const& e) const {
        line l{"> published"};
        l.add("s", e.session).add("r", e.request).refusals(e.refused);
        for (auto const& j : e.joined) {
            l.add("joined=", j.index).add("m", j.existing);
        }
        return l.take();
    }
    std::string operator()(effect::settled const& e) const { return answer("> settled", e); }
    std::string operator()(effect::acknowledged const& e) const {
        return answer("> acknowledged", e);
    }
    std::string operator()(effect::edited const& e) const { return answer("> edited", e); }
    std::string operator()(effect::cancelled const& e) const { return answer("> cancelled", e); }
    std::string operator()(effect::rescheduled const& e) const {
        return answer("> rescheduled", e);
    }
    std::string operator()(effect::forgotten const& e) const { return answer("> forgotten", e); }
    std::string operator()(effect::redriven const& e) const { return answer("> redriven", e); }
    std::string operator()(effect::subscribed const& e) const { return plain("> subscribed", e); }
    std::string operator()(effect::unsubscribed const& e) const {
        return plain("> unsubscribed", e);
    }
    std::string operator()(effect::reported const& e) const { return plain("> reported", e); }
    std::string operator()(effect::done const& e) const {
        line l{"> done"};
        return l.add("s", e.session).add("r", e.request).given("m", e.message).take();
    }
    std::string operator()(effect::swept const& e) const {
        line l{"> swept"};
        l.add("s", e.session).add("r", e.request).add("sweep=", e.sweep.id);
        l.add("matched=", e.sweep.matched).add("changed=", e.sweep.changed);
        return l.flag("done", e.sweep.done).take();
    }
    std::string operator()(effect::extended const& e) const {
        line l{"> extended"};
        l.add("s", e.session).add("r", e.request);
        for (auto t : e.lost) {
            l.add("lost=", t);
        }
        return l.take();
    }
    std::string operator()(effect::statuses const& e) const {
        line l{"> statuses"};
        l.add("s", e.session).add("r", e.request);
        for (auto const& s : e.list) {
            l.add("[", text(s)).add("]", "");
        }
        return l.take();
    }
    std::string operator()(effect::updated const& e) const {
        line l{"> updated"};
        l.add("s", e.session).add("r", e.watch).add("", text(e.status));
        return l.add("last=", e.last).take();
    }
    std::string operator()(effect::recalled const& e) const {
        line l{"> recalled"};
        l.add("s", e.session);
        for (auto t : e.tokens) {
            l.add("d", t);
        }
        return l.flag("terminate", e.terminate).take();
    }
    std::string operator()(effect::refused const& e) const {
        return line{"> refused"}.add("s", e.session).add("r", e.request).error(e.code).take();
    }
    std::string operator()(effect::closed const& e) const {
        return line{"> closed"}.add("s", e.session).error(e.why).take();
    }

    static std::string answer(char const* head, auto const& e) {
        return line{head}.add("s", e.session).add("r", e.request).refusals(e.refused).take();
    }
    static std::string plain(char const* head, auto const& e) {
        return line{head}.add("s", e.session).add("r", e.request).take();
    }
};

} // namespace

std::string text(any_record const& record) {
    return std::visit(record_text{}, record);
}

std::string text(any_effect const& effect) {
    return std::visit(effect_text{}, effect);
}

} // namespace peyk::simulation
