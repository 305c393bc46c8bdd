#include "tests/simulation/trace.hpp"

#include "tests/simulation/trace_line.hpp"

namespace peyk::simulation {

namespace {

struct command_text {
    std::string operator()(connect const& c) const {
        line l{"connect"};
        l.add("s", c.session).add("resume=", c.resume);
        for (auto const& h : c.held) {
            l.add("held=", h.token).add("m", h.message).add("started=", h.started);
        }
        return l.take();
    }
    std::string operator()(disconnect const& c) const {
        return line{"disconnect"}.add("s", c.session).add("goodbye=", c.goodbye).take();
    }
    std::string operator()(publish const& c) const {
        line l{"publish"};
        l.add("s", c.session).add("r", c.request).add("first=", c.first);
        for (auto const& m : c.messages) {
            l.add("m", m.id).add("", m.queue).add("task=", m.task).add("p", m.priority);
            l.add("eta=", m.eta).add("expires=", m.expires).bytes("bytes=", m.content);
            l.given("ordering=", m.placement.ordering_key);
            l.given("fairness=", m.placement.fairness_key);
            l.given("limit=", m.placement.limit_key);
            for (std::string_view const label : m.placement.labels) {
                l.add("label=", label);
            }
            if (!m.unique.key.empty()) {
                l.add("key=", m.unique.key).add("until=", static_cast<int>(m.unique.until));
                l.add("conflict=", static_cast<int>(m.unique.conflict));
            }
        }
        return l.take();
    }
    std::string operator()(subscribe const& c) const {
        line l{"subscribe"};
        l.add("s", c.session).add("r", c.request).add("c", c.consumer).add("credit=", c.credit);
        for (auto q : c.queues) {
            l.add("queue=", q);
        }
        for (auto t : c.tasks) {
            l.add("task=", t);
        }
        return l.take();
    }
    std::string operator()(settle const& c) const {
        line l{"settle"};
        l.add("s", c.session).add("r", c.request);
        for (auto const& s : c.settlements) {
            static constexpr char const* names[] = {"success",
                                                    "failure",
                                                    "retry",
                                                    "snooze",
                                                    "limited",
                                                    "release",
                                                    "drop",
                                                    "dead",
                                                    "crashed"};
            static_assert(std::size(names) == std::variant_size_v<any_verdict>);
            l.add("d", s.token).add("", names[s.verdict.index()]);
        }
        return l.take();
    }
    std::string operator()(start const& c) const {
        return tokens(line{"start"}.flag("acknowledge", c.acknowledge), c);
    }
    std::string operator()(extend const& c) const { return tokens(line{"extend"}, c); }
    std::string operator()(cancel const& c) const {
        return ids(line{"cancel"}.flag("terminate", c.terminate), c);
    }
    std::string operator()(reschedule const& c) const {
        return ids(line{"reschedule"}.add("due=", c.due), c);
    }
    std::string operator()(forget const& c) const { return ids(line{"forget"}, c); }
    std::string operator()(redrive const& c) const {
        return ids(line{"redrive"}.add("to=", c.to).flag("reset", c.reset_counters), c);
    }
    std::string operator()(report const& c) const {
        line l{"report"};
        l.add("s", c.session).add("r", c.request).add("d", c.token).bytes("log=", c.log);
        return l.flag("progress", c.progress.has_value())
            .flag("checkpoint", c.checkpoint.has_value())
            .take();
    }
    std::string operator()(get const& c) const {
        return ids(line{"get"}.flag("whole", c.whole), c);
    }
    std::string operator()(create_queue const& c) const { return named("create_queue", c); }
    std::string operator()(delete_queue const& c) const { return named("delete_queue", c); }
    std::string operator()(set_policy const& c) const {
        return line{"set_policy"}.add("s", c.session).add("r", c.request).add("", c.pattern).take();
    }
    std::string operator()(remove_policy const& c) const {
        line l{"remove_policy"};
        return l.add("s", c.session).add("r", c.request).add("", c.pattern).take();
    }
    std::string operator()(set_hold const& c) const {
        line l{"set_hold"};
        l.add("s", c.session).add("r", c.request).add("", static_cast<int>(c.scope));
        return l.add("", c.name).add("until=", c.until).take();
    }
    std::string operator()(release_hold const& c) const {
        line l{"release_hold"};
        l.add("s", c.session).add("r", c.request).add("", static_cast<int>(c.scope));
        return l.add("", c.name).take();
    }
    std::string operator()(set_schedule const& c) const {
        line l{"set_schedule"};
        l.add("s", c.session).add("r", c.request).add("", c.spec.name).given("cron=", c.spec.cron);
        l.given("every=", c.spec.every).given("start=", c.spec.start).given("end=", c.spec.end);
        l.given("zone=", c.spec.zone).add("misfire=", static_cast<int>(c.spec.misfire));
        l.add("overlap=", static_cast<int>(c.spec.overlap)).given("jitter=", c.spec.jitter);
        return l.flag("paused", c.spec.paused).take();
    }
    std::string operator()(remove_schedule const& c) const { return named("remove_schedule", c); }
    std::string operator()(pause_schedule const& c) const {
        return named(c.paused ? "pause_schedule" : "resume_schedule", c);
    }
    std::string operator()(trigger_schedule const& c) const { return named("trigger", c); }
    std::string operator()(set_limit const& c) const {
        line l{"set_limit"};
        limited(l, c);
        if (c.change.rate) {
            l.add("rate=", c.change.rate->thousandths).add("per", c.change.rate->seconds);
        }
        return l.add("burst=", c.change.burst.value_or(0))
            .add("concurrency=", c.change.concurrency.value_or(0))
            .flag("per_worker", c.change.per_worker.value_or(false))
            .take();
    }
    std::string operator()(remove_limit const& c) const {
        line l{"remove_limit"};
        return limited(l, c).take();
    }
    std::string operator()(set_share const& c) const {
        line l{"set_share"};
        return l.add("s", c.session)
            .add("r", c.request)
            .add("", c.key)
            .add("weight=", c.weight)
            .take();
    }
    std::string operator()(introduce const& c) const {
        return line{"introduce"}.add("s", c.session).add("facts=", c.facts.size()).take();
    }
    std::string operator()(edit const& c) const {
        line l{"edit"};
        if (c.change.priority) {
            l.add("priority=", *c.change.priority);
        }
        if (c.change.expires) {
            l.add("expires=", *c.change.expires);
        }
        if (c.change.max_retries) {
            l.add("max_retries=", *c.change.max_retries);
        }
        return ids(std::move(l), c);
    }
    std::string operator()(start_sweep const& c) const {
        line l{"start_sweep"};
        l.add("s", c.session).add("r", c.request);
        l.add("action=", static_cast<int>(c.spec.action)).given("rate=", c.spec.rate_per_s);
        return l.flag("dry", c.spec.dry_run).take();
    }
    std::string operator()(stop_sweep const& c) const {
        return line{"stop_sweep"}.add("s", c.session).add("r", c.request).add("", c.sweep).take();
    }
    std::string operator()(watch const& c) const { return ids(line{"watch"}, c); }
    std::string operator()(unwatch const& c) const {
        return line{"unwatch"}.add("s", c.session).add("r", c.watch).take();
    }
    std::string operator()(unsubscribe const& c) const {
        return line{"unsubscribe"}.add("s", c.session).add("c", c.consumer).take();
    }
    std::string operator()(set_credit const& c) const {
        return line{"credit"}.add("s", c.session).add("c", c.consumer).add("", c.credit).take();
    }

