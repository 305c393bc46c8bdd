// Facts, each with its reason: a command that asked for it, or a time that has come.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

namespace {

// Whether the sweep has something to do about this message.
bool changeable(model_sweep const& sweep, model_message const& m, wall_time now) {
    switch (sweep.spec.action) {
    case sweep_action::cancel:
        return !m.is_final();
    case sweep_action::run_now:
        return m.state == message_state::scheduled && m.due > now;
    case sweep_action::reschedule:
        return (m.state == message_state::scheduled || m.state == message_state::ready) &&
               (sweep.spec.due > now ? m.due != sweep.spec.due : m.due > now);
    case sweep_action::move:
        return m.waits() && m.queue != sweep.spec.to;
    case sweep_action::redrive:
        return m.state == message_state::dead;
    case sweep_action::forget:
        return m.is_final();
    case sweep_action::edit: {
        auto const& e = sweep.spec.edits;
        bool const too_late = e.expires && *e.expires != unset && *e.expires <= now;
        return !m.is_final() && !too_late &&
               ((e.priority && *e.priority != m.priority) ||
                (e.expires && *e.expires != m.expires) ||
                (e.max_retries && *e.max_retries != m.max_retries));
    }
    }
    return false;
}

} // namespace

void oracle::check_record(call const& what, std::size_t index, output const& out) {
    auto const& record = out.records[index];
    if (auto const* r = std::get_if<record::published>(&record)) {
        r->schedule.empty() ? check_published(what, *r) : check_fired(what, *r);
    } else if (auto const* l = std::get_if<record::leased>(&record)) {
        check_leased(what, *l, out);
    } else if (auto const* q = std::get_if<record::requeued>(&record)) {
        check_requeued(what, index, out);
        if (auto const* m = recorded_.find(q->number)) {
            lease_over(m->lease, m->holder);
        }
    } else if (auto const* f = std::get_if<record::finished>(&record)) {
        auto const* m = recorded_.find(f->number);
        if (m && !m->is_final()) {
            check_ended(what, index, f->number, f->outcome.expired, out);
            lease_over(m->lease, m->holder);
        } else if (what.kind != call_kind::relocate) {
            violated("finished again", f->number);
        }
    } else if (auto const* g = std::get_if<record::forgotten>(&record)) {
        auto const* m = recorded_.find(g->number);
        if (m && !m->is_final()) {
            check_ended(what, index, g->number, false, out);
            lease_over(m->lease, m->holder);
        } else if (m) {
            check_forgotten(what, g->number);
        }
    } else if (auto const* k = std::get_if<record::message_kept>(&record)) {
        if (what.kind != call_kind::relocate) {
            violated("kept, but nobody cleans", k->number);
        }
    } else if (auto const* s = std::get_if<record::slots_skipped>(&record)) {
        check_skipped(what, *s);
    } else if (auto const* b = std::get_if<record::sweep_began>(&record)) {
        sweeps_.try_emplace(b->id.value, going_on{what.now.steady, b->changed, {}});
    } else {
        check_edited(what, record);
    }
}

std::uint16_t oracle::max_crashes(model_message const& m) const {
    auto const own = m.what->fields.max_crashes;
    return own != 0 ? own : recorded_.settings(m.queue).max_crashes.value_or(limits_.max_crashes);
}

// The command speaks of this message, or of the lease of it.
bool oracle::named_by(call const& what, model_message const& m) const {
    if (!what.command) {
        return false;
    }
    if (auto const* c = std::get_if<settle>(what.command)) {
        return m.holder == c->session &&
               std::any_of(c->settlements.begin(), c->settlements.end(), [&](auto const& s) {
                   return s.token == m.lease;
               });
    }
    if (auto const* hello = std::get_if<connect>(what.command)) {
        bool const named = std::any_of(hello->held.begin(), hello->held.end(), [&](auto const& h) {
            return h.token == m.lease;
        });
        return hello->session == m.holder && (!hello->resume || !named);
    }
    if (auto const* no = std::get_if<cancel>(what.command)) {
        return std::ranges::find(no->ids, m.what->fields.id) != no->ids.end();
    }
    if (auto const* bye = std::get_if<disconnect>(what.command)) {
        return bye->session == m.holder && bye->goodbye;
    }
    return false;
}

