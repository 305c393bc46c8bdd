// Facts about queues, policies, holds, keys, schedules and sweeps.

#include "tests/simulation/model.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

namespace {

bool tagged(std::string_view pattern, draft const& what) {
    return pattern.empty() || std::ranges::any_of(what.tags, [&](std::string const& tag) {
               return like(pattern, tag);
           });
}

} // namespace

bool chosen(owned_selector const& which, model_message const& m, message_state state) {
    auto const& f = m.what->fields;
    return like(which.queue, m.queue) && like(which.task, m.what->task) &&
           like(which.error, m.error.type) && tagged(which.tag, *m.what) &&
           (which.states.empty() || which.states.contains(state)) &&
           (which.root.empty() || which.root == f.root) &&
           (which.parent.empty() || which.parent == f.parent) &&
           (which.published_after == unset || m.published >= which.published_after) &&
           (which.published_before == unset || m.published < which.published_before);
}

bool model::held(hold_scope scope, std::string_view name, wall_time now) const {
    auto const at = holds_.find({scope, std::string{name}});
    return at != holds_.end() && at->second > now;
}

model_key const* model::taken(std::string_view key, wall_time now) const {
    auto const at = keys_.find(std::string{key});
    return at == keys_.end() || at->second.end <= now ? nullptr : &at->second;
}

// It has its key now, and nobody else who is not final has.
void model::take_key(model_message& m, wall_time at) {
    auto const& unique = m.what->unique;
    auto const id = m.what->fields.id;
    if (unique.key.empty()) {
        return;
    }
    auto const was = keys_.find(unique.key);
    if (was != keys_.end() && was->second.holder != id && was->second.end > at) {
        auto const* holder = find(was->second.holder);
        must(!holder || holder->is_final(), "two messages have the unique key " + unique.key);
    }
    keys_[unique.key] = {id, {}, unique.until, never};
    if (unique.until == unique_until::ttl) {
        keys_[unique.key].end = m.published + std::chrono::seconds{unique.ttl_s};
    }
}

// It needs its key no more. Who waits for it has it with the fact that it waits no longer.
void model::leave_key(model_message const& m) {
    auto const at = keys_.find(m.what->unique.key);
    auto const id = m.what->fields.id;
    if (m.what->unique.key.empty() || m.keyless || at == keys_.end()) {
        return;
    }
    auto& key = at->second;
    if (key.waiting == id) {
        key.waiting = {};
    } else if (key.holder == id && key.until != unique_until::ttl) {
        key.holder = {};
    }
    if (key.holder.empty() && key.waiting.empty()) {
        keys_.erase(at);
    }
}

void model::touched(message_number number) {
    for (auto& [id, sweep] : sweeps_) {
        sweep.must_visit.erase(number.value);
    }
}

void model::on(record::queue_created const& r) {
    queues_.insert(std::string{r.name});
}

void model::on(record::queue_deleted const& r) {
    queues_.erase(std::string{r.name});
}

void model::on(record::policy_set const& r) {
    auto& p = policies_[std::string{r.pattern}];
    p.priority = r.priority;
    auto const& s = r.settings;
    p.settings = {s.max_length,
                  s.max_bytes,
                  s.overflow,
                  s.default_ttl_s,
                  s.lease_ms,
                  s.max_crashes,
                  s.aging_s,
                  {},
                  s.dead_ttl_s,
                  s.dead_max};
    if (s.dead_letter) {
        p.settings.dead_letter = std::string{*s.dead_letter};
    }
}

void model::on(record::policy_removed const& r) {
    must(policies_.erase(std::string{r.pattern}) == 1, "a policy that is not there was removed");
}

void model::on(record::hold_set const& r) {
    holds_[{r.scope, std::string{r.name}}] = r.until;
}

void model::on(record::hold_released const& r) {
    must(holds_.erase({r.scope, std::string{r.name}}) == 1, "released what was not held");
}

void model::on(record::limit_set const& r) {
    auto const names = owned(r.names);
    auto const was = limits_.find(names);
    if (was == limits_.end() || was->second != r.settings) {
        // Others may apply from now on: what passed by them is counted anew.
        std::erase_if(passes_, [&](auto const& each) {
            return limit_kind(each.first.first) == limit_kind(names);
        });
    }
    if (r.settings.burst == 0) {
        must(limits_.erase(names) == 1, "a limit that is not there was removed");
    } else {
        limits_[names] = r.settings;
    }
}

// What passed is counted by itself.
void model::on(record::limit_spent const&) {}

message_number model::turn_of(model_message const& m) const {
    auto const at = turns_.find({m.queue, m.what->placement.ordering_key});
    return at == turns_.end() ? message_number{} : at->second;
}

bool model::may_take_turn(message_number number) const {
    auto const* m = find(number);
    if (!m || m->what->placement.ordering_key.empty()) {
        return true;
    }
    auto const turn = turn_of(*m);
    return turn.value == 0 || turn == number;
}

passes model::passed(model_limit const& limit, session_id reader) const {
    auto const at = passes_.find(
        {limit.names, limit.settings.per_worker ? reader : session_id{}});
    return at == passes_.end() ? passes{} : at->second;
}