    static line& limited(line& l, auto const& c) {
        l.add("s", c.session).add("r", c.request).given("task=", c.names.task);
        return l.given("queue=", c.names.queue).given("key=", c.names.key);
    }
    static std::string named(char const* verb, auto const& c) {
        return line{verb}.add("s", c.session).add("r", c.request).add("", c.name).take();
    }
    static std::string tokens(line l, auto const& c) {
        l.add("s", c.session);
        for (auto t : c.tokens) {
            l.add("d", t);
        }
        return l.take();
    }
    static std::string ids(line l, auto const& c) {
        l.add("s", c.session).add("r", c.request);
        for (auto id : c.ids) {
            l.add("m", id);
        }
        return l.take();
    }
};

} // namespace

std::string text(message_id id) {
    return line{"m"}.add("", id).take();
}

std::string text(session_id id) {
    return line{"s"}.add("", id).take();
}

std::string text(delivery_token token) {
    return line{"d"}.add("", token).take();
}

std::string text(any_command const& command) {
    return std::visit(command_text{}, command);
}

std::string text(delivery const& d) {
    line l{"> deliver"};
    l.add("s", d.session).add("c", d.consumer).add("d", d.token).add("m", d.message.id);
    l.add("", d.message.queue).add("p", d.message.priority).counts(d.counters);
    l.bytes("bytes=", d.message.content).add("on_disk=", d.content_bytes);
    l.bytes("checkpoint=", d.checkpoint);
    return l.flag("withheld", d.withheld).take();
}

std::string text(status const& s) {
    static constexpr char const* states[] = {
        "UNKNOWN", "PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"};
    static constexpr char const* details[] = {
        "", "scheduled", "blocked", "ready", "leased", "revoked", "expired", "dead"};
    line l{"m"};
    l.add("", s.id).add("", states[static_cast<int>(s.state)]);
    l.add("", details[static_cast<int>(s.detail)]).counts(s.counters);
    if (s.result) {
        l.bytes("result=", s.result->bytes());
    }
    return l.add("", s.error_type).take();
}

std::uint64_t hash_of(std::string_view bytes, std::uint64_t from) {
    for (char c : bytes) {
        from = (from ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    return from;
}

} // namespace peyk::simulation