bool oracle::selective(std::string_view queue, wall_time now) const {
    auto const s = recorded_.settings(queue);
    return s.max_length || s.max_bytes || recorded_.held(hold_scope::publishing, queue, now);
}

// It ends because a message that follows needs its unique key, or its place in a full queue.
bool oracle::displaced(call const& what,
                       model_message const& m,
                       std::size_t index,
                       output const& out) const {
    auto const makes_room_for = [&](std::string_view queue, message_number number) {
        auto const* other = recorded_.find(number);
        return other && m.queue == queue && m.waits() &&
               recorded_.settings(queue).overflow.value_or(overflow::reject) != overflow::reject &&
               full(queue, other->what->content.size());
    };
    for (std::size_t i = index + 1; i < out.records.size(); ++i) {
        if (auto const* v = std::get_if<record::redriven>(&out.records[i])) {
            return makes_room_for(v->queue, v->number);
        }
        if (auto const* v = std::get_if<record::moved>(&out.records[i])) {
            return makes_room_for(v->queue, v->number);
        }
        if (auto const* v = std::get_if<record::forgotten>(&out.records[i])) {
            // It made room for a dead letter that was one too many by its own death.
            auto const* c = what.command ? std::get_if<redrive>(what.command) : nullptr;
            auto const* o = recorded_.find(v->number);
            bool const asked = o && o->state == message_state::dead &&
                               (swept(sweep_action::redrive, *o, v->number) ||
                                (c && std::ranges::count(c->ids, o->what->fields.id) != 0));
            if (asked && makes_room_for(m.queue, v->number)) {
                return true;
            }
            continue;
        }
        auto const* p = std::get_if<record::published>(&out.records[i]);
        if (!p) {
            continue;
        }
        auto const conflict = p->message.unique.conflict;
        auto const& key = m.what->unique.key;
        bool const replaced =
            !key.empty() && key == p->message.unique.key &&
            (conflict == on_conflict::replace ||
             (conflict == on_conflict::keep_last && m.state != message_state::leased));
        auto const overflow = recorded_.settings(p->message.queue).overflow;
        bool const makes_room = m.queue == p->message.queue && m.waits() &&
                                overflow.value_or(overflow::reject) != overflow::reject &&
                                full(m.queue, p->message.content.size());
        return replaced || makes_room;
    }
    return false;
}

bool oracle::swept(sweep_action action, model_message const& m, message_number number) const {
    if (!advancing_) {
        return false; // sweeps work in time, not when somebody asks for something
    }
    for (auto const& [id, sweep] : recorded_.sweeps()) {
        auto const& which = sweep.spec.which;
        // What becomes ready in this very call may be found before or after.
        bool const is_it =
            chosen(which, m, m.state) || chosen(which, m, m.state_at(advanced_to_.wall));
        if (sweep.spec.action == action && !sweep.spec.dry_run && number < sweep.below && is_it) {
            return true;
        }
    }
    return false;
}

void oracle::check_requeued(call const& what, std::size_t index, output const& out) {
    auto const& r = std::get<record::requeued>(out.records[index]);
    auto const* m = recorded_.find(r.number);
    if (m && m->state == message_state::blocked) {
        auto const* key = recorded_.taken(m->what->unique.key, what.now.wall);
        auto const* holder = key ? recorded_.find(key->holder) : nullptr;
        if (holder && holder != m && !holder->is_final()) {
            violated("unblocked while another has its key", r.number);
        }
        auto const& own = m->what->unique;
        if (own.until == unique_until::ttl && holder != m &&
            m->published + std::chrono::seconds{own.ttl_s} > what.now.wall) {
            violated("unblocked without its key", r.number);
        }
        return;
    }
    if (!m || m->state != message_state::leased) {
        violated("requeued, but not leased", r.number);
    }
    bool const gone_next = recorded_.settings(m->queue).dead_letter == std::string{"-"} &&
                           !m->what->fields.result.keep;
    bool const named = named_by(what, *m);
    if (m->acknowledged && gone_next) {
        taken_away_.insert(r.number); // it ends by the next record
        return;
    }
    bool const lost =
        what.command && !std::get_if<settle>(what.command) && !std::get_if<cancel>(what.command);
    if (named && !(m->acknowledged && lost)) {
        return; // a verdict is checked with the answer
    }
    if (displaced(what, *m, index, out) ||
        (!m->what->fields.result.keep && swept(sweep_action::cancel, *m, r.number))) {
        taken_away_.insert(r.number);
        return;
    }
    if (m->acknowledged) {
        violated("acknowledged early, and comes again", r.number);
    }
    check_lost_lease(what, *m, r.number);
    bool const started = m->started || started_.contains(m->lease);
    if (r.counters.attempts != m->counters.attempts ||
        r.counters.crashes != m->counters.crashes + (started ? 1 : 0)) {
        violated("a lost lease counted wrongly", r.number);
    }
    if (r.counters.crashes > max_crashes(*m) && started && !gone_next) {
        violated("a message that crashes its workers was requeued", r.number);
    }
}

