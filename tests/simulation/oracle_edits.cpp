// Answers to what changes messages from outside, and to what is said about queues and schedules.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/oracle_answer.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

namespace {

// Each id once, with the code it was answered with.
template <class Answer, class Check>
void check_each(auto const& command, Answer const* answer, Check check) {
    must(answer, "a request was refused as a whole");
    std::set<message_id> seen;
    for (std::size_t i = 0; i < command.ids.size(); ++i) {
        if (seen.insert(command.ids[i]).second) {
            check(i, refusal_of(answer->refused, i));
        }
    }
}

} // namespace

bool oracle::check_edits(call const& what, snapshot const& before, output const& out) {
    auto const& command = *what.command;
    if (auto const* r = std::get_if<reschedule>(&command)) {
        answer(*r, what, before, out);
    } else if (auto const* f = std::get_if<forget>(&command)) {
        answer(*f, before, out);
    } else if (auto const* d = std::get_if<redrive>(&command)) {
        answer(*d, what, before, out);
    } else if (auto const* e = std::get_if<edit>(&command)) {
        answer(*e, what, before, out);
    } else if (auto const* t = std::get_if<report>(&command)) {
        answer(*t, out);
    } else if (auto const* g = std::get_if<get>(&command)) {
        answer(*g, out);
    } else {
        return false;
    }
    return true;
}

void oracle::answer(reschedule const& c,
                    call const& what,
                    snapshot const& before,
                    output const& out) {
    check_each(c, answer_to<effect::rescheduled>(c, out), [&](std::size_t i, errc code) {
        auto const& was = before.items[i];
        std::string const name = text(c.ids[i]);
        if (!was) {
            must(code == errc::unknown_message, "rescheduled what does not exist: " + name);
        } else if (was->second.is_final()) {
            must(code == errc::already_final, "rescheduled what is final: " + name);
        } else if (was->second.state == message_state::leased ||
                   was->second.state == message_state::blocked) {
            must(code == errc::message_leased, "rescheduled what does not wait: " + name);
        } else {
            must(code == errc::ok, "could not be rescheduled: " + name);
            auto const* m = recorded_.find(c.ids[i]);
            bool const later = c.due > what.now.wall;
            bool const gone = !m || m->is_final(); // expired with the same call
            must(gone || m->state == message_state::leased ||
                     (later ? m->due == c.due : m->due <= what.now.wall),
                 "rescheduled for another time: " + name);
            must(gone || !later || m->state == message_state::scheduled,
                 "rescheduled, but not scheduled: " + name);
        }
    });
}

void oracle::answer(forget const& c, snapshot const& before, output const& out) {
    check_each(c, answer_to<effect::forgotten>(c, out), [&](std::size_t i, errc code) {
        auto const& was = before.items[i];
        std::string const name = text(c.ids[i]);
        if (!was) {
            must(code == errc::unknown_message, "forgot what does not exist: " + name);
        } else if (!was->second.is_final()) {
            must(code == errc::not_final, "forgot what is not final: " + name);
        } else {
            must(code == errc::ok && !recorded_.find(c.ids[i]), "not forgotten: " + name);
        }
    });
}

