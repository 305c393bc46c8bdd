// A message is offered: checked, recognised if it came before, or taken in.

#include "broker/core/allowed.hpp"
#include "broker/core/gatekeeper.hpp"

#include <string>
#include <utility>

namespace peyk::core {

namespace {

// Beyond it the delay reaches any maximum at once.
constexpr std::uint16_t polynomial_percent_max = 800;

// Of a message that has ended its key may be all that is known.
bool left_its_key(auto const& keys, message const& offered) {
    if (offered.unique.key.empty()) {
        return false;
    }
    auto const found = keys.find(offered.unique.key);
    return found != keys.end() && found->second->holder == offered.id;
}

// The first field that means nothing; empty: they all do.
std::string_view senseless_field(message const& m, limits const& bounds) {
    if (m.id.empty()) {
        return "id";
    }
    if (m.task.size() > bounds.name_bytes_max) {
        return "task";
    }
    if (m.unique.key.size() > bounds.unique_key_bytes_max) {
        return "unique.key";
    }
    if (m.unique.until == unique_until::ttl && m.unique.ttl_s == 0) {
        return m.unique.key.empty() ? "unique.key" : "unique.ttl_s";
    }
    if (m.retry_delays_ms.size() > bounds.retry_delays_max ||
        (m.retry.curve == backoff::list && m.retry_delays_ms.empty())) {
        return "retry.delays_ms";
    }
    bool const steep =
        m.retry.curve == backoff::polynomial && m.retry.factor_percent > polynomial_percent_max;
    return steep ? "retry.factor_percent: at most 800 with BACKOFF_POLYNOMIAL" : "";
}

// The field that is wrong or the limit that is in the way; empty if the code says all.
std::string refusal_detail(errc why, message const& offered, limits const& bounds) {
    if (why == errc::invalid_argument) {
        return allowed_in(senseless_field(offered, bounds), bounds);
    }
    std::string const queue{offered.queue.empty() ? "default" : offered.queue};
    if (why == errc::memory_full) {
        return "queue " + queue + ": memory_bytes_max " + std::to_string(bounds.memory_bytes_max);
    }
    return why == errc::disk_full ? "queue " + queue + ": journal.free_bytes_min" : "";
}

} // namespace

void broker_state::members::apply(publish const& command) {
    session* const from = client(command.session, command.request);
    if (from == nullptr) {
        return;
    }
    if (command.messages.size() > bounds.batch_max) {
        out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::batch_too_large});
        return;
    }
    from->accepted.prune_below(command.answered_below);
    effect::published answer{command.session, command.request, {}};
    for (std::size_t i = 0; i < command.messages.size(); ++i) {
        publication by{from};
        by.sequence.value = command.first.value == 0 ? 0 : command.first.value + i;
        acceptance each = publish_one(command.messages[i], by);
        auto const index = static_cast<std::uint32_t>(i);
        if (each.joined) {
            answer.joined.push_back({index, each.existing});
        } else if (each.code != errc::ok) {
            answer.refused.push_back({index, each.code, each.existing, std::move(each.detail)});
        }
    }
    out->effects.emplace_back(std::move(answer));
}

// As accept(), unless the session was told before that it is.
acceptance broker_state::members::publish_one(message const& offered, publication const& by) {
    sequence_set const& known = by.from->accepted;
    if (by.sequence.value != 0) {
        if (known.contains(by.sequence)) {
            ++counted.duplicate_publishes;
            return {};
        }
        if (known.gaps() >= bounds.sequence_gaps_max &&
            known.highest().value + 1 < by.sequence.value) {
            return {errc::in_flight_exceeded};
        }
    }
    return accept(offered, by);
}

// Takes the message in, or says why not.
acceptance broker_state::members::accept(message const& offered, publication const& by) {
    // First: what it would be refused for now was no reason when it was taken in.
    if (messages.find(offered.id) != nullptr || left_its_key(unique_keys, offered)) {
        ++counted.duplicate_publishes;
        return {errc::duplicate_message};
    }
    if (errc const why = check(offered); why != errc::ok) {
        std::string detail = refusal_detail(why, offered, bounds);
        if (why == errc::invalid_argument && detail.empty()) {
            detail = allowed_in(misplaced(offered.placement, offered.tags), bounds);
        }
        return {why, false, {}, std::move(detail)};
    }
    errc why = errc::ok;
    std::size_t const queues_before = queues.size();
    interned_name* const name = queue_named(offered.queue, why);
    if (name == nullptr) {
        return {why};
    }
    core::queue& into = *name->as_queue;
    bool const new_queue = queues.size() != queues_before;
    acceptance answer = take_in(offered, by, into);
    if (!answer.published() && new_queue) {
        unlist(into);
    }
    return answer;
}

