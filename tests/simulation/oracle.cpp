#include "tests/simulation/oracle.hpp"

#include "tests/simulation/owned_record.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

oracle::oracle(core::limits const& limits, draft_map const& drafts)
    : limits_(limits), recorded_(drafts), durable_(drafts) {}

void oracle::called(call const& what, output const& out) {
    // 1. What the call was about, as it stood before.
    snapshot before;
    if (what.command) {
        before = look_at(*what.command);
        expect_deliveries(*what.command, out);
    }
    if (what.kind == call_kind::recovered) {
        recovered_at_ = what.now.steady;
        advanced_to_ = what.now;
        last_turn_ = {};
        advanced_ = false;
        for (auto const& [number, m] : recorded_.messages()) {
            if (m.state == message_state::leased) {
                lost_at_[m.holder] = what.now.steady;
            }
        }
    }
    if (what.kind == call_kind::advance) {
        advanced_to_ = what.now;
        advanced_ = true;
        just_lost_.clear();
    }
    check_closed(what, out);
    // 2. Facts, in order, each with its reason.
    ended_as_.clear();
    for (auto const& record : out.records) {
        check_record(what, record, out);
        apply(record);
    }
    for (auto const& d : out.deliveries) {
        if (!recorded_.leased_by(d.token)) {
            throw violation{"a delivery without a lease: " + text(d)};
        }
    }
    if (auto const* c = what.command ? std::get_if<settle>(what.command) : nullptr) {
        for (std::size_t i = 0; i < c->settlements.size(); ++i) {
            if (before.items[i] && ended_as_.contains(c->settlements[i].token)) {
                settled_.insert(c->settlements[i].token);
            }
        }
    }
    // 3. Answers.
    if (what.command) {
        check_answer(what, before, out);
    }
    check_updates(out);
}

void oracle::apply(any_record const& record) {
    auto const number = std::visit(
        [](auto const& r) {
            if constexpr (requires { r.number; }) {
                return r.number;
            } else {
                return message_number{};
            }
        },
        record);
    auto const* was = recorded_.find(number);
    auto const lease = was ? was->lease : delivery_token{};
    recorded_.apply(record);
    auto const* is = recorded_.find(number);
    if (lease.number != 0 && recorded_.ended(lease) && !(is && is->lease == lease)) {
        ended_as_[lease] = is ? std::optional{*is} : std::nullopt;
    }
}

void oracle::heard(session_id session, steady_time now) {
    if (auto const at = connections_.find(session); at != connections_.end()) {
        at->second.heard = now;
    }
}

void oracle::logged(any_record const& record, storage::placement where) {
    pending_.emplace_back(where, owned_record{record});
}

void oracle::committed(storage::batch_number batch, visitor const& visit) {
    while (!pending_.empty() && storage::batch_of(pending_.front().first.at) <= batch) {
        auto const& [where, record] = pending_.front();
        durable_.apply(record.get());
        visit(record.get(), where);
        pending_.pop_front();
    }
}

void oracle::crashed() {
    pending_.clear();
    recorded_ = durable_;
    connections_.clear();
    lost_at_.clear();
    advanced_to_ = {};
    started_.clear();
    questions_.clear();
    std::erase_if(settled_, [this](delivery_token t) { return !durable_.ended(t); });
    for (auto const id : confirmed_) {
        if (!durable_.find(id) && !durable_.gone(id)) {
            throw violation{"a confirmed message is in no state: " + text(id)};
        }
    }
}