void oracle::check_lost_lease(call const& what, model_message const& m, message_number n) const {
    auto const held = patience_.find(m.lease);
    if (held != patience_.end() && held->second.may <= what.now.wall) {
        return; // held longer than its queue allows
    }
    if (what.command) {
        violated("a lease ended for no reason", n);
    }
    auto const lost = lost_at_.find(m.holder);
    if (lost == lost_at_.end() || connections_.contains(m.holder)) {
        violated("a lease ended while its session was there", n);
    }
    if (what.now.steady < lost->second + limits_.session_grace) {
        violated("a lease ended before the grace period", n);
    }
}

// A message became final. Its reason: a settle, a cancel, its expiry, or too many crashes; a sweep;
// or one that takes its place.
void oracle::check_ended(
    call const& what, std::size_t index, message_number number, bool expired, output const& out) {
    auto const& m = *recorded_.find(number);
    if (m.has_expired(what.now.wall)) {
        return;
    }
    if (expired) {
        violated("expired before its time", number);
    }
    bool const leased = m.state == message_state::leased;
    if (taken_away_.contains(number) || displaced(what, m, index, out) ||
        swept(sweep_action::cancel, m, number)) {
        return;
    }
    bool const crashed = leased && (m.acknowledged || m.counters.crashes >= max_crashes(m));
    // Nothing is kept of it: what it lost its worker to was said by the record before.
    bool const told = !leased && index > 0 &&
                      std::holds_alternative<record::requeued>(out.records[index - 1]) &&
                      std::get<record::requeued>(out.records[index - 1]).number == number;
    if (named_by(what, m)) {
        bool const lost =
            std::get_if<connect>(what.command) || std::get_if<disconnect>(what.command);
        if (!lost || crashed) {
            return; // a verdict is checked with the answer
        }
        violated("dead before the limit of crashes", number);
    }
    if (told && m.counters.crashes > max_crashes(m)) {
        return;
    }
    if (!leased) {
        violated("ended though nobody had it", number);
    }
    check_lost_lease(what, m, number);
    if (!crashed) {
        violated("dead before the limit of crashes", number);
    }
}

// Nothing of a final message is kept any more.
void oracle::check_forgotten(call const& what, message_number number) {
    auto const& m = *recorded_.find(number);
    if (m.until <= what.now.wall) {
        return;
    }
    if (auto const* c = what.command ? std::get_if<forget>(what.command) : nullptr) {
        if (std::ranges::find(c->ids, m.what->fields.id) != c->ids.end()) {
            return;
        }
    }
    if (swept(sweep_action::forget, m, number)) {
        return;
    }
    auto const* again = what.command ? std::get_if<redrive>(what.command) : nullptr;
    auto const spared = [&](model_message const& o, message_number of) { // It is being redriven.
        return swept(sweep_action::redrive, o, of) ||
               (again && std::ranges::find(again->ids, o.what->fields.id) != again->ids.end());
    };
    if (m.state == message_state::dead) {
        auto const most = recorded_.settings(m.queue).dead_max.value_or(limits_.dead_max);
        std::uint64_t dead = 0;
        for (auto const& [other, o] : recorded_.messages()) {
            if (o.state != message_state::dead || o.queue != m.queue) {
                continue;
            }
            ++dead;
            if (o.finished < m.finished && !spared(o, {other})) {
                violated("a dead letter went before an older one", number);
            }
        }
        if (dead > most) {
            return;
        }
        violated("a dead letter was lost", number);
    }
    violated("a result was forgotten before its time", number);
}

