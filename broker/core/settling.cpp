// A delivery is started, kept and settled, and what follows from each verdict.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace peyk::core {

namespace {

template <class Count>
void count_up(Count& counter) {
    if (counter != std::numeric_limits<Count>::max()) {
        ++counter;
    }
}

bool too_old(message_entry const& e, wall_time now) {
    return e.options && e.options->max_age_s != 0 &&
           now - e.published > std::chrono::seconds{e.options->max_age_s};
}

} // namespace

void broker_state::members::apply(start const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    effect::acknowledged answer{command.session, command.request, {}};
    for (std::size_t i = 0; i < command.tokens.size(); ++i) {
        lease* const held = deliveries.find(command.tokens[i]);
        if (held != nullptr && held->holder == by) {
            mark_started(*held, command.acknowledge);
        } else if (command.acknowledge && !by->settled.contains(command.tokens[i])) {
            answer.refused.push_back({static_cast<std::uint32_t>(i), errc::unknown_delivery});
        }
    }
    if (command.acknowledge) {
        out->effects.emplace_back(std::move(answer));
    }
}

// Sent again it changes nothing. Acknowledging may come later than starting.
void broker_state::members::mark_started(lease& l, bool acknowledge) {
    message_entry& e = *l.message;
    bool const begins = !std::exchange(l.started, true);
    bool const tracked = begins && e.track_started;
    bool const acknowledges = acknowledge && !std::exchange(l.acknowledged, true);
    if (tracked || acknowledges) {
        out->records.emplace_back(
            record::started{e.number, tracked ? now.wall : unset, acknowledges});
    }
    if (!begins) {
        return;
    }
    l.began = now.wall;
    if (tracked) {
        e.details().started = now.wall;
        notify(e);
    }
    tell(event_kind::task_started, e, l.holder);
}

void broker_state::members::apply(extend const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    effect::extended answer{command.session, command.request, {}};
    for (delivery_token const token : command.tokens) {
        lease* const held = deliveries.find(token);
        if (held == nullptr || held->holder != by) {
            answer.lost.push_back(token);
        } else {
            renew(*held);
        }
    }
    out->effects.emplace_back(std::move(answer));
}

void broker_state::members::renew(lease& l) {
    auto const lease_ms = l.message->lane->home().settings().lease_ms;
    l.until = lease_ms ? now.wall + duration{*lease_ms} : never;
    set_deadline(*l.message);
}

void broker_state::members::apply(settle const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    if (command.settlements.size() > bounds.batch_max) {
        out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::batch_too_large});
        return;
    }
    effect::settled answer{command.session, command.request, {}};
    for (std::size_t i = 0; i < command.settlements.size(); ++i) {
        if (errc const why = settle_one(*by, command.settlements[i]); why != errc::ok) {
            answer.refused.push_back({static_cast<std::uint32_t>(i), why});
        }
    }
    out->effects.emplace_back(std::move(answer));
}

errc broker_state::members::settle_one(session& by, settlement const& one) {
    lease* const held = deliveries.find(one.token);
    if (held == nullptr || held->holder != &by) {
        if (by.settled.contains(one.token)) {
            return errc::ok; // Sent again; it counted the first time.
        }
        ++counted.stale_settles;
        return errc::unknown_delivery;
    }
    if (auto const* success = std::get_if<verdict::success>(&one.verdict);
        success != nullptr && success->result.size() > bounds.result_bytes_max) {
        return errc::result_too_large;
    }
    by.settled.add(one.token);
    ++counted.settled;
    ++held->message->lane->home().settled;
    ++by.settled_count;
    struct by_verdict {
        members& self;
        lease& l;

        void operator()(verdict::success const& how) const { self.succeed(l, how); }
        void operator()(verdict::failure const& how) const { self.fail(l, how); }
        void operator()(verdict::retry const& how) const { self.retry(l, how); }
        void operator()(verdict::snooze const& how) const {
            self.put_back(self.take_back(l), how.at);
        }
        void operator()(verdict::rate_limited const& how) const { self.hold_back(l, how); }
        void operator()(verdict::release const&) const { self.put_back(self.take_back(l), unset); }
        void operator()(verdict::drop const&) const {
            message_entry& e = self.take_back(l);
            e.keeps_result = false;
            self.finish(e, {});
        }
        void operator()(verdict::dead const& how) const {
            self.fail_finally(l, how.error, death::asked);
        }
        void operator()(verdict::crashed const& how) const {
            self.count_crash(l, how.text, l.token);
        }
    };
    std::visit(by_verdict{*this, *held}, one.verdict);
    return errc::ok;
}