void oracle::check_record(call const& what, any_record const& record, output const& out) {
    if (auto const* r = std::get_if<record::published>(&record)) {
        check_published(what, *r);
    } else if (auto const* l = std::get_if<record::leased>(&record)) {
        check_leased(what, *l, out);
    } else if (auto const* q = std::get_if<record::requeued>(&record)) {
        check_requeued(what, *q);
        if (auto const* m = recorded_.find(q->number)) {
            lease_over(m->lease, m->holder);
        }
    } else if (auto const* f = std::get_if<record::finished>(&record)) {
        auto const* m = recorded_.find(f->number);
        if (m && !m->is_final()) {
            check_ended(what, f->number, f->outcome.expired);
            lease_over(m->lease, m->holder);
        } else if (what.kind != call_kind::relocate) {
            violated("finished again", f->number);
        }
    } else if (auto const* g = std::get_if<record::forgotten>(&record)) {
        auto const* m = recorded_.find(g->number);
        if (m && !m->is_final()) {
            check_ended(what, g->number, false);
            lease_over(m->lease, m->holder);
        } else if (m && m->until > what.now.wall) {
            violated("a result was forgotten before its time", g->number);
        }
    } else if (auto const* k = std::get_if<record::message_kept>(&record)) {
        if (what.kind != call_kind::relocate) {
            violated("kept, but nobody cleans", k->number);
        }
    }
}

void oracle::check_published(call const& what, record::published const& r) const {
    auto const* c = what.command ? std::get_if<publish>(what.command) : nullptr;
    if (!c || c->session != r.session) {
        violated("published without a publish", r.number);
    }
    bool found = false;
    for (std::size_t i = 0; i < c->messages.size(); ++i) {
        found |= c->messages[i].id == r.message.id &&
                 (c->first.value == 0 || c->first.value + i == r.sequence.value);
    }
    if (!found || r.at != what.now.wall) {
        violated("published something else or at another time", r.number);
    }
}

void oracle::check_leased(call const& what, record::leased const& r, output const& out) {
    auto const d = std::find_if(out.deliveries.begin(),
                                out.deliveries.end(),
                                [&](delivery const& x) { return x.token == r.token; });
    if (d != out.deliveries.end()) {
        auto const* m = recorded_.find(r.number);
        if (!m || m->what->fields.id != d->message.id || d->session != r.session) {
            violated("delivered another message than leased", r.number);
        }
        check_dispatch(what.now, *d, r.number);
        issued_[r.token] = {d->message.id, d->session};
        return;
    }
    // Adopted: a resuming session named it.
    auto const* c = what.command ? std::get_if<connect>(what.command) : nullptr;
    auto const* m = recorded_.find(r.number);
    bool named = false;
    if (c && m && c->session == r.session && c->resume) {
        named = std::any_of(c->held.begin(), c->held.end(), [&](held_delivery const& h) {
            return h.token == r.token && h.message == m->what->fields.id;
        });
    }
    auto const issued = issued_.find(r.token);
    if (!named || issued == issued_.end() || issued->second.message != m->what->fields.id) {
        violated("leased without a delivery", r.number);
    }
}

void oracle::check_dispatch(moment now, delivery const& d, message_number number) {
    auto const& m = *recorded_.find(number);
    auto const& meant = *m.what;
    if (issued_.contains(d.token) || d.token.epoch != recorded_.epoch()) {
        violated("a token was used twice or is of another epoch", number);
    }
    if (done_.contains(meant.fields.id) && !meant.reused) {
        violated("delivered after its settle was confirmed", number);
    }
    if (meant.fields.eta > now.wall || (m.state == message_state::scheduled && m.due > now.wall)) {
        violated("delivered before its time", number);
    }
    if (meant.fields.expires != unset && meant.fields.expires <= now.wall) {
        violated("delivered at or after its expiry", number);
    }
    auto const connection = connections_.find(d.session);
    if (connection == connections_.end() || !connection->second.consumers.contains(d.consumer)) {
        violated("delivered to a consumer that is not there", number);
    }
    auto& to = connection->second.consumers.at(d.consumer);
    if (!to.takes(meant)) {
        violated("delivered to a consumer that did not ask for it", number);
    }
    to.in_flight.insert(d.token);
    if (to.in_flight.size() > to.credit) {
        violated("delivered beyond the credit", number);
    }
    if (d.counters.deliveries != m.counters.deliveries + 1 ||
        d.counters.attempts != m.counters.attempts || d.counters.crashes != m.counters.crashes) {
        violated("delivered with wrong counters", number);
    }
    if (m.counters.attempts > meant.fields.retry.max_retries &&
        !asked_again_.contains(d.message.id)) {
        violated("an attempt more than the retries allow", number);
    }
    for (auto const& [other, o] : recorded_.messages()) {
        bool const sooner =
            o.what->fields.priority > meant.fields.priority ||
            (o.what->fields.priority == meant.fields.priority && other < number.value);
        bool const expired = o.what->fields.expires != unset && o.what->fields.expires <= now.wall;
        if (sooner && o.state == message_state::ready && !expired && o.what->queue == meant.queue &&
            to.takes(*o.what)) {
            violated("delivered before message number " + std::to_string(other), number);
        }
    }
}

