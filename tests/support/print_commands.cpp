#include "tests/support/print_fields.hpp"

#include <iterator>
#include <variant>

namespace peyk::core {

using namespace print;

namespace {

struct command_printer {
    std::ostream& to;

    void operator()(connect const& c) const {
        to << "connect " << c.session << (c.resume ? " resume" : "");
        for (held_delivery const& held : c.held) {
            to << " held=" << held.token << ':' << held.message << (held.started ? "*" : "");
        }
    }
    void operator()(disconnect const& c) const {
        to << "disconnect " << c.session << (c.goodbye ? " goodbye" : "");
    }
    void operator()(publish const& c) const {
        to << "publish " << c.session << " first=" << c.first.value;
        for (message const& m : c.messages) {
            to << " [" << m << ']';
        }
    }
    void operator()(subscribe const& c) const {
        to << "subscribe " << c.session << '.' << c.consumer.value << " credit=" << c.credit;
        list(to, c.queues);
    }
    void operator()(unsubscribe const& c) const {
        to << "unsubscribe " << c.session << '.' << c.consumer.value;
    }
    void operator()(set_credit const& c) const {
        to << "set_credit " << c.session << '.' << c.consumer.value << ' ' << c.credit;
    }
    void operator()(start const& c) const {
        list(to << "start " << c.session << (c.acknowledge ? " acknowledge" : ""), c.tokens);
    }
    void operator()(settle const& c) const {
        static constexpr char const* verdicts[] = {"success",
                                                   "failure",
                                                   "retry",
                                                   "snooze",
                                                   "rate_limited",
                                                   "release",
                                                   "drop",
                                                   "dead",
                                                   "crashed"};
        static_assert(std::size(verdicts) == std::variant_size_v<any_verdict>);
        to << "settle " << c.session;
        for (settlement const& one : c.settlements) {
            to << ' ' << one.token << '=' << verdicts[one.verdict.index()];
        }
    }
    void operator()(extend const& c) const { list(to << "extend " << c.session, c.tokens); }
    void operator()(cancel const& c) const {
        list(to << "cancel " << c.session, c.ids);
        to << (c.terminate ? " terminate" : "");
    }
    void operator()(reschedule const& c) const {
        list(to << "reschedule " << c.session, c.ids);
        time_field(to, "due", c.due);
    }
    void operator()(forget const& c) const { list(to << "forget " << c.session, c.ids); }
    void operator()(redrive const& c) const {
        list(to << "redrive " << c.session, c.ids);
        text_field(to, "to", c.to);
        to << (c.reset_counters ? " reset" : "");
    }
    void operator()(report const& c) const {
        to << "report " << c.session << ' ' << c.token;
        field(to, "progress", c.progress);
        field(to, "checkpoint", c.checkpoint);
        field(to, "log_bytes", c.log.size(), !c.log.empty());
    }
    void operator()(get const& c) const {
        list(to << "get " << c.session, c.ids);
        to << (c.whole ? " whole" : "");
    }
    void operator()(watch const& c) const {
        list(to << "watch " << c.session, c.ids);
        to << (c.until_final ? " final" : "") << (c.reports ? " reports" : "");
    }
    void operator()(unwatch const& c) const {
        to << "unwatch " << c.session << " r" << c.watch.value;
    }
    void operator()(create_queue const& c) const { named("create_queue ", c); }
    void operator()(delete_queue const& c) const { named("delete_queue ", c); }
    void operator()(set_policy const& c) const {
        to << "set_policy " << c.session << ' ' << c.pattern;
        number_field(to, "priority", c.priority);
        to << c.settings;
    }
    void operator()(remove_policy const& c) const {
        to << "remove_policy " << c.session << ' ' << c.pattern;
    }
    void operator()(set_hold const& c) const {
        to << "set_hold " << c.session << ' ' << c.scope << ' ' << c.name << " until=" << c.until;
    }
    void operator()(release_hold const& c) const {
        to << "release_hold " << c.session << ' ' << c.scope << ' ' << c.name;
    }
    void operator()(set_schedule const& c) const {
        to << "set_schedule " << c.session << ' ' << c.spec;
    }
    void operator()(remove_schedule const& c) const { named("remove_schedule ", c); }
    void operator()(pause_schedule const& c) const {
        named(c.paused ? "pause_schedule " : "resume_schedule ", c);
    }
    void operator()(trigger_schedule const& c) const { named("trigger_schedule ", c); }
    void operator()(set_limit const& c) const {
        to << "set_limit " << c.session << ' ' << c.names;
        if (c.change.rate) {
            to << " rate=" << to_string(*c.change.rate);
        }
        field(to, "burst", c.change.burst);
        field(to, "concurrency", c.change.concurrency);
        field(to, "per_worker", c.change.per_worker);
    }
    void operator()(remove_limit const& c) const {
        to << "remove_limit " << c.session << ' ' << c.names;
    }
    void operator()(set_share const& c) const {
        to << "set_share " << c.session << ' ' << c.key << " weight=" << c.weight;
    }
    void operator()(introduce const& c) const {
        to << "introduce " << c.session;
        for (fact const& one : c.facts) {
            to << ' ' << one.name << '=' << one.value;
        }
    }
    void operator()(edit const& c) const {
        list(to << "edit " << c.session, c.ids);
        to << c.change;
    }
    void operator()(start_sweep const& c) const {
        settings(to << "start_sweep " << c.session, c.spec);
    }
    void operator()(stop_sweep const& c) const {
        to << "stop_sweep " << c.session << ' ' << c.sweep.value;
    }

    void named(char const* verb, auto const& c) const { to << verb << c.session << ' ' << c.name; }
};

} // namespace

std::ostream& operator<<(std::ostream& to, any_command const& command) {
    std::visit(command_printer{to}, command);
    return to;
}

} // namespace peyk::core
