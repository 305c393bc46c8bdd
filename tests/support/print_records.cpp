#include "tests/support/print_fields.hpp"

namespace peyk::core {

using namespace print;

namespace {

struct record_printer {
    std::ostream& to;

    void operator()(record::epoch_started const& r) const {
        to << "epoch_started " << r.epoch.value;
    }
    void operator()(record::stopped_cleanly const&) const { to << "stopped_cleanly"; }
    void operator()(record::session_opened const& r) const {
        to << "session_opened " << r.session << (r.consumes ? " consumes" : "");
        for (auto const& [first, last] : r.accepted) {
            to << " accepted=" << first.value << '-' << last.value;
        }
    }
    void operator()(record::session_ended const& r) const { to << "session_ended " << r.session; }
    void operator()(record::published const& r) const {
        to << "published #" << r.number.value << ' ' << r.message;
        number_field(to, "sequence", r.sequence.value);
        text_field(to, "schedule", r.schedule);
        time_field(to, "slot", r.slot);
        number_field(to, "blocked", r.blocked);
    }
    void operator()(record::message_kept const& r) const {
        to << "message_kept #" << r.number.value << ' ' << r.message << ' ' << r.state;
        time_field(to, "due", r.due);
        to << (r.retrying ? " retrying" : "") << ' ' << r.counters;
        error_field(to, r.last_error);
        if (r.lease.epoch.value != 0) {
            to << " lease=" << r.lease << " holder=" << r.holder << (r.started ? " started" : "")
               << (r.acknowledged ? " acknowledged" : "");
        }
        to << (r.has_turn ? " turn" : "");
        traces_of(r.traces);
    }
    void operator()(record::leased const& r) const {
        to << "leased #" << r.number.value << ' ' << r.token << ' ' << r.session;
    }
    void operator()(record::requeued const& r) const {
        to << "requeued #" << r.number.value;
        time_field(to, "due", r.due);
        to << (r.retrying ? " retrying" : "") << ' ' << r.counters;
        error_field(to, r.error);
    }
    void operator()(record::rescheduled const& r) const {
        to << "rescheduled #" << r.number.value;
        time_field(to, "due", r.due);
    }
    void operator()(record::edited const& r) const {
        to << "edited #" << r.number.value << r.change;
    }
    void operator()(record::moved const& r) const {
        to << "moved #" << r.number.value << " queue=" << r.queue;
    }
    void operator()(record::redriven const& r) const {
        to << "redriven #" << r.number.value << " queue=" << r.queue;
        to << (r.reset_counters ? " reset" : "") << (r.keyless ? " keyless" : "");
    }
    void operator()(record::reported const& r) const {
        to << "reported #" << r.number.value;
        field(to, "progress", r.progress);
        field(to, "checkpoint", r.checkpoint);
        field(to, "log_bytes", r.log.size(), !r.log.empty());
    }
    void operator()(record::started const& r) const {
        to << "started #" << r.number.value << (r.acknowledged ? " acknowledged" : "");
    }
    void operator()(record::finished const& r) const {
        to << "finished #" << r.number.value << ' ' << r.id << ' ' << r.outcome.state
           << (r.outcome.expired ? " expired" : "");
        field(to, "death", r.outcome.death, r.outcome.death != death::none);
        if (!r.outcome.origin.empty()) {
            to << " queue=" << r.queue << " origin=" << r.outcome.origin;
        }
        text_field(to, "result", r.outcome.result);
        error_field(to, r.outcome.error);
        to << " until=" << r.until;
        traces_of(r.traces);
    }
    void operator()(record::forgotten const& r) const { to << "forgotten #" << r.number.value; }
    void operator()(record::queue_created const& r) const { to << "queue_created " << r.name; }
    void operator()(record::queue_deleted const& r) const { to << "queue_deleted " << r.name; }
    void operator()(record::policy_set const& r) const {
        to << "policy_set " << r.pattern;
        number_field(to, "priority", r.priority);
        to << r.settings;
    }
    void operator()(record::policy_removed const& r) const { to << "policy_removed " << r.pattern; }
    void operator()(record::hold_set const& r) const {
        to << "hold_set " << r.scope << ' ' << r.name << " until=" << r.until;
        text_field(to, "reason", r.reason);
    }
    void operator()(record::hold_released const& r) const {
        to << "hold_released " << r.scope << ' ' << r.name;
    }
    void operator()(record::limit_set const& r) const {
        to << "limit_set " << r.names << " rate=" << to_string(r.settings.rate);
        field(to, "burst", r.settings.burst, r.settings.burst != 1);
        number_field(to, "concurrency", r.settings.concurrency);
        to << (r.settings.per_worker ? " per_worker" : "");
    }
    void operator()(record::limit_spent const& r) const {
        to << "limit_spent " << r.names << " until=" << r.until_ns << "ns";
        field(to, "worker", r.worker, !r.worker.empty());
    }
    void operator()(record::share_set const& r) const {
        to << "share_set " << r.key << " weight=" << r.weight;
    }
    void operator()(record::unique_taken const& r) const {
        to << "unique_taken " << r.key << ' ' << r.message << " until=" << r.until;
    }
    void operator()(record::schedule_set const& r) const {
        to << "schedule_set " << r.spec << " since=" << r.since;
        time_field(to, "last_slot", r.last_slot);
        field(to, "last", r.last_message, !r.last_message.empty());
        number_field(to, "fired", r.fired);
        number_field(to, "skipped", r.skipped);
    }
    void operator()(record::schedule_removed const& r) const {
        to << "schedule_removed " << r.name;
    }
    void operator()(record::slots_skipped const& r) const {
        to << "slots_skipped " << r.name << " last_slot=" << r.last_slot << " count=" << r.count;
    }
    void operator()(record::sweep_began const& r) const {
        to << "sweep_began " << r.id.value << " below=" << r.below.value;
        settings(to, r.spec);
        number_field(to, "changed", r.changed);
    }
    void operator()(record::sweep_ended const& r) const { to << "sweep_ended " << r.id.value; }

    void traces_of(traces const& t) const {
        number_field(to, "runs", t.history.size());
        field(to, "progress", t.progress, t.progress.done != 0 || t.progress.total != 0);
        number_field(to, "log_end", t.log_end);
        number_field(to, "checkpoint_bytes", t.checkpoint.size());
    }
};

} // namespace

std::ostream& operator<<(std::ostream& to, any_record const& record) {
    std::visit(record_printer{to}, record);
    return to;
}

} // namespace peyk::core