void oracle::answer(redrive const& c,
                    call const& what,
                    snapshot const& before,
                    output const& out) {
    check_each(c, answer_to<effect::redriven>(c, out), [&](std::size_t i, errc code) {
        auto const& was = before.items[i];
        std::string const name = text(c.ids[i]);
        if (!was) {
            must(code == errc::unknown_message, "redrove what does not exist: " + name);
        } else if (was->second.state != message_state::dead) {
            must(code == errc::not_dead, "redrove what is no dead letter: " + name);
        } else {
            auto const* m = recorded_.find(c.ids[i]);
            auto const& home = was->second.origin.empty() ? was->second.queue : was->second.origin;
            std::string const to = c.to.empty() ? home : std::string{c.to};
            bool const held = recorded_.held(hold_scope::publishing, to, what.now.wall);
            if (code != errc::ok && selective(to, what.now.wall)) {
                must(code != errc::queue_draining || held, "not redriven for a hold: " + name);
                must(code == errc::queue_draining || code == errc::queue_full ||
                         code == errc::message_too_large || !m,
                     "not redriven for another reason: " + name);
                return;
            }
            must(code == errc::ok, "could not be redriven: " + name);
            must(!held, "redriven into a queue that drains: " + name);
            must(!overfull(to), "redriven into a full queue: " + name);
            auto const overflow = recorded_.settings(to).overflow.value_or(overflow::reject);
            if (overflow != overflow::reject && (!m || m->is_final())) {
                return; // it made room for another one of the same request
            }
            must(m && !m->is_final() && m->queue == to, "redriven to another place: " + name);
            must(!c.reset_counters || (m->counters.attempts == 0 && m->counters.crashes == 0),
                 "redriven with its old counters: " + name);
        }
    });
}

void oracle::answer(report const& c, output const& out) {
    auto const* m = recorded_.leased_by(c.token);
    bool const live = m && m->holder == c.session;
    bool const large = c.checkpoint && c.checkpoint->size() > limits_.checkpoint_bytes_max;
    auto const* answered = answer_to<effect::reported>(c, out);
    must((answered != nullptr) == (live && !large), "a wrong answer to a report");
    if (!answered) {
        return;
    }
    must(!c.progress || (m->done == c.progress->done && m->total == c.progress->total),
         "progress was not taken");
    must(!c.checkpoint || m->checkpoint == *c.checkpoint, "a checkpoint was not taken");
    must(m->log.ends_with(c.log), "a log was not taken");
    question q;
    q.ids.push_back(m->what->fields.id);
    q.log_end = m->log.size();
    questions_[{c.session, c.request}] = std::move(q);
}

void oracle::answer(get const& c, output const& out) {
    auto const* list = answer_to<effect::statuses>(c, out);
    if (!list) {
        return;
    }
    must(list->list.size() == c.ids.size(), "not one status for each id");
    for (std::size_t i = 0; i < c.ids.size(); ++i) {
        auto const* m = recorded_.find(c.ids[i]);
        must(list->list[i].id == c.ids[i], "the status of another message");
        check_status(list->list[i], m);
        if (c.whole && m && list->list[i].state != visible_state::unknown) {
            check_whole(list->list[i], *m);
        }
    }
}

