// A delivery is started, kept and settled, and what follows from each verdict.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <limits>

namespace peyk::core {

namespace {

template <class Count>
void count_up(Count& counter) {
    if (counter != std::numeric_limits<Count>::max()) {
        ++counter;
    }
}

} // namespace

void broker_state::members::apply(start const& command) {
    session* const by = client(command.session, {});
    if (by == nullptr) {
        return;
    }
    for (delivery_token const token : command.tokens) {
        lease* const held = deliveries.find(token);
        if (held != nullptr && held->holder == by && !held->started) {
            mark_started(*held);
        }
    }
}

void broker_state::members::mark_started(lease& l) {
    message_entry& e = *l.message;
    l.started = true;
    if (e.track_started) {
        out->records.emplace_back(record::started{e.number, now.wall});
        e.details().started = now.wall;
        notify(e);
    }
}

void broker_state::members::apply(extend const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    effect::extended answer{command.session, command.request, {}};
    for (delivery_token const token : command.tokens) {
        lease const* const held = deliveries.find(token);
        if (held == nullptr || held->holder != by) {
            answer.lost.push_back(token);
        }
    }
    out->effects.emplace_back(std::move(answer));
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
    struct by_verdict {
        members& self;
        lease& l;

        void operator()(verdict::success const& how) const { self.succeed(l, how); }
        void operator()(verdict::failure const& how) const { self.fail(l, how); }
        void operator()(verdict::retry const& how) const { self.retry_later(l, how.at, how.error); }
        void operator()(verdict::snooze const& how) const {
            self.put_back(self.take_back(l), how.at);
        }
        void operator()(verdict::release const&) const { self.put_back(self.take_back(l), unset); }
        void operator()(verdict::drop const&) const {
            message_entry& e = self.take_back(l);
            e.keeps_result = false;
            self.finish(e, {});
        }
        void operator()(verdict::dead const& how) const {
            ending end{message_state::dead, false, {}, {}, how.error, l.token, l.holder->name};
            self.finish(self.take_back(l), end);
        }
    };
    std::visit(by_verdict{*this, *held}, one.verdict);
    return errc::ok;
}

void broker_state::members::succeed(lease& l, verdict::success const& how) {
    ending const end{
        message_state::succeeded, false, how.result, how.content_type, {}, l.token, l.holder->name};
    finish(take_back(l), end);
}

void broker_state::members::fail(lease& l, verdict::failure const& how) {
    message_entry& e = *l.message;
    count_up(e.counters.attempts);
    if (how.permanent || e.counters.attempts > e.retry.max_retries) {
        fail_finally(l, how.error);
        return;
    }
    retry_policy const& policy = e.retry;
    duration const delay = retry_delay(policy, e.counters.attempts, random.next());
    set_error(e, how.error);
    take_back(l).retrying = true;
    put_back(e, now.wall + delay, true);
}

// The task itself says when, and that it wants to: the policy is not asked, so that a worker may
// retry what was published without one. Costs an attempt like any failure.
void broker_state::members::retry_later(lease& l, wall_time due, task_error const& error) {
    message_entry& e = *l.message;
    count_up(e.counters.attempts);
    set_error(e, error);
    take_back(l).retrying = true;
    put_back(e, due, true);
}

// Who asked for results finds the error there; what nobody would find becomes a dead letter.
void broker_state::members::fail_finally(lease& l, task_error const& error) {
    ending const end{l.message->keeps_result ? message_state::failed : message_state::dead,
                     false,
                     {},
                     {},
                     error,
                     l.token,
                     l.holder->name};
    finish(take_back(l), end);
}

// The holder is lost. Whoever had started it may have been killed by it.
void broker_state::members::end_lost_lease(lease& l) {
    message_entry& e = *l.message;
    if (l.started) {
        count_up(e.counters.crashes);
    }
    bool const poison = l.started && e.counters.crashes > e.max_crashes;
    ending end;
    end.state = message_state::dead;
    end.error = {"crash_limit", "the session was lost while running it, too often", {}};
    end.worker = l.holder->name;
    take_back(l);
    if (poison) {
        finish(e, end);
    } else {
        give_back(e);
    }
}

} // namespace peyk::core