acceptance
broker_state::members::take_in(message const& offered, publication const& by, core::queue& into) {
    if (into.draining != nullptr) {
        return draining(into);
    }
    if (lacks_place(offered, into)) {
        return {errc::too_many_lanes};
    }
    bool blocked = false;
    if (into.policy != nullptr || !offered.unique.key.empty()) {
        acceptance answer = admit(offered, into, blocked);
        if (!answer.published()) {
            return answer;
        }
    }
    message_entry* const made = make_entry(offered, {last_number.value + 1}, into);
    if (made == nullptr) {
        return {errc::too_many_names};
    }
    made->published = now.wall;
    if (into.policy != nullptr && made->expires == unset && into.settings().default_ttl_s) {
        made->expires =
            std::max(now.wall, made->eta) + std::chrono::seconds{*into.settings().default_ttl_s};
    }
    if (!offered.content.empty()) {
        made->body = content::make(offered.content);
        counted.content_bytes += made->body_bytes;
    }
    if (!offered.unique.key.empty()) {
        blocked ? wait_for_key(*made) : take_key(*made);
    }
    session_id from;
    if (by.from != nullptr) {
        record_session(*by.from, by.from->consumes);
        from = by.from->id;
    }
    auto& fact = remember<record::published>();
    fact.owner = made;
    fact.number = made->number;
    fill(fact.message, *made);
    fact.at = now.wall;
    fact.session = from;
    fact.sequence = by.sequence;
    fact.schedule = by.schedule;
    fact.slot = by.slot;
    fact.blocked = blocked;
    order.append(*made);
    if (by.sequence.value != 0) {
        by.from->accepted.insert(by.sequence);
    }
    ++counted.published;
    ++into.published;
    count_published(*made);
    tell(event_kind::task_sent, *made, by.from);
    enqueue(*made, blocked);
    return {};
}

void broker_state::members::enqueue(message_entry& e, bool blocked) {
    if (!blocked && e.due <= now.wall) {
        return make_ready(e);
    }
    set_state(e, blocked ? message_state::blocked : message_state::scheduled);
    set_deadline(e);
}

// Whether its unique key and the limits of its queue let the message in. Ends whom it replaces or
// who makes room for it.
acceptance broker_state::members::admit(message const& offered, core::queue& into, bool& blocked) {
    if (!place_of(offered)) {
        return {errc::too_many_names}; // Before anything ends for its sake.
    }
    if (std::string why = too_large(into, offered.content.size()); !why.empty()) {
        return {errc::message_too_large, false, {}, std::move(why)};
    }
    key_claim claim;
    if (!offered.unique.key.empty()) {
        claim = claim_key(offered);
        if (!claim.answer.published()) {
            return claim.answer;
        }
    }
    if (std::string why = full(into, offered.content.size(), claim); !why.empty()) {
        return {errc::queue_full, false, {}, std::move(why)};
    }
    for (message_entry* const replaced : {claim.waiting, claim.holder}) {
        if (replaced != nullptr) {
            cancel_one(*replaced, "replaced by a newer message", false);
        }
    }
    if (std::string why = make_room(into, offered.content.size()); !why.empty()) {
        return {errc::queue_full, false, {}, std::move(why)};
    }
    blocked = claim.blocked;
    return {};
}

errc broker_state::members::check(message const& offered) const {
    if (!senseless_field(offered, bounds).empty() ||
        !misplaced(offered.placement, offered.tags).empty()) {
        return errc::invalid_argument;
    }
    if (offered.content.size() > bounds.content_bytes_max) {
        return errc::message_too_large;
    }
    if (offered.expires != unset && offered.expires <= now.wall) {
        return errc::expired;
    }
    if (gate == publish_gate::disk_full) {
        return errc::disk_full;
    }
    if (memory_bytes() + offered.content.size() > bounds.memory_bytes_max) {
        return errc::memory_full;
    }
    return errc::ok;
}

// The name of an existing queue, which comes into being by being named; null with the reason.
interned_name* broker_state::members::queue_named(std::string_view text, errc& why) {
    if (text.empty()) {
        text = "default";
    }
    if (last_named != nullptr && last_named->text == text && last_named->as_queue->listed) {
        return last_named;
    }
    interned_name* found = names.find(text);
    if (found != nullptr && found->as_queue != nullptr && found->as_queue->listed) {
        return last_named = found;
    }
    if (!valid_queue_name(text, bounds.name_bytes_max)) {
        why = errc::invalid_queue_name;
        return nullptr;
    }
    if (queues.size() >= bounds.queues_max) {
        why = errc::too_many_queues;
        return nullptr;
    }
    found = names.intern(text);
    if (found == nullptr) {
        why = errc::too_many_names;
        return nullptr;
    }
    if (found->as_queue == nullptr) {
        auto made = std::make_unique<core::queue>(*found, place_memory, guard.get());
        weigh_all(*made);
        found->as_queue = queue_list.emplace_back(std::move(made)).get();
    }
    found->as_queue->listed = true;
    queues.emplace(found->text, found->as_queue);
    apply_holds(*found->as_queue);
    apply_policies(*found->as_queue);
    return found;
}

// The entry without its body, known by id and counted as ready; null if its task or a label is one
// name too many.
message_entry*
broker_state::members::make_entry(message const& from, message_number number, core::queue& into) {
    std::optional<place_key> const place = place_of(from);
    if (!place) {
        return nullptr;
    }
    message_entry& made = *entry_memory.make();
    made.id = from.id;
    made.number = number;
    last_number = std::max(last_number, number);
    made.body_bytes = static_cast<std::uint32_t>(from.content.size());
    made.eta = from.eta;
    made.due = from.eta;
    made.expires = from.expires;
    made.retry = from.retry;
    made.result_ttl_s = from.result.ttl_s;
    made.max_crashes = from.max_crashes;
    made.priority = from.priority;
    made.keeps_result = from.result.keep && !from.task.empty();
    made.track_started = from.result.track_started;
    made.options = options_of(from);
    if (made.options) {
        detail_bytes += memory_cost(*made.options);
    }
    if (!from.placement.ordering_key.empty()) {
        made.options->turn = &into.turn_of(from.placement.ordering_key);
    }
    enter(made, into, *place);
    count_in(made);
    ++counted.messages;
    messages.insert(made);
    return &made;
}

} // namespace peyk::core