// Queues, policies, holds, schedules, sweeps: done if and only if it could be.
bool oracle::check_rules(call const& what, snapshot const& before, output const& out) {
    auto const& command = *what.command;
    auto const now = what.now.wall;
    if (auto const* c = std::get_if<create_queue>(&command)) {
        must(answer_to<effect::done>(*c, out) && recorded_.queues().contains(std::string{c->name}),
             "a queue was not created");
    } else if (auto const* d = std::get_if<delete_queue>(&command)) {
        answer(*d, out);
    } else if (auto const* p = std::get_if<set_policy>(&command)) {
        must(answer_to<effect::done>(*p, out), "a policy was refused");
        auto const& s = recorded_.policies().at(std::string{p->pattern}).settings;
        must(s.max_length == p->settings.max_length && s.overflow == p->settings.overflow &&
                 s.lease_ms == p->settings.lease_ms && s.dead_max == p->settings.dead_max,
             "another policy than was set");
    } else if (auto const* q = std::get_if<remove_policy>(&command)) {
        must((answer_to<effect::done>(*q, out) != nullptr) == before.known,
             "a policy was not removed");
    } else if (auto const* h = std::get_if<set_hold>(&command)) {
        bool const is = answer_to<effect::done>(*h, out) != nullptr;
        must(is == (h->until > now), "a wrong answer to a hold");
        must(!is || recorded_.held(h->scope, h->name, now), "not held");
    } else if (auto const* r = std::get_if<release_hold>(&command)) {
        must((answer_to<effect::done>(*r, out) != nullptr) == before.known,
             "a hold was not released");
    } else if (auto const* s = std::get_if<set_schedule>(&command)) {
        bool const is = answer_to<effect::done>(*s, out) != nullptr;
        must(is == (s->spec.cron != "never"), "a wrong answer to a schedule");
        must(!is || recorded_.schedules().contains(std::string{s->spec.name}), "no schedule");
    } else if (auto const* u = std::get_if<remove_schedule>(&command)) {
        must((answer_to<effect::done>(*u, out) != nullptr) == before.known &&
                 !recorded_.schedules().contains(std::string{u->name}),
             "a schedule was not removed");
    } else if (auto const* z = std::get_if<pause_schedule>(&command)) {
        must((answer_to<effect::done>(*z, out) != nullptr) == before.known &&
                 (!before.known ||
                  recorded_.schedules().at(std::string{z->name}).paused == z->paused),
             "a schedule was not paused, or goes on");
    } else if (auto const* t = std::get_if<trigger_schedule>(&command)) {
        auto const* done = answer_to<effect::done>(*t, out);
        bool const fired = std::ranges::any_of(out.records, [](auto const& record) {
            return std::holds_alternative<record::published>(record);
        });
        must((done != nullptr) == fired && (!done || before.known), "a wrong answer to a trigger");
    } else {
        return check_limit_answers(what, before, out);
    }
    return true;
}

void oracle::answer(delete_queue const& c, output const& out) {
    bool used = false;
    for (auto const& [number, m] : recorded_.messages()) {
        used = used || (m.queue == c.name && (!m.is_final() || m.state == message_state::dead));
    }
    bool read = false;
    for (auto const& [id, connection] : connections_) {
        for (auto const& [number, each] : connection.consumers) {
            read = read || each.queues.contains(c.name);
        }
    }
    if (answer_to<effect::done>(c, out)) {
        must(!used && !read, "a queue that is used was deleted");
        must(!recorded_.queues().contains(std::string{c.name}), "a queue was not deleted");
    } else {
        bool const created = recorded_.queues().contains(std::string{c.name});
        must(used || read || !created || !lost_at_.empty(), "an empty queue was not deleted");
    }
}

// Sweeps count what they do, and say it to who started them.
void oracle::check_swept(call const& what, output const& out) {
    if (auto const* c = what.command ? std::get_if<start_sweep>(what.command) : nullptr) {
        if (connections_.contains(c->session)) {
            (void)answer_to<effect::swept>(*c, out); // refused: there are too many
        }
    }
    for (auto const& e : out.effects) {
        auto const* s = std::get_if<effect::swept>(&e);
        if (!s) {
            continue;
        }
        must(s->sweep.changed <= s->sweep.matched, "a sweep changed more than it matched");
        must(!s->sweep.spec.dry_run || s->sweep.changed == 0, "a dry run changed something");
        if (auto const at = recorded_.sweeps().find(s->sweep.id.value);
            at != recorded_.sweeps().end()) {
            must(s->sweep.changed == at->second.changed, "a sweep counts what no record tells");
        }
        std::uint64_t const rate = s->sweep.spec.rate_per_s;
        if (auto const began = sweeps_.find(s->sweep.id.value);
            rate != 0 && began != sweeps_.end()) {
            auto const passed =
                static_cast<std::uint64_t>((what.now.steady - began->second.since).count());
            must((s->sweep.changed - began->second.changed) * 1'000 <=
                     (rate / 10 + 2) * 1'000 + rate * passed,
                 "a sweep is faster than it may be");
        }
        must(s->sweep.spec.dry_run ||
                 s->sweep.done == !recorded_.sweeps().contains(s->sweep.id.value),
             "a sweep says it is done, or not, though it is otherwise");
    }
}

} // namespace peyk::simulation
