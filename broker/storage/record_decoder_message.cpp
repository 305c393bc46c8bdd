// What happens to messages.

#include "broker/storage/record_decoding.hpp"

namespace peyk::storage::decoding {

namespace {

core::task_error error_of(v1::TaskError const& from) {
    return {.type = from.type(), .text = from.text(), .trace = from.trace()};
}

core::progress progress_of(v1::Progress const& from) {
    return {.done = from.done(), .total = from.total(), .text = from.text()};
}

void fill(core::attempt& to, v1::Attempt const& from) {
    to.worker = from.worker();
    to.began = at(from.began_ms());
    to.ended = at(from.ended_ms());
    to.crash = from.crash();
    to.error.type = from.error().type();
    to.error.text = from.error().text();
    to.error.trace = from.error().trace();
}

core::traces traces_of(v1::Traces const& from, room& room) {
    room.history.resize(static_cast<std::size_t>(from.history_size()));
    for (int i = 0; i < from.history_size(); ++i) {
        fill(room.history[static_cast<std::size_t>(i)], from.history(i));
    }
    return {.history = room.history,
            .progress = progress_of(from.progress()),
            .log = from.log(),
            .log_end = from.log_end(),
            .checkpoint = from.checkpoint()};
}

core::retry_policy retry_of(v1::Message const& from, narrowing& narrow) {
    return {.max_retries = narrow.to<std::uint16_t>(from.max_retries()),
            .factor_percent = narrow.to<std::uint16_t>(from.retry_factor_percent()),
            .base_ms = from.retry_base_ms(),
            .max_ms = from.retry_max_ms(),
            .spread = narrow.to_enum(from.retry_jitter(), core::jitter::full),
            .curve = narrow.to_enum(from.retry_curve(), core::backoff::list)};
}

core::uniqueness unique_of(v1::Message const& from, narrowing& narrow) {
    return {.key = from.unique_key(),
            .until = narrow.to_enum(from.unique_until(), core::unique_until::ttl),
            .conflict = narrow.to_enum(from.unique_conflict(), core::on_conflict::keep_last),
            .ttl_s = from.unique_ttl_s()};
}

} // namespace

core::message
get_message(v1::Message const& from, std::string_view content, room& room, narrowing& narrow) {
    auto const& delays = from.retry_delays_ms();
    room.labels.assign(from.labels().begin(), from.labels().end());
    room.tags.assign(from.tags().begin(), from.tags().end());
    return {.id = {from.id_high(), from.id_low()},
            .queue = from.queue(),
            .task = from.task(),
            .priority = narrow.to<std::uint8_t>(from.priority()),
            .eta = at(from.eta_ms()),
            .expires = at(from.expires_ms()),
            .retry = retry_of(from, narrow),
            .result = {.ttl_s = from.result_ttl_s(),
                       .keep = !from.result_ignore(),
                       .track_started = from.track_started()},
            .max_crashes = narrow.to<std::uint16_t>(from.max_crashes()),
            .retry_delays_ms = {delays.data(), static_cast<std::size_t>(delays.size())},
            .max_age_s = from.max_age_s(),
            .unique = unique_of(from, narrow),
            .root = {from.root_high(), from.root_low()},
            .parent = {from.parent_high(), from.parent_low()},
            .placement = {.ordering_key = from.ordering_key(),
                          .fairness_key = from.fairness_key(),
                          .limit_key = from.limit_key(),
                          .cost = from.cost() == 0 ? 1 : from.cost(), // older than costs
                          .labels = room.labels},
            .tags = room.tags,
            .content = content};
}

record::published
get(v1::Published const& from, std::string_view content, room& room, narrowing& narrow) {
    return {.number = {from.number()},
            .message = get_message(from.message(), content, room, narrow),
            .at = at(from.at_ms()),
            .session = {from.session_high(), from.session_low()},
            .sequence = {from.sequence()},
            .schedule = from.schedule(),
            .slot = at(from.slot_ms()),
            .blocked = from.blocked()};
}

record::message_kept
get(v1::MessageKept const& from, std::string_view content, room& room, narrowing& narrow) {
    return {.number = {from.number()},
            .message = get_message(from.message(), content, room, narrow),
            .at = at(from.at_ms()),
            .state = narrow.to_state(from.state()),
            .due = at(from.due_ms()),
            .retrying = from.retrying(),
            .counters = narrow.counters(from),
            .last_error = error_of(from.last_error()),
            .traces = traces_of(from.traces(), room),
            .lease = {{from.lease_epoch()}, from.lease_number()},
            .holder = {from.holder_high(), from.holder_low()},
            .started = from.started(),
            .acknowledged = from.acknowledged(),
            .has_turn = from.has_turn(),
            .content_bytes = static_cast<std::uint32_t>(content.size())};
}

record::leased get(v1::Leased const& from) {
    return {.number = {from.number()},
            .token = {{from.lease_epoch()}, from.lease_number()},
            .session = {from.session_high(), from.session_low()},
            .at = at(from.at_ms())};
}

record::requeued get(v1::Requeued const& from, narrowing& narrow) {
    return {.number = {from.number()},
            .due = at(from.due_ms()),
            .retrying = from.retrying(),
            .counters = narrow.counters(from),
            .error = error_of(from.error()),
            .failed = from.failed(),
            .crash = from.crash(),
            .worker = from.worker(),
            .began = at(from.began_ms()),
            .ended = at(from.ended_ms())};
}

record::edited get(v1::Edited const& from, narrowing& narrow) {
    record::edited to{.number = {from.number()}, .change = {}};
    if (from.has_priority()) {
        to.change.priority = narrow.to<std::uint8_t>(from.priority());
    }
    if (from.has_expires_ms()) {
        to.change.expires = at(from.expires_ms());
    }
    if (from.has_max_retries()) {
        to.change.max_retries = narrow.to<std::uint16_t>(from.max_retries());
    }
    return to;
}

record::reported get(v1::Reported const& from) {
    record::reported to{.number = {from.number()}, .log = from.log()};
    if (from.has_progress()) {
        to.progress = progress_of(from.progress());
    }
    if (from.has_checkpoint()) {
        to.checkpoint = from.checkpoint();
    }
    return to;
}

record::finished
get(v1::Finished const& from, std::string_view content, room& room, narrowing& narrow) {
    room.tags.assign(from.tags().begin(), from.tags().end());
    return {.number = {from.number()},
            .id = {from.id_high(), from.id_low()},
            .queue = from.queue(),
            .task = from.task(),
            .outcome = {.state = narrow.to_state(from.state()),
                        .expired = from.expired(),
                        .result = content,
                        .content_type = from.content_type(),
                        .error = error_of(from.error()),
                        .settled_by = {{from.lease_epoch()}, from.lease_number()},
                        .worker = from.worker(),
                        .finished = at(from.finished_ms()),
                        .death = narrow.to_enum(from.death(), core::death::queue_full),
                        .origin = from.origin()},
            .counters = narrow.counters(from),
            .published = at(from.published_ms()),
            .until = at(from.until_ms()),
            .traces = traces_of(from.traces(), room),
            .failed = from.failed(),
            .crash = from.crash(),
            .began = at(from.began_ms()),
            .root = {from.root_high(), from.root_low()},
            .parent = {from.parent_high(), from.parent_low()},
            .tags = room.tags,
            .expires = at(from.expires_ms()),
            .priority = narrow.to<std::uint8_t>(from.priority())};
}

} // namespace peyk::storage::decoding
