// Lanes and limits: turns of ordering keys, numbers at once, rates, labels, and what the broker
// says is in the way of a message.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/oracle_answer.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

namespace {

// Of all messages of a simulation.
constexpr std::uint32_t cost_max = 3;
// More than one limiter gets back after a restart.
constexpr std::uint32_t adopted_max = 100;

} // namespace

bool oracle::consumer::takes(model_message const& m) const {
    auto const& wanted = m.what->placement.labels;
    return queues.contains(m.queue) && (tasks.empty() || tasks.contains(m.what->task)) &&
           std::ranges::all_of(wanted, [this](auto const& each) { return labels.contains(each); });
}

std::uint32_t oracle::running(owned_limit_names const& names) const {
    std::uint32_t count = 0;
    for (auto const& [number, m] : recorded_.messages()) {
        bool const one = (names.task.empty() || names.task == m.what->task) &&
                         (names.queue.empty() || names.queue == m.queue) &&
                         (names.key.empty() || names.key == m.what->placement.limit_key);
        count += m.state == message_state::leased && one ? 1 : 0;
    }
    return count;
}

// Before the lease is taken down.
void oracle::check_limits(model_message const& m,
                          record::leased const& r,
                          wall_time now,
                          bool adopted) const {
    if (!recorded_.may_take_turn(r.number)) {
        violated("leased while another has the turn of its ordering key", r.number);
    }
    bool rated = false;
    for (auto const& each : limits_about(recorded_.limits(), *m.what, m.queue)) {
        auto const most = each.settings.concurrency;
        if (most != 0 && running(each.names) >= most) {
            violated("leased beyond a concurrency limit", r.number);
        }
        rated = rated || each.settings.rate.limited();
        if (!each.settings.rate.limited() || adopted) {
            continue;
        }
        auto const before = recorded_.passed(each, r.session);
        double sum = m.what->placement.cost;
        for (auto at = before.rbegin(); at != before.rend(); ++at) {
            sum += at->second;
            if (sum > most_in(each.settings, limits_.rate_grain, now - at->first, cost_max)) {
                violated("leased beyond a rate", r.number);
            }
        }
    }
    // Taken up again in the epoch it was delivered in, it was charged then.
    bool const charged = !adopted || r.token.epoch != recorded_.epoch();
    if (r.at != (rated && charged ? now : unset)) {
        violated("leased without the time its rate needs, or with one that nobody needs", r.number);
    }
}

// The oldest of its ordering key goes first, as long as it was never anything but ready.
void oracle::check_turn_order(model_message const& m, message_number number) const {
    auto const& key = m.what->placement.ordering_key;
    if (key.empty() || recorded_.turn_of(m) == number) {
        return;
    }
    for (auto const& [other, o] : recorded_.messages()) {
        if (other < number.value && o.queue == m.queue && o.what->placement.ordering_key == key &&
            o.state == message_state::ready && !o.waited && !o.has_expired(advanced_to_.wall)) {
            violated("overtook an older one of its ordering key, message number " +
                         std::to_string(other),
                     number);
        }
    }
}

// What has left stays in its order, whatever a crash takes back: a message of a key never leaves
// again behind its successor. So that of which it is the successor must have ended durably.
void oracle::check_went(delivery const& d) {
    auto const& key = d.message.placement.ordering_key;
    if (key.empty()) {
        return;
    }
    must(durable_.leased_by(d.token), "left before its lease is durable: " + text(d));
    auto& order = went_[{std::string{d.message.queue}, std::string{key}}];
    auto const at = std::ranges::find(order, d.message.id);
    if (at == order.end()) {
        order.push_back(d.message.id);
    } else {
        must(std::next(at) == order.end(), "came again after its successor: " + text(d));
    }
}

// Redriven, moved or published once more, it takes another turn.
void oracle::begins_anew(any_record const& record) {
    message_id id;
    if (auto const* p = std::get_if<record::published>(&record)) {
        id = p->message.id;
    } else if (auto const* r = std::get_if<record::redriven>(&record)) {
        id = recorded_.find(r->number)->what->fields.id;
    } else if (auto const* v = std::get_if<record::moved>(&record)) {
        id = recorded_.find(v->number)->what->fields.id;
    } else {
        return;
    }
    for (auto& [key, order] : went_) {
        std::erase(order, id);
    }
}

