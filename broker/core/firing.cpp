// Slots of schedules become messages, or are left out.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <utility>

namespace peyk::core {

namespace {

// FNV-1a. The ids of messages come from it: it must be the same in every build, for ever.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    return hash;
}

// A UUIDv8 that begins with a time, like the UUIDv7s of publishers.
message_id id_at(wall_time time, std::uint64_t hash, std::uint64_t salt) {
    auto const ms = static_cast<std::uint64_t>(time.time_since_epoch().count());
    std::uint64_t const first = mix(hash, ms ^ salt);
    std::uint64_t const second = mix(first, hash ^ salt);
    return {ms << 16 | 0x8000u | (first & 0xfffu), std::uint64_t{1} << 63 | second >> 2};
}

// The same for the same slot, whenever it is asked: no slot is published twice.
message_id slot_id(schedule_entry const& s, wall_time slot) {
    return id_at(slot, hash_of(s.name), 0);
}

duration jitter_of(schedule_entry const& s, wall_time slot) {
    auto const steps = static_cast<std::uint64_t>(s.spec.jitter.count()) + 1;
    auto const at = static_cast<std::uint64_t>(slot.time_since_epoch().count());
    return duration{static_cast<duration::rep>(mix(at, hash_of(s.name)) % steps)};
}

on_conflict conflict_of(overlap how) {
    switch (how) {
    case overlap::queue:
        return on_conflict::keep_last;
    case overlap::replace:
        return on_conflict::replace;
    case overlap::allow:
    case overlap::skip:
        break;
    }
    return on_conflict::reject;
}

std::size_t kept_of_missed(misfire how, limits const& bounds) {
    switch (how) {
    case misfire::skip:
        return 0;
    case misfire::run_once:
        return 1;
    case misfire::run_all:
        break;
    }
    return bounds.misfires_max;
}

// The slots later than `after` and before `before`, in order, `count_max` at most.
std::vector<wall_time> slots_between(schedule_entry const& s,
                                     time_zones const* zones,
                                     wall_time after,
                                     wall_time before,
                                     std::size_t count_max) {
    std::vector<wall_time> slots;
    for (wall_time slot = s.slot_after(after, zones); slot < before && slots.size() < count_max;
         slot = s.slot_after(slot, zones)) {
        slots.push_back(slot);
    }
    return slots;
}

// The newest slots between the two, more than `count` of them unless there are no more. Years may
// have passed: it looks where they are by halves instead of going through all of them.
std::vector<wall_time> newest_slots(schedule_entry const& s,
                                    time_zones const* zones,
                                    wall_time after,
                                    wall_time before,
                                    std::size_t count) {
    std::size_t const too_many = 2 * count + 16;
    wall_time too_early = after;
    wall_time too_late = before;
    for (wall_time from = after;; from = too_early + (too_late - too_early) / 2) {
        auto slots = slots_between(s, zones, from, before, too_many);
        if (slots.size() == too_many) {
            too_early = from;
        } else if (slots.size() <= count && from > after) {
            too_late = from;
        } else {
            return slots;
        }
    }
}

} // namespace

void broker_state::members::advance_schedules() {
    for (std::size_t fired = 0; fired < bounds.advance_max; ++fired) {
        schedule_entry* const s = schedules_due.take_due(now.wall);
        if (s == nullptr) {
            break;
        }
        schedule_due(*s);
    }
}