void oracle::check_requeued(call const& what, record::requeued const& r) const {
    auto const* m = recorded_.find(r.number);
    if (!m || m->state != message_state::leased) {
        violated("requeued, but not leased", r.number);
    }
    if (what.command) {
        if (auto const* c = std::get_if<settle>(what.command)) {
            bool const named = std::any_of(c->settlements.begin(),
                                           c->settlements.end(),
                                           [&](auto const& s) { return s.token == m->lease; });
            if (named && m->holder == c->session) {
                return; // the verdict is checked with the answer
            }
        } else if (auto const* hello = std::get_if<connect>(what.command)) {
            bool const named = std::any_of(hello->held.begin(),
                                           hello->held.end(),
                                           [&](auto const& h) { return h.token == m->lease; });
            if (hello->session == m->holder && (!hello->resume || !named)) {
                return;
            }
        } else if (auto const* no = std::get_if<cancel>(what.command)) {
            if (std::find(no->ids.begin(), no->ids.end(), m->what->fields.id) != no->ids.end()) {
                return; // forgotten next: its holder did not settle it
            }
        } else if (auto const* bye = std::get_if<disconnect>(what.command)) {
            if (bye->session == m->holder && bye->goodbye) {
                return;
            }
        } else if (auto const* stop = std::get_if<cancel>(what.command)) {
            bool const named = std::ranges::find(stop->ids, m->what->fields.id) != stop->ids.end();
            if (named) {
                return; // taken back from its holder before it is forgotten
            }
        }
        violated("requeued for no reason", r.number);
    }
    check_lost_lease(what, *m, r.number);
    bool const started = m->started || started_.contains(m->lease);
    if (r.counters.attempts != m->counters.attempts ||
        r.counters.crashes != m->counters.crashes + (started ? 1 : 0)) {
        violated("a lost lease counted wrongly", r.number);
    }
    if (r.counters.crashes > m->what->fields.max_crashes && started) {
        violated("a message that crashes its workers was requeued", r.number);
    }
}

void oracle::check_lost_lease(call const& what, model_message const& m, message_number n) const {
    auto const lost = lost_at_.find(m.holder);
    if (lost == lost_at_.end() || connections_.contains(m.holder)) {
        violated("a lease ended while its session was there", n);
    }
    if (what.now.steady < lost->second + limits_.session_grace) {
        violated("a lease ended before the grace period", n);
    }
}

// A message became final. Its reason: a settle, a cancel, its expiry, or too many crashes.
void oracle::check_ended(call const& what, message_number number, bool expired) const {
    auto const& m = *recorded_.find(number);
    auto const expires = m.what->fields.expires;
    bool const due = expires != unset && expires <= what.now.wall;
    if (due) {
        return;
    }
    if (expired) {
        violated("expired before its time", number);
    }
    if (what.command) {
        if (auto const* c = std::get_if<cancel>(what.command)) {
            if (std::find(c->ids.begin(), c->ids.end(), m.what->fields.id) != c->ids.end()) {
                return;
            }
        } else if (std::get_if<settle>(what.command)) {
            if (m.state == message_state::leased) {
                return; // the verdict is checked with the answer
            }
        } else if (std::get_if<connect>(what.command) || std::get_if<disconnect>(what.command)) {
            if (m.state == message_state::leased &&
                m.counters.crashes >= m.what->fields.max_crashes) {
                return;
            }
        }
        violated("ended for no reason", number);
    }
    if (m.state != message_state::leased) {
        violated("ended though nobody had it", number);
    }
    check_lost_lease(what, m, number);
    if (m.counters.crashes < m.what->fields.max_crashes) {
        violated("dead before the limit of crashes", number);
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
