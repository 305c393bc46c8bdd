// What the broker must answer to each command.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/oracle_answer.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>
#include <cmath>

namespace peyk::simulation {

using namespace core;

oracle::snapshot oracle::look_at(any_command const& command) const {
    snapshot s;
    auto const add = [&](model_message const* m) {
        s.items.emplace_back();
        if (m) {
            s.items.back().emplace(recorded_.number(m->what->fields.id), *m);
        }
    };
    auto const add_all = [&](auto const& c) {
        for (auto const id : c.ids) {
            add(recorded_.find(id));
        }
    };
    if (auto const* c = std::get_if<settle>(&command)) {
        for (auto const& x : c->settlements) {
            auto const* m = recorded_.leased_by(x.token);
            add(m && m->holder == c->session ? m : nullptr);
        }
    } else if (auto const* k = std::get_if<cancel>(&command)) {
        add_all(*k);
    } else if (auto const* r = std::get_if<reschedule>(&command)) {
        add_all(*r);
    } else if (auto const* f = std::get_if<forget>(&command)) {
        add_all(*f);
    } else if (auto const* d = std::get_if<redrive>(&command)) {
        add_all(*d);
    } else if (auto const* e = std::get_if<edit>(&command)) {
        add_all(*e);
    } else if (auto const* a = std::get_if<set_limit>(&command)) {
        s.known = recorded_.limits().contains(owned(a->names));
    } else if (auto const* b = std::get_if<remove_limit>(&command)) {
        s.known = recorded_.limits().contains(owned(b->names));
    } else if (auto const* p = std::get_if<remove_policy>(&command)) {
        s.known = recorded_.policies().contains(std::string{p->pattern});
    } else if (auto const* l = std::get_if<release_hold>(&command)) {
        s.known = recorded_.holds().contains({l->scope, std::string{l->name}});
    } else if (auto const* u = std::get_if<remove_schedule>(&command)) {
        s.known = recorded_.schedules().contains(std::string{u->name});
    } else if (auto const* z = std::get_if<pause_schedule>(&command)) {
        s.known = recorded_.schedules().contains(std::string{z->name});
    } else if (auto const* t = std::get_if<trigger_schedule>(&command)) {
        s.known = recorded_.schedules().contains(std::string{t->name});
    } else if (auto const* h = std::get_if<connect>(&command)) {
        for (auto const& held : h->held) {
            add(recorded_.find(held.message));
        }
        auto const known = recorded_.sessions().find(h->session);
        s.awaited =
            known != recorded_.sessions().end() && known->second.consumes && !known->second.ended;
    }
    return s;
}

void oracle::check_answer(call const& what, snapshot const& before, output const& out) {
    auto const& command = *what.command;
    if (auto const* hello = std::get_if<connect>(&command)) {
        answer(*hello, what, before, out);
        return;
    }
    if (auto const* bye = std::get_if<disconnect>(&command)) {
        answer(*bye, what);
        return;
    }
    if (auto const* begun = std::get_if<start>(&command)) {
        started_.insert(begun->tokens.begin(), begun->tokens.end());
        if (begun->acknowledge && connections_.contains(begun->session)) {
            answer(*begun, out);
        }
        return;
    }
    auto const session = std::visit([](auto const& c) { return c.session; }, command);
    auto const connection = connections_.find(session);
    if (connection == connections_.end()) {
        // Closed by the broker meanwhile: whatever it says reaches nobody. What it asked counts.
        if (auto const* late = std::get_if<extend>(&command)) {
            for (auto const token : late->tokens) {
                auto const* m = recorded_.leased_by(token);
                renew(m && m->holder == session ? token : delivery_token{}, what.now.wall, false);
            }
        }
        return;
    }
    if (check_edits(what, before, out) || check_rules(what, before, out)) {
        return;
    }
    if (auto const* c = std::get_if<settle>(&command)) {
        answer(*c, what, before, out);
    } else if (auto const* k = std::get_if<cancel>(&command)) {
        answer(*k, before, out);
    } else if (auto const* s = std::get_if<subscribe>(&command)) {
        answer(*s, out);
    } else if (auto const* u = std::get_if<unsubscribe>(&command)) {
        if (answer_to<effect::unsubscribed>(*u, out)) {
            connection->second.consumers.erase(u->consumer);
        }
    } else if (auto const* e = std::get_if<extend>(&command)) {
        if (auto const* answered = answer_to<effect::extended>(*e, out)) {
            for (auto const token : e->tokens) {
                auto const* m = recorded_.leased_by(token);
                bool const lost = std::count(answered->lost.begin(), answered->lost.end(), token);
                must(lost != (m && m->holder == session), "a wrong answer to extend");
                if (!lost) {
                    renew(token, what.now.wall, true);
                }
            }
        }
    } else if (auto const* w = std::get_if<watch>(&command)) {
        connection->second.watches[w->request].insert(w->ids.begin(), w->ids.end());
    } else if (auto const* stop = std::get_if<unwatch>(&command)) {
        connection->second.watches.erase(stop->watch);
    }
}

void oracle::answer(connect const& c, call const& what, snapshot const& before, output const& out) {
    effect::welcome const* hello = nullptr;
    for (auto const& e : out.effects) {
        if (auto const* w = std::get_if<effect::welcome>(&e); w && w->session == c.session) {
            must(!hello, "two welcomes");
            hello = w;
        }
    }
    must(hello, "no welcome");
    auto& connection = connections_[c.session];
    connection = {what.now.steady, hello->heartbeat, {}, {}, {}};
    connection.labels.insert(c.labels.begin(), c.labels.end());
    for (auto const& h : c.held) {
        connection.named.insert(h.token);
    }
    lost_at_.erase(c.session);
    for (auto const& [number, m] : recorded_.messages()) {
        if (m.state == message_state::leased && m.holder == c.session) {
            bool const named = std::any_of(
                c.held.begin(), c.held.end(), [&](auto const& h) { return h.token == m.lease; });
            must(named, "a lease nobody holds was kept: " + text(m.lease));
        }
    }
    bool const waited_for = before.awaited && what.now.steady < recovered_at_ + limits_.settling &&
                            what.now.steady < recovered_at_ + limits_.session_grace;
    for (std::size_t i = 0; i < c.held.size(); ++i) {
        auto const& h = c.held[i];
        auto const* m = recorded_.leased_by(h.token);
        bool const live = m && m->holder == c.session && m->what->fields.id == h.message;
        bool const lost = std::any_of(hello->lost.begin(), hello->lost.end(), [&](auto const& l) {
            return l.token == h.token;
        });
        // One that was settled need not be called lost: its settle comes again and is confirmed.
        auto const* named = recorded_.find(h.message);
        must(live != lost || settled_.contains(h.token) || (named && named->settled_by == h.token),
             "a held delivery is neither kept nor lost: " + text(h.token));
        if (live) {
            renew(h.token, what.now.wall, false);
        }
        if (live && h.started) {
            started_.insert(h.token);
        }
        // Whoever comes back in time keeps what it runs, though its lease record was lost. One that
        // waits for its time or for a key does not: another's verdict is newer than this delivery,
        // or what ended the wait was lost too.
        auto const& was = before.items[i];
        bool const adoptable =
            was && !was->second.is_final() && !recorded_.ended(h.token) &&
            !was->second.has_expired(what.now.wall) &&
            (was->second.state_at(what.now.wall) == message_state::ready ||
             was->second.lease == h.token) &&
            (was->second.lease == h.token || was->second.what->placement.ordering_key.empty()) &&
            (was->second.lease == h.token ||
             limits_about(recorded_.limits(), *was->second.what, was->second.queue).empty());
        // Unless it holds two deliveries of one message, the older settled but not confirmed.
        bool const other = named && named->state == message_state::leased &&
                           named->holder == c.session && named->lease != h.token;
        must(!(c.resume && waited_for && adoptable && lost) || other,
             "a delivery was lost by a restart: " + text(h.token));
    }
}

void oracle::answer(disconnect const& c, call const& what) {
    if (connections_.erase(c.session) == 0) {
        return;
    }
    lost_at_[c.session] = what.now.steady;
    just_lost_.insert(c.session);
    for (auto const& [number, m] : recorded_.messages()) {
        must(!c.goodbye || m.state != message_state::leased || m.holder != c.session,
             "a session said goodbye and kept a lease");
    }
}

void oracle::answer(settle const& c, call const& what, snapshot const& before, output const& out) {
    auto const* a = answer_to<effect::settled>(c, out);
    must(a, "a settle was refused as a whole");
    question q;
    std::set<delivery_token> seen;
    for (std::size_t i = 0; i < c.settlements.size(); ++i) {
        auto const& s = c.settlements[i];
        errc const code = refusal_of(a->refused, i);
        bool const live = before.items[i].has_value() && seen.insert(s.token).second;
        std::string const name = text(s.token);
        if (code != errc::ok) {
            auto const* success = std::get_if<verdict::success>(&s.verdict);
            bool const large = success && success->result.size() > limits_.result_bytes_max;
            must(!live || (code == errc::result_too_large && large),
                 std::string{"a live lease could not be settled: "} + core::name(code) + ' ' +
                     name);
            auto const issued = issued_.find(s.token);
            bool const ours = issued != issued_.end() && issued->second.session == c.session &&
                              connections_.at(c.session).named.contains(s.token);
            auto const* m = ours ? recorded_.find(issued->second.message) : nullptr;
            must(live || !m || m->settled_by != s.token || m->until <= what.now.wall ||
                     seen.contains(s.token),
                 "a settle that was stored is refused: " + name);
            if (live) {
                seen.erase(s.token);
            }
            continue;
        }
        must(live || settled_.contains(s.token), "a stale token was settled: " + name);
        if (live) {
            must(recorded_.ended(s.token), "settled but still leased: " + name);
            check_verdict(s, what, before.items[i]->second, before.items[i]->first);
        }
        q.tokens.push_back(s.token);
        q.final_verdicts.push_back(live &&
                                   (!ended_as_.at(s.token) || ended_as_.at(s.token)->is_final()));
        q.ids.push_back(live ? before.items[i]->second.what->fields.id : message_id{});
    }
    questions_[{c.session, c.request}] = std::move(q);
}

// Acknowledged early, or not the session's.
void oracle::answer(start const& c, output const& out) {
    auto const* a = answer_to<effect::acknowledged>(c, out);
    must(a, "a start was refused as a whole");
    question q;
    for (std::size_t i = 0; i < c.tokens.size(); ++i) {
        errc const code = refusal_of(a->refused, i);
        auto const* m = recorded_.leased_by(c.tokens[i]);
        bool const held = m && m->holder == c.session;
        must(held ? code == errc::ok && m->acknowledged
                  : code == errc::unknown_delivery || settled_.contains(c.tokens[i]),
             "a wrong answer to a start: " + text(c.tokens[i]));
        if (code == errc::ok) {
            q.tokens.push_back(c.tokens[i]);
        }
    }
    questions_[{c.session, c.request}] = std::move(q);
}

void oracle::answer(cancel const& c, snapshot const& before, output const& out) {
    auto const* a = answer_to<effect::cancelled>(c, out);
    must(a, "a cancel was refused as a whole");
    std::set<message_id> seen;
    for (std::size_t i = 0; i < c.ids.size(); ++i) {
        if (!seen.insert(c.ids[i]).second) {
            continue;
        }
        errc const code = refusal_of(a->refused, i);
        auto const& was = before.items[i];
        if (!was) {
            must(code == errc::unknown_message, "cancelled what does not exist");
        } else if (was->second.is_final()) {
            must(code == errc::already_final, "cancelled what is final");
        } else {
            must(code == errc::ok, "could not be cancelled: " + text(c.ids[i]));
            auto const* m = recorded_.find(c.ids[i]);
            must(!m || m->state == message_state::revoked, "cancelled but not revoked");
            must(m || !was->second.what->fields.result.keep, "cancelled but not kept");
        }
    }
}

void oracle::answer(subscribe const& c, output const& out) {
    if (!answer_to<effect::subscribed>(c, out)) {
        must(connections_.at(c.session).consumers.contains(c.consumer), "a subscribe was refused");
    }
}

// Deliveries come with the same call that opens a consumer or raises its credit.
void oracle::expect_deliveries(any_command const& command, output const& out) {
    if (auto const* s = std::get_if<settle>(&command)) {
        for (auto const& one : s->settlements) {
            auto const* m = recorded_.leased_by(one.token);
            if (m && std::get_if<verdict::retry>(&one.verdict)) {
                asked_again_.insert(m->what->fields.id);
            }
        }
    } else if (auto const* c = std::get_if<subscribe>(&command)) {
        auto const connection = connections_.find(c->session);
        bool const refused =
            std::any_of(out.effects.begin(), out.effects.end(), [&](auto const& e) {
                auto const* r = std::get_if<effect::refused>(&e);
                return r && r->session == c->session && r->request == c->request;
            });
        if (connection == connections_.end() || refused) {
            return;
        }
        must(!connection->second.consumers.contains(c->consumer), "one consumer was opened twice");
        auto& to = connection->second.consumers[c->consumer];
        to.credit = c->credit;
        to.labels = connection->second.labels;
        to.queues.insert(c->queues.begin(), c->queues.end());
        to.tasks.insert(c->tasks.begin(), c->tasks.end());
    } else if (auto const* n = std::get_if<set_credit>(&command)) {
        auto const connection = connections_.find(n->session);
        if (connection != connections_.end() &&
            connection->second.consumers.contains(n->consumer)) {
            connection->second.consumers.at(n->consumer).credit = n->credit;
        }
    }
}

} // namespace peyk::simulation
