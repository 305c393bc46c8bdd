#include "broker/core/message_entry.hpp"

#include "broker/core/queue.hpp"
#include "broker/core/session.hpp"

namespace peyk::core {

std::string_view prefix(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    // A byte 10xxxxxx continues a letter that began before it.
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) {
        --bytes_max;
    }
    return text.substr(0, bytes_max);
}

error_texts cut(task_error const& error, std::size_t bytes_max) {
    error_texts kept;
    std::size_t left = bytes_max;
    auto const take = [&left](std::string_view text) {
        text = prefix(text, left);
        left -= text.size();
        return std::string{text};
    };
    kept.type = take(error.type);
    kept.text = take(error.text);
    kept.trace = take(error.trace);
    return kept;
}

visible_state visible(message_entry const& entry) {
    switch (entry.state) {
    case message_state::leased:
        if (entry.track_started && entry.lease->started) {
            return visible_state::started;
        }
        [[fallthrough]];
    case message_state::scheduled:
    case message_state::ready:
        return entry.retrying ? visible_state::retry : visible_state::pending;
    case message_state::succeeded:
        return visible_state::success;
    case message_state::failed:
    case message_state::dead:
        return visible_state::failure;
    case message_state::revoked:
        return visible_state::revoked;
    }
    return visible_state::unknown;
}

visible_detail visible_detail_of(message_entry const& entry) {
    switch (entry.state) {
    case message_state::scheduled:
        return visible_detail::scheduled;
    case message_state::ready:
        return visible_detail::ready;
    case message_state::leased:
        return visible_detail::leased;
    case message_state::dead:
        return visible_detail::dead;
    case message_state::revoked:
        return entry.detail && entry.detail->expired ? visible_detail::expired
                                                     : visible_detail::revoked;
    case message_state::succeeded:
    case message_state::failed:
        break;
    }
    return visible_detail::none;
}

status status_of(message_entry const& entry) {
    status seen;
    seen.id = entry.id;
    seen.state = visible(entry);
    seen.detail = visible_detail_of(entry);
    seen.queue = entry.lane->home().name();
    seen.task = entry.lane->task();
    seen.priority = entry.priority;
    seen.counters = entry.counters;
    seen.published = entry.published;
    seen.eta = entry.eta;
    seen.expires = entry.expires;
    if (entry.lease != nullptr) {
        seen.worker = entry.lease->holder->name;
    }
    if (entry.detail) {
        entry_detail const& detail = *entry.detail;
        seen.result = detail.result;
        seen.content_type = detail.content_type;
        if (seen.state != visible_state::started) {
            seen.error_type = detail.error.type;
            seen.error_text = detail.error.text;
            seen.error_trace = detail.error.trace;
        }
        seen.started = detail.started;
        seen.finished = detail.finished;
        if (entry.final()) {
            seen.worker = detail.worker;
        }
    }
    return seen;
}

message message_of(message_entry const& entry) {
    message whole;
    whole.id = entry.id;
    whole.queue = entry.lane->home().name();
    whole.task = entry.lane->task();
    whole.priority = entry.priority;
    whole.eta = entry.eta;
    whole.expires = entry.expires;
    whole.retry = entry.retry;
    whole.result = {entry.result_ttl_s, entry.keeps_result, entry.track_started};
    whole.max_crashes = entry.max_crashes;
    if (entry.body) {
        whole.content = entry.body->bytes();
    }
    return whole;
}

position body_position(message_entry const& entry, position durable) {
    bool const moving = entry.detail && entry.detail->moved_from != nowhere;
    return moving && (entry.at() == nowhere || entry.at() > durable) ? entry.detail->moved_from
                                                                     : entry.at();
}

} // namespace peyk::core