// Whether nothing the model knows keeps it from the consumer that takes it, as far as that can be
// told without knowing rates.
bool oracle::free_to_go(model_message const& m, message_number number) const {
    for (auto const& each : limits_about(recorded_.limits(), *m.what, m.queue)) {
        bool const full =
            each.settings.concurrency != 0 && running(each.names) >= each.settings.concurrency;
        if (full || each.settings.rate.limited()) {
            return false;
        }
    }
    auto const& key = m.what->placement.ordering_key;
    if (key.empty() || recorded_.turn_of(m) == number) {
        return true;
    }
    return recorded_.may_take_turn(number) &&
           std::ranges::none_of(recorded_.messages(), [&](auto const& other) {
               auto const& o = other.second;
               return other.first < number.value && o.queue == m.queue &&
                      o.what->placement.ordering_key == key && o.waits();
           });
}

// Both stand in one lane: nothing but priority and age tells them apart. Where no message ever had
// a fairness key, lanes of one queue share one order.
bool oracle::same_lane(model_message const& a, model_message const& b) const {
    auto const& of_a = a.what->placement;
    auto const& of_b = b.what->placement;
    return a.what->task == b.what->task && of_a.labels == of_b.labels &&
           of_a.limit_key == of_b.limit_key && of_a.fairness_key == of_b.fairness_key;
}

// What the broker says is in the way of a ready message is there; if it says nothing is, the
// message would not be here any more.
void oracle::check_obstacles(broker_state const& core, moment now) const {
    auto const deadline = core.next_deadline();
    auto const kept = kept_leases();
    for (auto const& [number, m] : recorded_.messages()) {
        if (m.state_at(advanced_to_.wall) != message_state::ready || m.has_expired(now.wall)) {
            continue;
        }
        auto const why = core.why(m.what->fields.id, now);
        switch (why.kind) {
        case obstacle_kind::none:
            violated("nothing is in its way, and it waits", {number});
        case obstacle_kind::rate_limit:
        case obstacle_kind::concurrency_limit:
            // Where nobody has room, nobody needs to be told when a rate lets pass.
            check_limited(why, m, {number}, now, who_waits_for(m, kept) ? deadline.wall : unset);
            break;
        case obstacle_kind::ordering_key: {
            auto const* by = recorded_.find(why.by);
            must(by && !by->is_final() && by->queue == m.queue &&
                     by->what->placement.ordering_key == m.what->placement.ordering_key &&
                     recorded_.may_take_turn(recorded_.number(why.by)),
                 "another has its turn than it is said",
                 {number});
            break;
        }
        case obstacle_kind::queue_held:
        case obstacle_kind::task_held:
        case obstacle_kind::key_held:
            must(held_back(m, advanced_to_.wall), "held by nobody", {number});
            break;
        case obstacle_kind::nobody_reads:
        case obstacle_kind::nobody_announces:
        case obstacle_kind::labels:
            for (auto const& [session, connection] : connections_) {
                for (auto const& [id, c] : connection.consumers) {
                    must(!c.takes(m), "somebody reads it", {number});
                }
            }
            break;
        case obstacle_kind::slow_readers:
        case obstacle_kind::behind_others:
            break; // check_hungry looks for who is not fed
        default:
            violated("it is ready and waits for something else: " +
                         std::to_string(static_cast<int>(why.kind)),
                     {number});
        }
    }
}

