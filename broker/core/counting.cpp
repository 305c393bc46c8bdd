// Statistics and events: told at the places where the records are made. Counting costs a few
// increments per message; events cost nothing while nobody listens.

#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

// Everybody who counts for the queue and the task of a message.
template <class Members, class Change>
void count_in_both(Members& of, core::queue& q, message_entry const& e, Change change) {
    change(of.series_of(q).sample);
    if (interned_name const* const task = e.lane->above().above().key().task) {
        change(of.series_of(*task).sample);
    }
}

} // namespace

series& broker_state::members::series_of(core::queue& of) {
    return of.counted != nullptr ? *of.counted
                                 : open_series(series_kind::queue, of.name(), of.counted);
}

series& broker_state::members::series_of(interned_name const& task) {
    return task.counted != nullptr ? *task.counted
                                   : open_series(series_kind::task, task.text, task.counted);
}

// The name's own, or the one of those that are too many.
series&
broker_state::members::open_series(series_kind kind, std::string_view name, series*& place) {
    if (all_series.size() >= bounds.series_max) {
        return kind == series_kind::queue ? other_queues : other_tasks;
    }
    place = all_series.emplace_back(std::make_unique<series>(series{kind, name, &place, {}})).get();
    return *place;
}

void broker_state::members::begin_waiting(message_entry& e) const {
    e.ready_low = static_cast<std::uint32_t>(now.wall.time_since_epoch().count());
}

wall_time broker_state::members::ready_since(message_entry const& e) const {
    wall_time const first = std::max(e.published, e.due);
    if (e.ready_low == 0) {
        return first;
    }
    // Its higher bits are those of a time not after now.
    auto const low = static_cast<std::uint32_t>(now.wall.time_since_epoch().count());
    std::uint32_t const ago = low - e.ready_low;
    return std::max(first, now.wall - duration{ago});
}

void broker_state::members::count_published(message_entry const& e) {
    count_in_both(*this, e.lane->home(), e, [](sample& s) { ++s.published; });
}

void broker_state::members::count_delivered(message_entry const& e) {
    duration const waited = now.wall - ready_since(e);
    count_in_both(*this, e.lane->home(), e, [waited](sample& s) {
        ++s.delivered;
        s.waited.add(waited);
    });
    ++e.lease->holder->delivered_count;
    e.lease->holder->delivered_at = now.steady;
    if (listened) {
        add_event(event_kind::task_received, e, e.lease->holder).waited = waited;
    }
}

void broker_state::members::count_end(message_entry const& e, ending const& how) {
    interned_name const* const origin = how.origin.empty() ? nullptr : names.find(how.origin);
    core::queue& from = origin != nullptr && origin->as_queue != nullptr ? *origin->as_queue
                                                                         : e.lane->home();
    bool const revoked = how.state == message_state::revoked;
    bool const succeeded = how.state == message_state::succeeded;
    bool const ran = taken.of == e.number && !revoked && !how.crash;
    count_in_both(*this, from, e, [&](sample& s) {
        ++(revoked ? s.revoked : succeeded ? s.succeeded : s.failed);
        s.crashed += how.crash ? 1 : 0;
        if (ran) {
            s.ran.add(taken.ran);
        }
    });
    if (!listened) {
        return;
    }
    event_kind const kind = revoked     ? event_kind::task_revoked
                            : succeeded ? event_kind::task_succeeded
                                        : event_kind::task_failed;
    event& told = add_event(kind, e, taken.of == e.number ? taken.holder : nullptr);
    told.queue = from.name();
    told.ran = ran ? taken.ran : duration{0};
    set_error(told, how.error);
    if (how.failed && !how.crash && how.death != death::asked) {
        told.attempt = e.counters.attempts; // Its failure has been counted.
    }
}

// Its lease ended without an end of the message: it failed, was lost (`run`), or was handed back.
void broker_state::members::count_put_back(message_entry const& e, ended_run const* run) {
    if (taken.of != e.number) {
        return; // Nobody had it: it waited for another one.
    }
    if (run == nullptr) {
        return tell(event_kind::task_requeued, e, taken.holder);
    }
    count_in_both(*this, e.lane->home(), e, [&](sample& s) {
        ++(run->crash ? s.crashed : s.retried);
        if (!run->crash) {
            s.ran.add(taken.ran);
        }
    });
    if (run->crash) {
        return tell(event_kind::task_requeued, e, taken.holder);
    }
    if (listened) {
        event& told = add_event(event_kind::task_retried, e, taken.holder);
        told.ran = taken.ran;
        told.attempt = e.counters.attempts; // The failure has been counted.
        set_error(told, e.detail->error.view());
    }
}

void broker_state::members::remember_lease(lease const& l) {
    wall_time const from = l.began != unset ? l.began : l.granted;
    taken = {l.message->number, l.holder, from == unset ? duration{0} : now.wall - from};
}

event& broker_state::members::add_event(event_kind kind,
                                        message_entry const& e,
                                        session const* by) {
    event& told = out->events.emplace_back();
    told.kind = kind;
    told.at = now.wall;
    told.message = e.id;
    told.queue = e.lane->home().name();
    told.task = e.lane->task();
    told.attempt = static_cast<std::uint16_t>(
        std::min<std::uint32_t>(e.counters.attempts + 1u,
                                std::numeric_limits<std::uint16_t>::max()));
    if (by != nullptr) {
        told.session = by->id;
        told.worker = by->name;
    }
    return told;
}

void broker_state::members::set_error(event& told, task_error const& error) const {
    told.error_type = prefix(error.type, bounds.error_bytes_max);
    told.error_text = prefix(error.text, bounds.error_bytes_max);
}

void broker_state::members::tell(event_kind kind, session const& of) {
    if (listened) {
        event& told = out->events.emplace_back();
        told.kind = kind;
        told.at = now.wall;
        told.session = of.id;
        told.worker = of.name;
    }
}

// It consumes from now on, or does not any more.
void broker_state::members::set_online(session& of, bool online) {
    if (of.online != online) {
        of.online = online;
        tell(online ? event_kind::worker_online : event_kind::worker_offline, of);
    }
}

void broker_state::members::take_samples(std::vector<named_sample>& into) {
    for (series* const others : {&other_queues, &other_tasks}) {
        if (!others->sample.empty()) {
            into.push_back({others->kind, others->name, others->sample});
            others->sample = {};
        }
    }
    std::erase_if(all_series, [&into](std::unique_ptr<series> const& each) {
        if (each->sample.empty()) { // Makes room for a name that has something to count.
            *each->place = nullptr;
            return true;
        }
        into.push_back({each->kind, each->name, each->sample});
        each->sample = {};
        return false;
    });
    sampled = {sampled[1], now.steady};
    for (auto const& q : queue_list) {
        q->delivered_before = {q->delivered_before[1], q->delivered};
    }
}

} // namespace peyk::core
