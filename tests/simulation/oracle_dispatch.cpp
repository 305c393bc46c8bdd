// Where messages come from and where they go: publishes, fires, deliveries.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

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
    auto const ttl = recorded_.settings(r.message.queue).default_ttl_s;
    for (auto const& m : c->messages) {
        auto expires = m.expires;
        if (expires == unset && ttl) {
            expires = std::max(what.now.wall, m.eta) + std::chrono::seconds{*ttl};
        }
        if (m.id == r.message.id && r.message.expires != expires) {
            violated("published with another expiry", r.number);
        }
    }
}

// A slot became a message, as its schedule says; or somebody triggered it.
void oracle::check_fired(call const& what, record::published const& r) const {
    auto const at = recorded_.schedules().find(std::string{r.schedule});
    if (at == recorded_.schedules().end()) {
        violated("fired by no schedule", r.number);
    }
    auto const& s = at->second;
    auto const* c = what.command ? std::get_if<trigger_schedule>(what.command) : nullptr;
    bool const by_hand = r.slot == unset;
    if (by_hand ? !c || c->name != r.schedule : what.kind != call_kind::advance || s.paused) {
        violated("a schedule fired for no reason", r.number);
    }
    if (r.slot > what.now.wall) {
        violated("a schedule fired too early", r.number);
    }
    auto const begin = by_hand ? what.now.wall : r.slot;
    bool const jittered = !by_hand && s.jitter > duration{0};
    if (jittered ? r.message.eta < r.slot || r.message.eta > r.slot + s.jitter
                 : r.message.eta != unset) {
        violated("fired with a wrong eta", r.number);
    }
    auto const ttl = recorded_.settings(r.message.queue).default_ttl_s;
    auto expires = s.expires_after > duration{0} ? begin + s.expires_after : unset;
    if (expires == unset && ttl) {
        expires = std::max(what.now.wall, r.message.eta) + std::chrono::seconds{*ttl};
    }
    auto const meant = s.message->message();
    if (r.message.expires != expires || r.message.content != meant.content ||
        r.message.queue != meant.queue || r.message.task != meant.task ||
        r.message.retry != meant.retry || r.message.priority != meant.priority ||
        r.message.placement.ordering_key != meant.placement.ordering_key ||
        r.message.placement.limit_key != meant.placement.limit_key ||
        r.message.tags.size() != meant.tags.size()) {
        violated("fired something else than its schedule says", r.number);
    }
    bool const unique = s.overlap != overlap::allow;
    if (r.message.unique.key != (unique ? "schedule:" + at->first : std::string{})) {
        violated("fired with another unique key", r.number);
    }
}

// Slots may be left out when they were missed, or when their message is refused.
void oracle::check_skipped(call const& what, record::slots_skipped const& r) const {
    auto const at = recorded_.schedules().find(std::string{r.name});
    if (what.kind != call_kind::advance || at == recorded_.schedules().end() || at->second.paused) {
        throw violation{"slots were left out for no reason: " + std::string{r.name}};
    }
    auto const& s = at->second;
    auto const punctual = std::max(recorded_.epoch_began(), what.now.wall - limits_.misfire_after);
    auto const left = slots_between(s, r.last_slot, punctual - duration{1});
    bool const missed = r.last_slot < punctual && (s.misfire == misfire::skip || left >= 1) &&
                        (s.misfire != misfire::run_all || left >= limits_.misfires_max);
    auto const meant = s.message->message();
    bool const overlaps =
        s.overlap == overlap::skip && recorded_.taken("schedule:" + at->first, what.now.wall);
    bool const refused =
        r.last_slot <= what.now.wall && r.count == 1 &&
        (overlaps || full(meant.queue, meant.content.size()) ||
         (s.expires_after > duration{0} && r.last_slot + s.expires_after <= what.now.wall) ||
         recorded_.held(hold_scope::publishing, meant.queue, what.now.wall));
    if (!missed && !refused) {
        throw violation{"a slot was left out that should have fired: " + at->first};
    }
}

void oracle::check_leased(call const& what, record::leased const& r, output const& out) {
    auto const d = std::find_if(out.deliveries.begin(),
                                out.deliveries.end(),
                                [&](delivery const& x) { return x.token == r.token; });
    auto const* leased = recorded_.find(r.number);
    if (leased) {
        check_limits(*leased, r, what.now.wall, d == out.deliveries.end());
    }
    if (d != out.deliveries.end()) {
        auto const* m = leased;
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
    if (done_.contains(meant.fields.id) && !meant.reused && !m.redriven) {
        violated("delivered after its settle was confirmed", number);
    }
    if (m.state == message_state::scheduled && m.due > now.wall) {
        violated("delivered before its time", number);
    }
    if (m.state == message_state::blocked) {
        violated("delivered while it was blocked", number);
    }
    if (m.has_expired(now.wall)) {
        violated("delivered at or after its expiry", number);
    }
    if (held_back(m, now.wall)) {
        violated("delivered though its queue or task is held", number);
    }
    auto const connection = connections_.find(d.session);
    if (connection == connections_.end() || !connection->second.consumers.contains(d.consumer)) {
        violated("delivered to a consumer that is not there", number);
    }
    if (connection->second.stalled) {
        violated("delivered to a session that is stalled", number);
    }
    auto& to = connection->second.consumers.at(d.consumer);
    if (!to.takes(m)) {
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
    if (m.counters.attempts > m.most_retries &&
        !asked_again_.contains(d.message.id) && !m.redriven) {
        violated("an attempt more than the retries allow", number);
    }
    if (d.checkpoint != m.checkpoint) {
        violated("delivered with another checkpoint", number);
    }
    check_order(now, to, m, number);
    check_turn_order(m, number);
}

// Higher priority first, then older. Where waiting counts too, only among those for whom both
// agree; where fairness keys count, age tells only within a lane.
void oracle::check_order(moment now,
                         consumer const& to,
                         model_message const& m,
                         message_number number) const {
    bool const fair = recorded_.fair(m.queue);
    bool const ages = recorded_.settings(m.queue).aging_s.value_or(0) != 0;
    for (auto const& [other, o] : recorded_.messages()) {
        auto const priority = o.priority;
        auto const its = m.priority;
        bool const lane = !fair || same_lane(m, o);
        bool const older = other < number.value && lane;
        bool const sooner = ages ? older && priority >= its && !o.waited
                                 : priority > its || (priority == its && older);
        bool const alike = same_lane(m, o) && o.what->placement.ordering_key.empty();
        if (sooner && o.state == message_state::ready && !o.has_expired(now.wall) &&
            o.queue == m.queue && to.takes(o) && !held_back(o, now.wall) &&
            (alike || free_to_go(o, {other}))) {
            violated("delivered before message number " + std::to_string(other), number);
        }
    }
}

bool oracle::held_back(model_message const& m, wall_time now) const {
    return recorded_.held(hold_scope::queue, m.queue, now) ||
           (!m.what->task.empty() && recorded_.held(hold_scope::task, m.what->task, now)) ||
           recorded_.held(hold_scope::key, m.what->placement.limit_key, now);
}

} // namespace peyk::simulation
