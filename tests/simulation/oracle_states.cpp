// What a settled message must look like, what clients may be told, and what may not be left undone.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>
#include <cmath>

namespace peyk::simulation {

using namespace core;

namespace {

// The delay after failure n is within these.
std::pair<duration, duration> delays(draft const& of, int n) {
    auto const& policy = of.fields.retry;
    double const base = policy.base_ms;
    double grown = base;
    switch (policy.curve) {
    case backoff::exponential:
        grown = base * std::pow(policy.factor_percent / 100.0, n - 1);
        break;
    case backoff::fixed:
        break;
    case backoff::linear:
        grown = base * n;
        break;
    case backoff::polynomial:
        grown = base * std::pow(n, policy.factor_percent / 100.0);
        break;
    case backoff::list:
        grown =
            of.delays.at(std::min<std::size_t>(static_cast<std::size_t>(n), of.delays.size()) - 1);
        break;
    }
    double const most = std::min<double>(policy.max_ms, grown);
    double const least = policy.spread == jitter::none    ? most
                         : policy.spread == jitter::equal ? most / 2
                                                          : 0;
    // Rounding: 1 % and 2 ms.
    return {duration{static_cast<std::int64_t>(std::max(0.0, least * 0.99 - 2))},
            duration{static_cast<std::int64_t>(most * 1.01 + 2)}};
}

bool same(task_error const& a, error_text const& b) {
    return a.type == b.type && a.text == b.text && a.trace == b.trace;
}

duration result_ttl(model_message const& of, limits const& bounds) {
    auto const asked = of.what->fields.result.ttl_s;
    return asked == 0 ? bounds.result_ttl : duration{asked * 1'000ll};
}

// Why a failed run is the last one; none: it is not.
death last_run_because(verdict::failure const& f, model_message const& was, bool too_old) {
    return f.permanent                                ? death::permanent_failure
           : was.counters.attempts >= was.max_retries ? death::retries_exhausted
           : too_old                                  ? death::max_age
                                                      : death::none;
}

} // namespace

// Whether what its worker named is held: its limit key, else its task, else its queue.
bool oracle::held_back(verdict::rate_limited const& by,
                       model_message const& was,
                       wall_time now) const {
    auto const& key = was.what->placement.limit_key;
    if (by.scope == hold_scope::key && !key.empty()) {
        return recorded_.held(hold_scope::key, key, now);
    }
    bool const by_task = by.scope != hold_scope::queue && !was.what->task.empty();
    return recorded_.held(
        by_task ? hold_scope::task : hold_scope::queue, by_task ? was.what->task : was.queue, now);
}

void oracle::check_verdict(settlement const& s,
                           call const& what,
                           model_message const& was,
                           message_number number) const {
    auto const& ended = ended_as_.at(s.token);
    auto const* is = ended ? &*ended : nullptr;
    bool const keep = was.what->fields.result.keep;
    bool const expired = was.has_expired(what.now.wall);
    auto const age = what.now.wall - was.published;
    bool const too_old =
        was.what->fields.max_age_s != 0 && age > std::chrono::seconds{was.what->fields.max_age_s};
    auto const ended_as = [&](message_state state) {
        return is ? is->state == state && is->settled_by == s.token : !keep;
    };
    // Put back but expired meanwhile.
    auto const revoked = [&] {
        return expired && (!is || is->state == message_state::revoked);
    };
    bool right = false;
    if (auto const* v = std::get_if<verdict::success>(&s.verdict)) {
        right = ended_as(message_state::succeeded) &&
                (!is || (is->result == v->result && is->content_type == v->content_type &&
                         is->until == what.now.wall + result_ttl(was, limits_)));
    } else if (auto const* f = std::get_if<verdict::failure>(&s.verdict)) {
        auto const why = last_run_because(*f, was, too_old);
        if (why != death::none) {
            right = died(is, was, what.now, why) &&
                    (!is || (same(f->error, is->error) && is->settled_by == s.token));
        } else if (!revoked()) {
            right = is != nullptr && same(f->error, is->error);
            check_retry(what.now, was, *is, number);
        } else {
            right = true;
        }
    } else if (auto const* r = std::get_if<verdict::retry>(&s.verdict)) {
        // The task asks for it itself: its policy is not asked.
        right = too_old ? died(is, was, what.now, death::max_age) : revoked();
        if (!right && is && !too_old) {
            right = is->counters.attempts == was.counters.attempts + 1 && is->retrying &&
                    (is->due == r->at || (r->at <= what.now.wall && is->due <= what.now.wall));
        }
    } else if (auto const* z = std::get_if<verdict::snooze>(&s.verdict)) {
        right = revoked() ||
                (is && is->counters == was.counters &&
                 (is->due == z->at || (z->at <= what.now.wall && is->due <= what.now.wall)));
    } else if (std::get_if<verdict::release>(&s.verdict)) {
        right = revoked() || (is && is->counters.attempts == was.counters.attempts &&
                              is->counters.crashes == was.counters.crashes && is->due == unset);
    } else if (auto const* l = std::get_if<verdict::rate_limited>(&s.verdict)) {
        bool const held = held_back(*l, was, what.now.wall);
        bool const waits = l->until > what.now.wall && !held;
        right = (revoked() ||
                 (is && is->counters == was.counters && is->due == (waits ? l->until : unset))) &&
                (!waits || recorded_.holds().size() >= limits_.holds_max);
    } else if (std::get_if<verdict::drop>(&s.verdict)) {
        right = !is || (is->state == message_state::succeeded && is->result.empty());
    } else if (auto const* d = std::get_if<verdict::dead>(&s.verdict)) {
        right = died(is, was, what.now, death::asked) && (!is || same(d->error, is->error));
    } else if (std::holds_alternative<verdict::crashed>(s.verdict)) {
        right = revoked() || counted_as_crash(is, was, what.now);
    }
    if (!right) {
        std::string const became =
            is ? "state " + std::to_string(static_cast<int>(is->state)) : "nothing";
        violated("verdict " + std::to_string(s.verdict.index()) + " of " + text(s.token) +
                     " became " + became,
                 number);
    }
}

bool oracle::counted_as_crash(model_message const* is, model_message const& was, moment now) const {
    if (was.acknowledged) {
        return died(is, was, now, death::permanent_failure);
    }
    if (was.counters.crashes >= max_crashes(was)) {
        return died(is, was, now, death::crash_limit);
    }
    return is && is->counters.attempts == was.counters.attempts &&
           is->counters.crashes == was.counters.crashes + 1 && is->due == unset;
}

// What becomes of a final failure, by the policy of its queue.
bool oracle::died(model_message const* is, model_message const& was, moment now, death why) const {
    auto const keeper = recorded_.settings(was.queue).dead_letter.value_or("");
    if (keeper == "-") {
        return is ? is->state == message_state::failed : !was.what->fields.result.keep;
    }
    auto const home = keeper.empty() ? was.queue : keeper;
    auto const asked = recorded_.settings(home).dead_ttl_s;
    auto const ttl = asked ? duration{std::chrono::seconds{*asked}} : limits_.dead_ttl;
    return is && is->state == message_state::dead && is->queue == home &&
           is->origin == (home == was.queue ? std::string{} : was.queue) && is->death == why &&
           is->until == now.wall + ttl;
}

void oracle::check_retry(moment now,
                         model_message const& was,
                         model_message const& is,
                         message_number number) const {
    auto const [least, most] = delays(*was.what, was.counters.attempts + 1);
    auto const due = is.due == unset ? now.wall : is.due;
    if (is.counters.attempts != was.counters.attempts + 1 || !is.retrying ||
        due < now.wall + least || due > now.wall + most) {
        violated("retried at another time or with another count than the policy says", number);
    }
}

void oracle::check_status(status const& s, model_message const* m) const {
    std::string const told = " is told as " + text(s);
    if (!m) {
        must(s.state == visible_state::unknown, "nothing" + told);
        return;
    }
    must(s.acknowledged == (m->state == message_state::leased && m->acknowledged),
         "a status is acknowledged early, or not, otherwise: " + text(s));
    bool right = false;
    switch (m->state) {
    case message_state::scheduled:
    case message_state::ready:
        right = s.state == (m->retrying ? visible_state::retry : visible_state::pending);
        if (m->state == message_state::scheduled && m->due > advanced_to_.wall && !m->retrying) {
            right = right && s.detail == visible_detail::scheduled;
        }
        break;
    case message_state::blocked:
        right = s.state == visible_state::pending && s.detail == visible_detail::blocked;
        break;
    case message_state::leased:
        right = s.state == visible_state::started ||
                s.state == (m->retrying ? visible_state::retry : visible_state::pending);
        right = right && (!m->started || !m->what->fields.result.track_started ||
                          s.state == visible_state::started);
        break;
    case message_state::succeeded:
        right = s.state == visible_state::success &&
                (s.result ? s.result->bytes() == m->result : m->result.empty());
        break;
    case message_state::failed:
        right = s.state == visible_state::failure && s.error_type == m->error.type;
        break;
    case message_state::dead:
        right = s.state == visible_state::failure && s.detail == visible_detail::dead &&
                s.death == m->death && s.origin == m->origin;
        break;
    case message_state::revoked:
        right = s.state == visible_state::revoked &&
                s.detail == (m->expired ? visible_detail::expired : visible_detail::revoked);
        break;
    }
    bool const over = m->is_final() && m->until <= advanced_to_.wall;
    right = (right && (!over || !advanced_)) ||
            (m->is_final() && m->until <= advanced_to_.wall && s.state == visible_state::unknown);
    must(right, "message in state " + std::to_string(static_cast<int>(m->state)) + told);
    if (over) {
        return;
    }
    must(s.counters == m->counters, "other counters" + told);
    // What is kept of a result says nothing of when it would have expired.
    bool const result = m->is_final() && m->state != message_state::dead;
    must(s.queue == m->queue && s.published == m->published && (result || s.expires == m->expires),
         "another queue or time" + told);
    auto const& placed = m->what->placement;
    must(m->is_final() ||
             (s.ordering_key == placed.ordering_key && s.fairness_key == placed.fairness_key &&
              s.limit_key == placed.limit_key && s.labels == placed.labels),
         "another place" + told);
    must(s.tags == m->what->tags && (m->is_final() || s.priority == m->priority),
         "other tags or another priority" + told);
    must(s.done == m->done && s.total == m->total && s.progress_text == m->progress_text &&
             s.log_end == m->log.size(),
         "another progress" + told);
}

void oracle::check_whole(status const& s, model_message const& m) const {
    std::string const told = " is told of " + text(s);
    must(s.log.size() <= limits_.log_bytes_max && m.log.ends_with(s.log) &&
             (s.log.empty() == m.log.empty()),
         "another log" + told);
    must(s.history.size() == std::min(m.runs.size(), limits_.history_max),
         "another history" + told);
    for (std::size_t i = 0; i < s.history.size(); ++i) {
        auto const& run = m.runs[m.runs.size() - s.history.size() + i];
        must(s.history[i].crash == run.crash && s.history[i].worker == run.worker,
             "another run" + told);
    }
}

void oracle::check_updates(output const& out) {
    for (auto const& e : out.effects) {
        auto const* u = std::get_if<effect::updated>(&e);
        if (!u) {
            continue;
        }
        auto const connection = connections_.find(u->session);
        if (connection == connections_.end()) {
            continue;
        }
        auto const watch = connection->second.watches.find(u->watch);
        must(watch != connection->second.watches.end() && watch->second.contains(u->status.id),
             "an update nobody asked for");
        if (u->last) {
            must(u->status.state == visible_state::unknown ||
                     u->status.state >= visible_state::success,
                 "the last update is not final");
            // The end of a message that keeps nothing is told once, too; and of one whose id the
            // very call gave to another after that.
            bool const anew = std::ranges::any_of(out.records, [&](any_record const& r) {
                auto const* p = std::get_if<record::published>(&r);
                return p && p->message.id == u->status.id;
            });
            if (auto const* m = recorded_.find(u->status.id); m && !anew) {
                check_status(u->status, m);
            }
            watch->second.erase(u->status.id);
        }
    }
}

void oracle::check_closed(call const& what, output const& out) {
    for (auto const& e : out.effects) {
        auto const* c = std::get_if<effect::closed>(&e);
        if (!c) {
            continue;
        }
        if (c->why == errc::session_superseded) {
            must(what.command && std::get_if<connect>(what.command), "superseded by nobody");
            continue; // the session is the new connection's
        }
        auto const at = connections_.find(c->session);
        must(at != connections_.end(), "closed a session that was not there");
        auto const silent = what.now.steady - at->second.heard;
        must(c->why == errc::heartbeat_missed &&
                 silent >= at->second.heartbeat * limits_.heartbeats_missed_max,
             "closed a session too early");
        connections_.erase(at);
        lost_at_[c->session] = what.now.steady;
        just_lost_.insert(c->session);
    }
}

void oracle::delivered(delivery const& d, std::string_view content) {
    auto const* m = recorded_.leased_by(d.token);
    must(m, "a delivery without a lease");
    auto const meant = m->what->message();
    must(content == meant.content, "a damaged body: " + text(d));
    must(d.message.queue == m->queue && d.message.task == meant.task &&
             d.message.priority == m->priority && d.published == m->published,
         "a delivery that differs from its message: " + text(d));
    must(d.message.placement.ordering_key == meant.placement.ordering_key &&
             d.message.placement.limit_key == meant.placement.limit_key &&
             std::ranges::equal(d.message.tags, meant.tags),
         "a delivery with other keys or tags: " + text(d));
    must(m->holder == d.session, "a delivery left for another session than its lease: " + text(d));
    check_went(d);
}

void oracle::released(any_effect const& effect) {
    auto const recall = [this](auto const& e) {
        question q;
        if (auto const at = questions_.find({e.session, e.request}); at != questions_.end()) {
            q = std::move(at->second);
            questions_.erase(at);
        }
        return q;
    };
    if (auto const* p = std::get_if<effect::published>(&effect)) {
        for (auto const id : recall(*p).ids) {
            must(durable_.find(id) || durable_.gone(id), "confirmed before durable: " + text(id));
            confirmed_.insert(id);
        }
    } else if (auto const* s = std::get_if<effect::settled>(&effect)) {
        auto const q = recall(*s);
        for (std::size_t i = 0; i < q.tokens.size(); ++i) {
            must(durable_.ended(q.tokens[i]), "a settle confirmed before durable");
            if (q.final_verdicts[i]) {
                done_.insert(q.ids[i]);
            }
        }
    } else if (auto const* k = std::get_if<effect::acknowledged>(&effect)) {
        for (auto const token : recall(*k).tokens) {
            auto const* m = durable_.leased_by(token);
            must((m && m->acknowledged) || durable_.ended(token),
                 "an early acknowledgement confirmed before durable: " + text(token));
        }
    } else if (auto const* r = std::get_if<effect::reported>(&effect)) {
        auto const q = recall(*r);
        for (auto const id : q.ids) {
            auto const* m = durable_.find(id);
            must(durable_.gone(id) || (m && m->log.size() >= q.log_end),
                 "a report confirmed before durable: " + text(id));
        }
    } else if (auto const* u = std::get_if<effect::updated>(&effect)) {
        if (u->status.state >= visible_state::success) {
            auto const* m = durable_.find(u->status.id);
            must((m && (m->is_final() || m->redriven)) || durable_.gone(u->status.id),
                 "a result is told before it is durable: " + text(u->status));
        }
    }
}

} // namespace peyk::simulation
