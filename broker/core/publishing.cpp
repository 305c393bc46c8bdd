// A message is offered: checked, recognised if it came before, or taken in.

#include "broker/core/broker_members.hpp"

namespace peyk::core {

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
        if (errc const why = accept(command, i, *from); why != errc::ok) {
            answer.refused.push_back({static_cast<std::uint32_t>(i), why});
        }
    }
    out->effects.emplace_back(std::move(answer));
}

// Takes in one message of the batch, or says why not.
errc broker_state::members::accept(publish const& command, std::size_t index, session& from) {
    message const& offered = command.messages[index];
    publish_sequence sequence;
    if (command.first.value != 0) {
        sequence.value = command.first.value + index;
        if (from.accepted.contains(sequence)) {
            ++counted.duplicate_publishes;
            return errc::ok;
        }
        if (from.accepted.gaps() >= bounds.sequence_gaps_max &&
            from.accepted.highest().value + 1 < sequence.value) {
            return errc::in_flight_exceeded;
        }
    }
    if (errc const why = check(offered); why != errc::ok) {
        return why;
    }
    if (messages.find(offered.id) != nullptr) {
        ++counted.duplicate_publishes;
        return errc::duplicate_message;
    }
    errc why = errc::ok;
    interned_name* const name = queue_named(offered.queue, why);
    if (name == nullptr) {
        return why;
    }
    message_entry* const made = make_entry(offered, {last_number.value + 1}, *name->as_queue);
    if (made == nullptr) {
        return errc::too_many_names;
    }
    record_session(from, from.consumes);
    if (!offered.content.empty()) {
        made->body = content::make(offered.content);
        counted.content_bytes += made->body_bytes;
    }
    made->published = now.wall;
    out->records.emplace_back(
        record::published{made, made->number, message_of(*made), now.wall, from.id, sequence});
    order.append(*made);
    if (sequence.value != 0) {
        from.accepted.insert(sequence);
    }
    ++counted.published;
    ++name->as_queue->published;
    if (made->due > now.wall) {
        set_state(*made, message_state::scheduled);
        set_deadline(*made);
    } else {
        make_ready(*made);
    }
    return errc::ok;
}

errc broker_state::members::check(message const& offered) const {
    if (offered.id.empty() || offered.task.size() > bounds.name_bytes_max) {
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
    interned_name* found = names.find(text);
    if (found != nullptr && found->as_queue != nullptr) {
        return found;
    }
    if (!valid_queue_name(text, bounds.name_bytes_max)) {
        why = errc::invalid_queue_name;
        return nullptr;
    }
    if (queue_list.size() >= bounds.queues_max) {
        why = errc::too_many_queues;
        return nullptr;
    }
    found = names.intern(text);
    if (found == nullptr) {
        why = errc::too_many_names;
        return nullptr;
    }
    found->as_queue = queue_list.emplace_back(std::make_unique<core::queue>(*found)).get();
    queues.emplace(found->text, found->as_queue);
    return found;
}

// The entry without its body, known by id and counted as ready; null if its task is one name too
// many.
message_entry*
broker_state::members::make_entry(message const& from, message_number number, core::queue& into) {
    lane_key key;
    if (!from.task.empty()) {
        key.task = names.intern(from.task);
        if (key.task == nullptr) {
            return nullptr;
        }
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
    into.enter(made, key);
    ++into.count(message_state::ready);
    ++counted.messages;
    messages.insert(made);
    return &made;
}

} // namespace peyk::core
