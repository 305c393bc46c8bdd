// What happens to messages, but for what happens to all of them.

#include "broker/storage/record_encoding.hpp"

namespace peyk::storage::encoding {

namespace {

using texts = google::protobuf::RepeatedPtrField<std::string>;

void put_texts(std::span<std::string_view const> from, texts& to) {
    to.Clear();
    for (std::string_view const each : from) {
        assign(*to.Add(), each);
    }
}

// Errors are rare: their message exists only while there is one.
bool empty(core::task_error const& error) {
    return error.type.empty() && error.text.empty() && error.trace.empty();
}

void fill(v1::TaskError& error, core::task_error const& from) {
    assign(*error.mutable_type(), from.type);
    assign(*error.mutable_text(), from.text);
    assign(*error.mutable_trace(), from.trace);
}

template <class Message>
void put_error(core::task_error const& from, Message& to) {
    if (empty(from)) {
        to.clear_error();
    } else {
        fill(*to.mutable_error(), from);
    }
}

void put_progress(core::progress const& from, v1::Progress& to) {
    to.set_done(from.done);
    to.set_total(from.total);
    assign(*to.mutable_text(), from.text);
}

void put_attempt(core::attempt const& from, v1::Attempt& to) {
    assign(*to.mutable_worker(), from.worker);
    to.set_began_ms(ms(from.began));
    to.set_ended_ms(ms(from.ended));
    to.set_crash(from.crash);
    put_error(from.error.view(), to);
}

bool empty(core::progress const& progress) {
    return progress.done == 0 && progress.total == 0 && progress.text.empty();
}

// So are traces: most messages run once and say nothing.
template <class Message>
void put_traces(core::traces const& from, Message& to) {
    bool const reported = !empty(from.progress);
    if (from.history.empty() && !reported && from.log.empty() && from.log_end == 0 &&
        from.checkpoint.empty()) {
        to.clear_traces();
        return;
    }
    v1::Traces& out = *to.mutable_traces();
    out.clear_history();
    for (core::attempt const& each : from.history) {
        put_attempt(each, *out.add_history());
    }
    if (reported) {
        put_progress(from.progress, *out.mutable_progress());
    } else {
        out.clear_progress();
    }
    assign(*out.mutable_log(), from.log);
    out.set_log_end(from.log_end);
    assign(*out.mutable_checkpoint(), from.checkpoint);
}

template <class Message>
void put_counters(core::counters const& from, Message& to) {
    to.set_attempts(from.attempts);
    to.set_crashes(from.crashes);
    to.set_deliveries(from.deliveries);
}

} // namespace

content_source put(record::message_kept const& from, v1::Record& to) {
    auto& out = *to.mutable_message_kept();
    out.set_number(from.number.value);
    put_message(from.message, *out.mutable_message());
    out.set_at_ms(ms(from.at));
    out.set_state(number_of(from.state));
    out.set_due_ms(ms(from.due));
    out.set_retrying(from.retrying);
    put_counters(from.counters, out);
    if (empty(from.last_error)) {
        out.clear_last_error();
    } else {
        fill(*out.mutable_last_error(), from.last_error);
    }
    put_traces(from.traces, out);
    out.set_lease_epoch(from.lease.epoch.value);
    out.set_lease_number(from.lease.number);
    out.set_holder_high(from.holder.high);
    out.set_holder_low(from.holder.low);
    out.set_started(from.started);
    out.set_acknowledged(from.acknowledged);
    out.set_has_turn(from.has_turn);
    return from.content_at == core::nowhere ? content_source{from.message.content}
                                            : content_source{from.content_at, from.content_bytes};
}

content_source put(record::requeued const& from, v1::Record& to) {
    auto& out = *to.mutable_requeued();
    out.set_number(from.number.value);
    out.set_due_ms(ms(from.due));
    out.set_retrying(from.retrying);
    put_counters(from.counters, out);
    put_error(from.error, out);
    out.set_failed(from.failed);
    out.set_crash(from.crash);
    assign(*out.mutable_worker(), from.worker);
    out.set_began_ms(ms(from.began));
    out.set_ended_ms(ms(from.ended));
    return content_source{};
}

content_source put(record::rescheduled const& from, v1::Record& to) {
    auto& out = *to.mutable_rescheduled();
    out.set_number(from.number.value);
    out.set_due_ms(ms(from.due));
    return content_source{};
}

content_source put(record::edited const& from, v1::Record& to) {
    auto& out = *to.mutable_edited();
    out.Clear();
    out.set_number(from.number.value);
    if (from.change.priority) {
        out.set_priority(*from.change.priority);
    }
    if (from.change.expires) {
        out.set_expires_ms(ms(*from.change.expires));
    }
    if (from.change.max_retries) {
        out.set_max_retries(*from.change.max_retries);
    }
    return content_source{};
}

content_source put(record::moved const& from, v1::Record& to) {
    auto& out = *to.mutable_moved();
    out.set_number(from.number.value);
    assign(*out.mutable_queue(), from.queue);
    return content_source{};
}

content_source put(record::redriven const& from, v1::Record& to) {
    auto& out = *to.mutable_redriven();
    out.set_number(from.number.value);
    assign(*out.mutable_queue(), from.queue);
    out.set_reset_counters(from.reset_counters);
    out.set_at_ms(ms(from.at));
    out.set_keyless(from.keyless);
    return content_source{};
}

content_source put(record::reported const& from, v1::Record& to) {
    auto& out = *to.mutable_reported();
    out.set_number(from.number.value);
    if (from.progress) {
        put_progress(*from.progress, *out.mutable_progress());
    } else {
        out.clear_progress();
    }
    if (from.checkpoint) {
        assign(*out.mutable_checkpoint(), *from.checkpoint);
    } else {
        out.clear_checkpoint();
    }
    assign(*out.mutable_log(), from.log);
    return content_source{};
}

content_source put(record::started const& from, v1::Record& to) {
    auto& out = *to.mutable_started();
    out.set_number(from.number.value);
    out.set_at_ms(ms(from.at));
    out.set_acknowledged(from.acknowledged);
    return content_source{};
}

content_source put(record::finished const& from, v1::Record& to) {
    auto& out = *to.mutable_finished();
    out.set_number(from.number.value);
    out.set_id_high(from.id.high);
    out.set_id_low(from.id.low);
    assign(*out.mutable_queue(), from.queue);
    assign(*out.mutable_task(), from.task);
    out.set_state(number_of(from.outcome.state));
    out.set_expired(from.outcome.expired);
    assign(*out.mutable_content_type(), from.outcome.content_type);
    put_error(from.outcome.error, out);
    out.set_lease_epoch(from.outcome.settled_by.epoch.value);
    out.set_lease_number(from.outcome.settled_by.number);
    assign(*out.mutable_worker(), from.outcome.worker);
    out.set_finished_ms(ms(from.outcome.finished));
    out.set_death(static_cast<std::uint32_t>(from.outcome.death));
    assign(*out.mutable_origin(), from.outcome.origin);
    put_counters(from.counters, out);
    out.set_published_ms(ms(from.published));
    out.set_until_ms(ms(from.until));
    put_traces(from.traces, out);
    out.set_failed(from.failed);
    out.set_crash(from.crash);
    out.set_began_ms(ms(from.began));
    out.set_root_high(from.root.high);
    out.set_root_low(from.root.low);
    out.set_parent_high(from.parent.high);
    out.set_parent_low(from.parent.low);
    put_texts(from.tags, *out.mutable_tags());
    out.set_expires_ms(ms(from.expires));
    out.set_priority(from.priority);
    return content_source{from.outcome.result};
}

} // namespace peyk::storage::encoding