// One slot at a time: what else is due stays due at once.
void broker_state::members::schedule_due(schedule_entry& s) {
    constexpr duration full_retry{1'000};
    wall_time const punctual = std::max(mark.since, now.wall - bounds.misfire_after);
    if (s.next < punctual && s.next > s.caught_up_to) {
        miss_slots(s, punctual);
    }
    if (s.next > now.wall) {
        set_deadline(s);
        return;
    }
    wall_time const slot = s.next;
    acceptance const got = fire(s, slot, slot_id(s, slot));
    if (got.code == errc::memory_full || got.code == errc::disk_full) {
        schedules_due.set(s, now.wall + full_retry); // The slot is not used up.
        return;
    }
    if (got.code == errc::ok) {
        slot_fired(s.name, slot, slot_id(s, slot));
    } else {
        skip_slots(s, slot, 1);
    }
    set_deadline(s);
}

// Of the slots before `punctual` only those stay that the schedule wants to make up for.
void broker_state::members::miss_slots(schedule_entry& s, wall_time punctual) {
    std::size_t const kept = kept_of_missed(s.spec.misfire, bounds);
    wall_time const used_up = std::max(s.since, s.last_slot);
    auto const newest = newest_slots(s, zones, used_up, punctual, kept);
    s.caught_up_to = punctual - duration{1};
    if (newest.size() > kept) {
        wall_time const last = newest[newest.size() - kept - 1];
        skip_slots(s, last, s.count_slots(s.next, last, zones));
        s.next = s.next_slot(zones);
    }
}

void broker_state::members::skip_slots(schedule_entry& s, wall_time last, std::uint64_t count) {
    s.last_slot = last;
    s.skipped += count;
    out->records.emplace_back(record::slots_skipped{s.name, last, count});
}

// `slot` unset: by hand.
acceptance broker_state::members::fire(schedule_entry const& s, wall_time slot, message_id id) {
    message what = s.spec.message;
    what.id = id;
    if (slot != unset && s.spec.jitter > duration{0}) {
        what.eta = slot + jitter_of(s, slot);
    }
    if (s.spec.expires_after > duration{0}) {
        what.expires = (slot == unset ? now.wall : slot) + s.spec.expires_after;
    }
    std::string key;
    if (s.spec.overlap != overlap::allow) {
        key.append(schedule_key_prefix).append(s.name);
        what.unique.key = key;
        what.unique.conflict = conflict_of(s.spec.overlap);
    }
    return accept(what, {nullptr, {}, s.name, slot});
}

void broker_state::members::slot_fired(std::string_view schedule,
                                       wall_time slot,
                                       message_id message) {
    auto const found = schedules.find(schedule);
    if (found == schedules.end()) {
        return;
    }
    schedule_entry& s = *found->second;
    if (slot != unset && slot <= s.last_slot) {
        return; // Known already.
    }
    s.last_slot = std::max(s.last_slot, slot);
    s.last_message = message;
    ++s.fired;
}

void broker_state::members::apply(trigger_schedule const& command) {
    if (client(command.session, command.request) == nullptr) {
        return;
    }
    auto const found = schedules.find(command.name);
    if (found == schedules.end()) {
        answer(command, errc::unknown_schedule);
        return;
    }
    schedule_entry const& s = *found->second;
    // Numbers come again after a restart, but not in the same epoch.
    std::uint64_t const salt = mix(mark.epoch.value, last_number.value + 1);
    message_id const id = id_at(now.wall, hash_of(s.name), salt);
    acceptance got = fire(s, unset, id);
    if (got.code != errc::ok) {
        answer(command, got.code, std::move(got.detail));
        return;
    }
    slot_fired(s.name, unset, id);
    out->effects.emplace_back(effect::done{command.session, command.request, id});
}

std::uint64_t broker_state::members::schedules_fingerprint() const {
    std::uint64_t sum = 0;
    for (auto const& [name, s] : schedules) {
        schedule_spec const& spec = s->spec;
        message const& m = spec.message;
        std::uint64_t hash = hash_of(name);
        for (std::string_view const text : {spec.cron, spec.zone, m.queue, m.task, m.content}) {
            hash = mix(hash, hash_of(text));
        }
        for (duration const time : {spec.every,
                                    spec.start.time_since_epoch(),
                                    spec.end.time_since_epoch(),
                                    spec.jitter,
                                    spec.expires_after,
                                    s->since.time_since_epoch(),
                                    s->last_slot.time_since_epoch()}) {
            hash = mix(hash, static_cast<std::uint64_t>(time.count()));
        }
        for (std::uint64_t const number : {std::uint64_t{m.priority},
                                           static_cast<std::uint64_t>(spec.misfire),
                                           static_cast<std::uint64_t>(spec.overlap),
                                           std::uint64_t{spec.paused},
                                           std::uint64_t{spec.configured},
                                           s->last_message.high,
                                           s->last_message.low,
                                           s->fired,
                                           s->skipped}) {
            hash = mix(hash, number);
        }
        sum += hash;
    }
    return sum;
}

} // namespace peyk::core