// A delivery that is taken up again was counted when it began, in this epoch or in one before.
void model::count_passes(model_message const& m, record::leased const& r) {
    if (r.token.epoch != epoch_ || r.at == unset) {
        return;
    }
    for (auto const& each : limits_about(limits_, *m.what, m.queue)) {
        if (each.settings.rate.limited()) {
            auto const reader = each.settings.per_worker ? r.session : session_id{};
            passes_[{each.names, reader}].emplace_back(r.at, m.what->placement.cost);
        }
    }
}

void model::end_turn(model_message const& m, message_number number) {
    if (turn_of(m) == number) {
        turns_.erase({m.queue, m.what->placement.ordering_key});
    }
}

bool model::fair(std::string const& queue) const {
    return std::ranges::any_of(messages_, [&](auto const& each) {
        auto const& m = each.second;
        return m.queue == queue && !m.what->placement.fairness_key.empty() &&
               (!m.is_final() || m.state == message_state::dead);
    });
}

void model::on(record::share_set const& r) {
    if (r.weight == 1) {
        shares_.erase(std::string{r.key});
    } else {
        shares_[std::string{r.key}] = r.weight;
    }
}

void model::on(record::unique_taken const& r) {
    std::string const name{r.key};
    if (r.message.empty()) {
        must(keys_.contains(name), "a unique key was freed that nobody had: " + name);
        keys_.erase(name);
        return;
    }
    auto& key = keys_[name];
    auto const* holder = find(key.holder);
    must(!holder || holder->is_final() || key.holder == r.message || key.waiting == r.message,
         "two messages have the unique key " + name);
    key = {r.message, {}, unique_until::ttl, r.until};
}

void model::on(record::schedule_set const& r) {
    model_schedule const is{r};
    std::string const name{r.spec.name};
    auto const at = schedules_.find(name);
    if (at != schedules_.end()) {
        auto const& was = at->second;
        must(is.fired == was.fired && is.skipped == was.skipped,
             "a schedule forgot what it did: " + name);
        must(is.last_slot >= was.last_slot, "a schedule went back to an earlier slot: " + name);
        must(!is.same_clockwork(was) || is.since == was.since,
             "a schedule lost its slots: " + name);
        at->second = is;
    } else {
        must(is.fired == 0 && is.skipped == 0, "a new schedule has a past: " + name);
        schedules_.emplace(name, is);
    }
}

void model::on(record::schedule_removed const& r) {
    must(schedules_.erase(std::string{r.name}) == 1, "a schedule that is not there was removed");
}

void model::on(record::slots_skipped const& r) {
    auto const at = schedules_.find(std::string{r.name});
    must(at != schedules_.end(), "slots of no schedule were left out");
    auto& s = at->second;
    must(r.last_slot > s.last_slot && is_slot(s, r.last_slot),
         "left out what is no slot, or was used up: " + at->first);
    must(r.count == slots_between(s, s.last_slot, r.last_slot),
         "left out another number of slots: " + at->first);
    s.last_slot = r.last_slot;
    s.skipped += r.count;
}

void model::on(record::sweep_began const& r) {
    auto const at = sweeps_.find(r.id.value);
    if (at != sweeps_.end()) { // it went on, or was moved by cleaning
        must(at->second.below == r.below && at->second.spec.action == r.spec.action,
             "a sweep changed its mind");
        must(r.changed >= at->second.changed, "a sweep forgot what it had changed");
        at->second.changed = r.changed;
        return;
    }
    model_sweep s;
    s.below = r.below;
    auto const& w = r.spec.which;
    s.spec.action = r.spec.action;
    s.spec.which = {std::string{w.queue},
                    std::string{w.task},
                    std::string{w.error},
                    w.states,
                    std::string{w.tag},
                    std::string{w.worker},
                    w.root,
                    w.parent,
                    w.published_after,
                    w.published_before};
    s.spec.to = r.spec.to;
    s.spec.due = r.spec.due;
    s.spec.reason = r.spec.reason;
    s.spec.rate_per_s = r.spec.rate_per_s;
    s.spec.terminate = r.spec.terminate;
    s.spec.reset_counters = r.spec.reset_counters;
    s.spec.dry_run = r.spec.dry_run;
    s.spec.edits = r.spec.edits;
    for (auto const& [number, m] : messages_) {
        must(number < r.below.value, "a sweep leaves out what was there before it");
        // What becomes ready by time alone says nothing: whether it is by now, nobody can know.
        bool const unclear =
            m.state == message_state::scheduled && !w.states.empty() &&
            w.states.contains(message_state::ready) != w.states.contains(message_state::scheduled);
        if (!unclear && chosen(s.spec.which, m, m.state)) {
            s.must_visit.insert(number);
        }
    }
    sweeps_.emplace(r.id.value, std::move(s));
}

void model::on(record::sweep_ended const& r) {
    must(sweeps_.erase(r.id.value) == 1, "a sweep that is not there ended");
}

} // namespace peyk::simulation