void oracle::check_limited(obstacle const& why,
                           model_message const& m,
                           message_number number,
                           moment now,
                           wall_time next) const {
    auto const about = limits_about(recorded_.limits(), *m.what, m.queue);
    auto const found = std::ranges::find_if(
        about, [&](model_limit const& each) { return each.patterns == why.limited; });
    must(found != about.end() && found->settings == why.limit, "no limit is about it", number);
    if (why.kind == obstacle_kind::concurrency_limit) {
        must(why.running == running(found->names), "another number is running", number);
        must(why.running >= found->settings.concurrency, "there is room for one more", number);
        return;
    }
    must(found->settings.rate.limited(), "no rate is about it", number);
    // Deliveries of before a crash that come back are charged without having been asked.
    auto const longest =
        now.wall + longest_wait(found->settings, limits_.rate_grain, cost_max * adopted_max);
    // With a rate for each worker, the first token may be that of one without room, and the one
    // with room may have to wait for its own.
    bool const by_worker = std::ranges::any_of(about, [](model_limit const& each) {
        return each.settings.per_worker && each.settings.rate.limited();
    });
    must(next <= (by_worker ? longest : why.until), "a rate lets pass and nobody is told", number);
    must(why.until <= longest, "a rate keeps it too long", number);
}

bool oracle::check_limit_answers(call const& what, snapshot const& before, output const& out) {
    auto const& command = *what.command;
    if (auto const* c = std::get_if<set_limit>(&command)) {
        bool const done = answer_to<effect::done>(*c, out) != nullptr;
        auto const is = recorded_.limits().find(owned(c->names));
        bool const known = is != recorded_.limits().end();
        bool const per_worker = c->change.per_worker.value_or(false);
        bool const rated =
            c->change.rate ? c->change.rate->limited() : known && is->second.rate.limited();
        bool const impossible = (per_worker && !c->names.key.empty()) ||
                                ((per_worker || c->change.burst.value_or(1) > 1) && !rated);
        bool const full = !before.known && recorded_.limits().size() + recorded_.shares().size() >=
                                               limits_.limits_max;
        must(done ? !impossible : impossible || full, "a wrong answer to a limit");
        if (done && known) {
            must(!c->change.rate || (is->second.rate.limited() ? is->second.rate == *c->change.rate
                                                               : !c->change.rate->limited()),
                 "another rate was set");
            must(!c->change.concurrency || is->second.concurrency == *c->change.concurrency,
                 "another number was set");
        }
    } else if (auto const* r = std::get_if<remove_limit>(&command)) {
        must((answer_to<effect::done>(*r, out) != nullptr) == before.known &&
                 !recorded_.limits().contains(owned(r->names)),
             "a limit was not removed");
    } else if (auto const* s = std::get_if<set_share>(&command)) {
        bool const done = answer_to<effect::done>(*s, out) != nullptr;
        auto const is = recorded_.shares().find(std::string{s->key});
        auto const weight = is == recorded_.shares().end() ? 1 : is->second;
        must(done ? weight == s->weight
                  : recorded_.limits().size() + recorded_.shares().size() >= limits_.limits_max,
             "another share was set");
    } else {
        return false;
    }
    return true;
}

void oracle::answer(edit const& c, call const& what, snapshot const& before, output const& out) {
    auto const* a = answer_to<effect::edited>(c, out);
    must(a, "an edit was refused as a whole");
    std::set<message_id> seen;
    for (std::size_t i = 0; i < c.ids.size(); ++i) {
        if (!seen.insert(c.ids[i]).second) {
            continue;
        }
        errc const code = refusal_of(a->refused, i);
        auto const& was = before.items[i];
        std::string const name = text(c.ids[i]);
        bool const late =
            c.change.expires && *c.change.expires != unset && *c.change.expires <= what.now.wall;
        if (!was) {
            must(code == errc::unknown_message, "edited what does not exist: " + name);
        } else if (c.change == message_edit{}) {
            must(code == errc::invalid_argument, "edited by nothing: " + name);
        } else if (was->second.is_final()) {
            must(code == errc::already_final, "edited what is final: " + name);
        } else if (late) {
            must(code == errc::expired, "edited so that it has expired: " + name);
        } else {
            must(code == errc::ok, "could not be edited: " + name);
            auto const* m = recorded_.find(c.ids[i]);
            must(!m || m->is_final() ||
                     (c.change.priority.value_or(m->priority) == m->priority &&
                      c.change.expires.value_or(m->expires) == m->expires &&
                      c.change.max_retries.value_or(m->max_retries) == m->max_retries),
                 "edited otherwise: " + name);
        }
    }
}

} // namespace peyk::simulation
