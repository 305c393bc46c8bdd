// Schedules come, change and go. How they fire: firing.cpp.

#include "broker/core/allowed.hpp"
#include "broker/core/assert.hpp"
#include "broker/core/broker_members.hpp"
#include "broker/core/next_slot.hpp"

#include <utility>

namespace peyk::core {

namespace {

// No time between two slots, and none a message waits or lives after its slot, is longer.
constexpr duration stretch_max = std::chrono::hours{24 * 366 * 10};

std::string wrong_times(schedule_spec const& spec, limits const& bounds) {
    if (spec.cron.empty() == (spec.every == duration{0})) {
        return "either a cron expression or an interval is needed";
    }
    if (spec.cron.empty() && (spec.every < bounds.schedule_every_min || spec.every > stretch_max)) {
        return "the interval is shorter than a second or longer than ten years";
    }
    if (spec.jitter < duration{0} || spec.jitter > stretch_max) {
        return "the jitter is below zero or longer than ten years";
    }
    if (spec.expires_after < duration{0} || spec.expires_after > stretch_max) {
        return "messages would expire before their slot or after more than ten years";
    }
    if (spec.end != unset && spec.end <= spec.start) {
        return "it ends before it starts";
    }
    return {};
}

std::string wrong_message(message const& m, limits const& bounds) {
    if (!m.queue.empty() && !valid_queue_name(m.queue, bounds.name_bytes_max)) {
        return "the queue's name is too long or has characters other than letters, digits and . "
               "_ - : /";
    }
    if (m.task.size() > bounds.name_bytes_max) {
        return "the task's name is too long";
    }
    if (m.content.size() > bounds.content_bytes_max) {
        return "its message is too large";
    }
    if (m.retry_delays_ms.size() > bounds.retry_delays_max) {
        return "its message has too many retry delays";
    }
    if (m.eta != unset || m.expires != unset || !m.unique.key.empty()) {
        return "eta, expires and a unique key of its messages are the schedule's to give";
    }
    return {};
}

std::string mistake_in(schedule_spec const& spec, limits const& bounds, time_zones const* zones) {
    // The unique key of its messages is a little longer.
    if (!valid_queue_name(spec.name, bounds.unique_key_bytes_max - schedule_key_prefix.size())) {
        return "its name is empty, too long or has characters other than letters, digits and . "
               "_ - : /";
    }
    if (std::string wrong = wrong_times(spec, bounds); !wrong.empty()) {
        return wrong;
    }
    if (!zone_known(spec.zone, zones)) {
        return "the time zone '" + std::string(spec.zone.substr(0, 100)) + "' is not known";
    }
    if (!spec.cron.empty()) {
        std::string mistake;
        auto const parsed = cron_expression::parse(spec.cron, mistake);
        if (!parsed) {
            return mistake;
        }
        if (!next_slot(*parsed, spec.zone, zones, unset)) {
            return "'" + std::string(spec.cron) + "' never fires";
        }
    }
    return wrong_message(spec.message, bounds);
}

// Otherwise it would be refused at every slot, where nobody sees it.
std::string wrong_place(std::string_view field, limits const& bounds) {
    return field.empty() ? std::string{} : "message." + allowed_in(field, bounds);
}

} // namespace

errc broker_state::members::configure(set_schedule const& schedule, std::string& detail) {
    schedule_spec spec = schedule.spec;
    spec.configured = true;
    detail = mistake_in(spec, bounds, zones);
    if (detail.empty()) {
        detail = wrong_place(misplaced(spec.message.placement, spec.message.tags), bounds);
    }
    if (!detail.empty()) {
        return errc::invalid_schedule;
    }
    if (configured_schedules.size() >= bounds.schedules_max) {
        return errc::too_many_schedules;
    }
    auto& place = configured_schedules[std::string(spec.name)];
    place = std::make_unique<schedule_entry>(spec.name);
    place->take(spec);
    return errc::ok;
}

void broker_state::members::apply(set_schedule const& command) {
    if (client(command.session, command.request) == nullptr) {
        return;
    }
    schedule_spec spec = command.spec;
    spec.configured = false;
    errc why = errc::ok;
    std::string detail = mistake_in(spec, bounds, zones);
    if (detail.empty()) {
        detail = wrong_place(misplaced(spec.message.placement, spec.message.tags), bounds);
    }
    bool const known = schedules.contains(spec.name);
    if (!detail.empty()) {
        why = errc::invalid_schedule;
    } else if (!known && schedules.size() >= bounds.schedules_max) {
        why = errc::too_many_schedules;
    } else if (memory_bytes() + spec.message.content.size() > bounds.memory_bytes_max) {
        why = errc::memory_full;
    }
    if (why != errc::ok) {
        answer(command, why, std::move(detail));
        return;
    }
    put_schedule(spec);
    answer(command, errc::ok);
}

// The schedule is so from now on. Slots it had keep their meaning if its times are the same: a
// program that sets its schedules whenever it starts must not put them off each time.
void broker_state::members::put_schedule(schedule_spec const& spec) {
    schedule_entry& s = schedule_named(spec.name);
    bool const new_slots = s.since == unset || !s.same_slots(spec);
    bool const resumed = s.spec.paused && !spec.paused;
    schedule_bytes -= s.bytes();
    s.take(spec);
    schedule_bytes += s.bytes();
    if (new_slots) {
        s.since = now.wall;
    } else if (resumed) {
        s.last_slot = std::max(s.last_slot, now.wall);
    }
    record_schedule(s);
    set_deadline(s);
}

// Known by name; made if it is not.
schedule_entry& broker_state::members::schedule_named(std::string_view name) {
    auto const found = schedules.find(name);
    if (found != schedules.end()) {
        return *found->second;
    }
    auto& made = schedules[std::string(name)];
    made = std::make_unique<schedule_entry>(name);
    schedule_bytes += made->bytes();
    return *made;
}

void broker_state::members::record_schedule(schedule_entry& s) {
    out->records.emplace_back(s.as_record());
    order.append(s);
}

void broker_state::members::drop_schedule(schedule_entry& s) {
    schedule_bytes -= s.bytes();
    schedules_due.remove(s);
    order.remove(s);
    auto const found = schedules.find(s.name);
    ended_schedules.push_back(std::move(found->second));
    schedules.erase(found);
}

void broker_state::members::apply(remove_schedule const& command) {
    if (client(command.session, command.request) == nullptr) {
        return;
    }
    auto const found = schedules.find(command.name);
    if (found == schedules.end()) {
        answer(command, errc::unknown_schedule);
        return;
    }
    schedule_entry& s = *found->second;
    if (s.spec.configured) {
        out->effects.emplace_back(effect::refused{command.session,
                                                  command.request,
                                                  errc::invalid_schedule,
                                                  "it stands in the broker's configuration"});
        return;
    }
    auto const fallback = configured_schedules.find(command.name);
    if (fallback != configured_schedules.end()) {
        put_schedule(fallback->second->spec);
    } else {
        drop_schedule(s);
        out->records.emplace_back(record::schedule_removed{ended_schedules.back()->name});
    }
    answer(command, errc::ok);
}

// What passes in a pause is used up; the pause of a configured schedule outlives a restart.
void broker_state::members::apply(pause_schedule const& command) {
    if (client(command.session, command.request) == nullptr) {
        return;
    }
    auto const found = schedules.find(command.name);
    if (found == schedules.end()) {
        answer(command, errc::unknown_schedule);
        return;
    }
    schedule_entry& s = *found->second;
    if (s.spec.paused != command.paused) {
        s.spec.paused = command.paused;
        if (!command.paused) {
            s.last_slot = std::max(s.last_slot, now.wall);
        }
        record_schedule(s);
        set_deadline(s);
    }
    answer(command, errc::ok);
}

void broker_state::members::set_deadline(schedule_entry& s) {
    s.next = s.next_slot(zones);
    if (s.spec.paused || s.next == never) {
        schedules_due.remove(s);
    } else {
        schedules_due.set(s, s.next);
    }
}

void broker_state::members::replay(record::schedule_set const& fact) {
    stopped_cleanly = false;
    schedule_entry& s = schedule_named(fact.spec.name);
    schedule_bytes -= s.bytes();
    s.take(fact.spec);
    schedule_bytes += s.bytes();
    s.since = fact.since;
    s.last_slot = fact.last_slot;
    s.last_message = fact.last_message;
    s.fired = fact.fired;
    s.skipped = fact.skipped;
    replayed = &s;
}

void broker_state::members::replay(record::schedule_removed const& fact) {
    stopped_cleanly = false;
    if (auto const found = schedules.find(fact.name); found != schedules.end()) {
        drop_schedule(*found->second);
    }
}

void broker_state::members::replay(record::slots_skipped const& fact) {
    stopped_cleanly = false;
    if (auto const found = schedules.find(fact.name); found != schedules.end()) {
        found->second->last_slot = std::max(found->second->last_slot, fact.last_slot);
        found->second->skipped += fact.count;
    }
}

// The configuration names them anew at each start; what they fired is known from the journal.
void broker_state::members::recover_schedules() {
    for (auto next = schedules.begin(); next != schedules.end();) {
        schedule_entry& s = *next->second;
        ++next;
        if (s.spec.configured && !configured_schedules.contains(s.name)) {
            drop_schedule(s);
            out->records.emplace_back(record::schedule_removed{ended_schedules.back()->name});
        }
    }
    for (auto const& [name, configured] : configured_schedules) {
        auto const known = schedules.find(name);
        if (known == schedules.end()) {
            put_schedule(configured->spec);
        } else if (known->second->spec.configured) {
            schedule_spec spec = configured->spec;
            spec.paused = spec.paused || known->second->spec.paused;
            if (!known->second->same(spec)) {
                put_schedule(spec);
            }
        }
    }
    for (auto const& [name, s] : schedules) {
        set_deadline(*s);
    }
}

namespace {

schedule_state state_of(schedule_entry const& s, time_zones const* zones) {
    constexpr std::size_t shown = 10;
    schedule_state seen{s.spec, s.last_slot, s.last_message, s.fired, s.skipped, {}};
    if (s.spec.paused) {
        return seen;
    }
    for (wall_time slot = s.next; slot != never && seen.next.size() < shown;
         slot = s.slot_after(slot, zones)) {
        seen.next.push_back(slot);
    }
    return seen;
}

} // namespace

errc broker_state::configure(set_schedule const& schedule, std::string& detail) {
    return self_->configure(schedule, detail);
}

std::vector<schedule_state> broker_state::schedules(std::string_view after,
                                                    std::size_t count_max) const {
    std::vector<schedule_state> seen;
    for (auto s = self_->schedules.upper_bound(after);
         s != self_->schedules.end() && seen.size() < count_max;
         ++s) {
        seen.push_back(state_of(*s->second, self_->zones));
    }
    return seen;
}

std::optional<schedule_state> broker_state::schedule(std::string_view name) const {
    auto const found = self_->schedules.find(name);
    if (found == self_->schedules.end()) {
        return std::nullopt;
    }
    return state_of(*found->second, self_->zones);
}

} // namespace peyk::core
