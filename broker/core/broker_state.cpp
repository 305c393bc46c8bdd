#include "broker/core/broker_state.hpp"

#include "broker/core/gatekeeper.hpp"

#include <utility>

namespace peyk::core {

broker_state::members::members(limits const& given,
                               std::uint64_t seed,
                               time_zones const* known_zones)
    : bounds(given), random(seed), names(given.names_max),
      guard(std::make_unique<gatekeeper>(*this)), zones(known_zones) {}

broker_state::members::~members() {
    for (auto& q : queue_list) {
        q->clear(); // before the consumers that are linked there
    }
    for (auto& [id, of] : sessions) {
        drop_watches(*of);
        of->leases.clear();
        of->consumers.clear();
    }
    order.clear();
    messages.for_each([this](message_entry& e) { entry_memory.end(&e); });
    for (message_entry* const e : ended_messages) {
        entry_memory.end(e);
    }
}

void broker_state::members::begin(moment at, output& into) {
    now = at;
    out = &into;
    taken = {};
    ++calls;
    for (message_entry* const e : ended_messages) {
        entry_memory.end(e);
    }
    ended_messages.clear();
    ended_details.clear();
    ended_sessions.clear();
    ended_bodies.clear();
    ended_options.clear();
    ended_keys.clear();
    ended_policies.clear();
    ended_holds.clear();
    ended_sweeps.clear();
    ended_schedules.clear();
    ended_limits.clear();
    ended_shares.clear();
    place_memory.end_all();
}

void broker_state::members::end() {
    match();
    out = nullptr;
}

broker_state::broker_state(limits const& limits, std::uint64_t seed, time_zones const* zones)
    : self_(std::make_unique<members>(limits, seed, zones)) {}
broker_state::~broker_state() = default;
broker_state::broker_state(broker_state&&) noexcept = default;

errc broker_state::configure(set_policy const& policy) {
    return self_->configure(policy);
}

errc broker_state::configure(set_limit const& limit) {
    return self_->configure(limit);
}

errc broker_state::configure(set_share const& share) {
    return self_->configure(share);
}

void broker_state::replay(any_record const& fact, position at, std::uint32_t bytes) {
    self_->replayed = nullptr;
    self_->place_memory.end_all();
    std::visit([this](auto const& which) { self_->replay(which); }, fact);
    if (self_->replayed != nullptr) {
        self_->order.append(*self_->replayed);
        self_->order.place(*self_->replayed, at, bytes);
    }
    self_->durable = at;
}

void broker_state::recovered(moment now, output& out) {
    self_->begin(now, out);
    self_->recovered();
    self_->end();
}

void broker_state::apply(any_command const& what, moment now, output& out) {
    self_->begin(now, out);
    std::visit([this](auto const& command) { self_->apply(command); }, what);
    self_->end();
}

void broker_state::advance(moment now, output& out) {
    self_->begin(now, out);
    self_->advance();
    self_->end();
}

deadline broker_state::next_deadline() const {
    return self_->next_deadline();
}

bool broker_state::is_overtaken(connect const& hello) const {
    session const* const of = self_->find_session(hello.session);
    return of != nullptr && hello.connection != 0 && hello.connection < of->connection;
}

void broker_state::heard(session_id id, steady_time now) {
    session* const from = self_->find_session(id);
    if (from != nullptr && from->state == session_state::connected) {
        from->heard = now;
    }
}

void broker_state::placed(retained* owner, position at, std::uint32_t bytes) {
    if (owner != nullptr) {
        self_->placed(*owner, at, bytes);
    }
}

void broker_state::durable_up_to(position durable) {
    self_->durable_up_to(durable);
}

std::optional<delivery> broker_state::hand_over(delivery_token token) {
    return self_->hand_over(token);
}

bool broker_state::relocate(position before, std::size_t bytes_max, output& out) {
    self_->begin(self_->now, out);
    return self_->relocate(before, bytes_max);
}

position broker_state::oldest_retained() const {
    return self_->order.oldest_at();
}

void broker_state::set_stalled(session_id session, bool stalled, moment now, output& out) {
    self_->begin(now, out);
    self_->set_stalled(session, stalled);
    self_->end();
}

void broker_state::set_gate(publish_gate gate) {
    self_->gate = gate;
}

void broker_state::stop(output& out) {
    out.records.emplace_back(record::stopped_cleanly{});
}

broker_epoch broker_state::epoch() const {
    return self_->mark.epoch;
}

broker_stats broker_state::stats() const {
    return self_->stats();
}

std::vector<queue_stats> broker_state::queues(std::string_view after, std::size_t count_max) const {
    std::vector<queue_stats> seen;
    for (auto q = self_->queues.upper_bound(after);
         q != self_->queues.end() && seen.size() < count_max;
         ++q) {
        seen.push_back(q->second->stats());
    }
    return seen;
}

std::optional<queue_stats> broker_state::queue(std::string_view name) const {
    auto const found = self_->queues.find(name);
    return found == self_->queues.end() ? std::nullopt : std::optional{found->second->stats()};
}

status broker_state::status(message_id id) const {
    message_entry const* const found = self_->messages.find(id);
    if (found != nullptr) {
        return status_of(*found);
    }
    core::status unknown;
    unknown.id = id;
    return unknown;
}

std::optional<kept_message> broker_state::whole(message_id id) const {
    message_entry const* const found = self_->messages.find(id);
    if (found == nullptr) {
        return std::nullopt;
    }
    kept_message seen;
    seen.message = message_of(*found);
    seen.content_kept = !found->final() || found->state == message_state::dead;
    if (seen.content_kept) {
        seen.content_bytes = found->body_bytes;
    }
    if (found->body_on_disk) {
        seen.content_at = body_position(*found, self_->durable);
    }
    return seen;
}

message_page
broker_state::list(selector const& which, std::uint64_t from, std::size_t count_max) const {
    return self_->list(which, from, count_max);
}

obstacle broker_state::why(message_id id, moment now) const {
    return self_->why(id, now);
}

std::vector<obstacle_count> broker_state::obstacles(std::string_view queue, moment now) const {
    return self_->obstacles(queue, now);
}

std::vector<session_view>
broker_state::sessions(session_id after, std::size_t count_max, bool workers_only) const {
    return self_->session_list(after, count_max, workers_only);
}

void broker_state::listen(bool wanted) {
    self_->listened = wanted;
}

void broker_state::take_samples(std::vector<named_sample>& into) {
    self_->take_samples(into);
}

std::vector<policy_stats> broker_state::policies() const {
    return self_->policy_list();
}

std::vector<hold_stats> broker_state::holds() const {
    std::vector<hold_stats> seen;
    for (auto const& [key, h] : self_->holds) {
        seen.push_back({h->scope, h->name, h->until, h->reason});
    }
    return seen;
}

std::vector<limit_stats> broker_state::limits_in_force() const {
    return self_->limit_list();
}

std::vector<limiter_stats>
broker_state::limiters(limit_names const& of, std::size_t count_max, moment now) const {
    return self_->limiter_list(of, count_max, now.wall);
}

std::vector<share_stats> broker_state::shares() const {
    return self_->share_list();
}

std::vector<sweep_state> broker_state::sweeps() const {
    std::vector<sweep_state> seen;
    for (auto const& [id, each] : self_->sweeps) {
        seen.push_back(self_->state_of(*each));
    }
    return seen;
}

std::uint64_t broker_state::memory_bytes() const {
    return self_->memory_bytes();
}

std::uint64_t broker_state::fingerprint() const {
    return self_->fingerprint();
}

} // namespace peyk::core