bool oracle::may_keep_out(std::string const& queue, sweep_id by, wall_time now) {
    return selective(queue, now) || sweeps_[by.value].selective.contains(queue);
}

// Changes from outside: by a command that names the message, or by a sweep that chose it.
void oracle::check_edited(call const& what, any_record const& record) {
    auto const must_be_named = [&]<class Command>(Command const*,
                                                  message_number number,
                                                  sweep_action action,
                                                  sweep_action or_this) {
        auto const* m = recorded_.find(number);
        auto const* c = what.command ? std::get_if<Command>(what.command) : nullptr;
        if (m && c && std::ranges::find(c->ids, m->what->fields.id) != c->ids.end()) {
            return;
        }
        if (!m || !(swept(action, *m, number) || swept(or_this, *m, number))) {
            violated("changed for no reason", number);
        }
    };
    if (auto const* r = std::get_if<record::rescheduled>(&record)) {
        must_be_named(static_cast<reschedule const*>(nullptr),
                      r->number,
                      sweep_action::run_now,
                      sweep_action::reschedule);
    } else if (auto const* d = std::get_if<record::edited>(&record)) {
        must_be_named(static_cast<edit const*>(nullptr),
                      d->number,
                      sweep_action::edit,
                      sweep_action::edit);
    } else if (auto const* v = std::get_if<record::redriven>(&record)) {
        must_be_named(static_cast<redrive const*>(nullptr),
                      v->number,
                      sweep_action::redrive,
                      sweep_action::redrive);
    } else if (auto const* o = std::get_if<record::moved>(&record)) {
        auto const* m = recorded_.find(o->number);
        if (!m || !swept(sweep_action::move, *m, o->number)) {
            violated("moved for no reason", o->number);
        }
    } else if (auto const* t = std::get_if<record::reported>(&record)) {
        auto const* m = recorded_.find(t->number);
        auto const* c = what.command ? std::get_if<report>(what.command) : nullptr;
        if (!m || !c || m->lease != c->token || m->holder != c->session) {
            violated("reported by nobody", t->number);
        }
    } else if (auto const* h = std::get_if<record::hold_released>(&record)) {
        auto const* c = what.command ? std::get_if<release_hold>(what.command) : nullptr;
        bool const asked = c && c->scope == h->scope && c->name == h->name;
        if (!asked && recorded_.held(h->scope, h->name, what.now.wall)) {
            throw violation{"a hold ended before its time: " + std::string{h->name}};
        }
    } else if (auto const* e = std::get_if<record::sweep_ended>(&record)) {
        bool const asked = what.command && std::get_if<stop_sweep>(what.command);
        auto const at = recorded_.sweeps().find(e->id.value);
        if (at == recorded_.sweeps().end() || asked || at->second.spec.dry_run) {
            return;
        }
        auto const action = at->second.spec.action;
        bool const moves = action == sweep_action::move || action == sweep_action::redrive;
        for (auto const number : at->second.must_visit) {
            auto const* m = recorded_.find(message_number{number});
            auto const& to = at->second.spec.to;
            auto const& home = m && !m->origin.empty() ? m->origin : m ? m->queue : to;
            auto const& target = to.empty() ? home : to;
            if (m && moves && may_keep_out(target, e->id, what.now.wall)) {
                continue;
            }
            if (m && chosen(at->second.spec.which, *m, m->state_at(advanced_to_.wall)) &&
                changeable(at->second, *m, what.now.wall)) {
                violated("a sweep ended and left it as it was", {number});
            }
        }
    }
}

void oracle::lease_over(delivery_token token, session_id holder) {
    auto const connection = connections_.find(holder);
    if (connection == connections_.end()) {
        return;
    }
    for (auto& [id, c] : connection->second.consumers) {
        c.in_flight.erase(token);
    }
}

} // namespace peyk::simulation