void broker_state::members::succeed(lease& l, verdict::success const& how) {
    ending end;
    end.result = how.result;
    end.content_type = how.content_type;
    end.settled_by = l.token;
    end.worker = l.holder->name;
    finish(take_back(l), end);
}

void broker_state::members::fail(lease& l, verdict::failure const& how) {
    message_entry& e = *l.message;
    count_up(e.counters.attempts);
    if (how.permanent) {
        fail_finally(l, how.error, death::permanent_failure);
    } else if (e.counters.attempts > e.retry.max_retries) {
        fail_finally(l, how.error, death::retries_exhausted);
    } else if (too_old(e, now.wall)) {
        fail_finally(l, how.error, death::max_age);
    } else {
        std::span<std::uint32_t const> delays;
        if (e.options) {
            delays = e.options->retry_delays_ms;
        }
        duration const delay = retry_delay(e.retry, e.counters.attempts, random.next(), delays);
        run_again(l, now.wall + delay, how.error);
    }
}

// The task itself says when, and that it wants to: the policy is not asked, so that a worker may
// retry what was published without one. Costs an attempt like any failure.
void broker_state::members::retry(lease& l, verdict::retry const& how) {
    message_entry& e = *l.message;
    count_up(e.counters.attempts);
    if (too_old(e, now.wall)) {
        fail_finally(l, how.error, death::max_age);
    } else {
        run_again(l, how.at, how.error);
    }
}

void broker_state::members::run_again(lease& l, wall_time due, task_error const& error) {
    message_entry& e = *l.message;
    ended_run const run{l.holder->name, l.began};
    set_error(e, error);
    remember_attempt(e, {std::string{run.worker}, run.began, now.wall, false, e.detail->error});
    take_back(l).retrying = true;
    put_back(e, due, &run);
}

// The message is ready again, but its scope is not delivered from for a while. Where that cannot be
// held back, the message waits by itself: given out again at once it would come back at once.
void broker_state::members::hold_back(lease& l, verdict::rate_limited const& how) {
    message_entry& e = take_back(l);
    wall_time due = unset;
    if (how.until > now.wall) {
        hold_scope scope = how.scope;
        if (scope == hold_scope::key && e.lane->limit_key().empty()) {
            scope = hold_scope::task;
        }
        if (scope == hold_scope::task && e.lane->task().empty()) {
            scope = hold_scope::queue;
        }
        std::string_view name = e.lane->home().name();
        if (scope == hold_scope::key) {
            name = e.lane->limit_key();
        } else if (scope == hold_scope::task) {
            name = e.lane->task();
        }
        bool const held = hold_until(scope, name, how.until, "rate limited");
        due = held ? unset : how.until;
    }
    put_back(e, due);
}

void broker_state::members::fail_finally(lease& l, task_error const& error, death why) {
    ending end;
    end.error = error;
    end.settled_by = l.token;
    end.worker = l.holder->name;
    end.death = why;
    end.failed = true;
    end.began = l.began;
    die(take_back(l), end);
}

// Its holder is lost, or held it too long. Whoever had started it may have been killed by it.
void broker_state::members::end_lost_lease(lease& l, std::string_view how) {
    if (l.started) {
        count_crash(l, how, {});
    } else {
        give_back(l);
    }
}

void broker_state::members::give_back(lease& l) {
    if (l.acknowledged) {
        end_acknowledged(l, "its worker does not have it any more", {});
    } else {
        give_back(take_back(l));
    }
}

// Nobody knows how far its work got, and it must not be done twice.
void broker_state::members::end_acknowledged(lease& l,
                                             std::string_view how,
                                             delivery_token settled_by) {
    count_up(l.message->counters.crashes);
    ending end;
    end.error = {"peyk::worker_lost", how, {}};
    end.settled_by = settled_by;
    end.worker = l.holder->name;
    end.death = death::permanent_failure;
    end.failed = true;
    end.crash = true;
    end.began = l.began;
    die(take_back(l), end);
}

void broker_state::members::count_crash(lease& l, std::string_view how, delivery_token settled_by) {
    if (l.acknowledged) {
        end_acknowledged(l, how, settled_by);
        return;
    }
    message_entry& e = *l.message;
    count_up(e.counters.crashes);
    ended_run const run{l.holder->name, l.began, true};
    take_back(l);
    if (e.counters.crashes <= max_crashes(e)) {
        remember_attempt(e, {std::string{run.worker}, run.began, now.wall, true, {}});
        give_back(e, &run);
        return;
    }
    std::string const text = std::string{how} + ", too often";
    ending end;
    end.error = {"crash_limit", text, {}};
    end.settled_by = settled_by;
    end.worker = run.worker;
    end.death = death::crash_limit;
    end.failed = true;
    end.crash = true;
    end.began = run.began;
    die(e, end);
}

} // namespace peyk::core
