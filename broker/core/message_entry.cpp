#include "broker/core/message_entry.hpp"

#include "broker/core/queue.hpp"
#include "broker/core/session.hpp"

#include <algorithm>

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
    case message_state::blocked:
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
    case message_state::blocked:
        return visible_detail::blocked;
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

namespace {

void add_report(status& to, entry_report const& from) {
    to.done = from.done;
    to.total = from.total;
    to.progress_text = from.text;
    to.checkpoint_bytes =
        from.checkpoint ? static_cast<std::uint32_t>(from.checkpoint->bytes().size()) : 0;
    to.log_end = from.log_end;
}

} // namespace

status status_of(message_entry const& entry, bool whole) {
    status seen;
    seen.id = entry.id;
    seen.state = visible(entry);
    seen.detail = visible_detail_of(entry);
    seen.queue = entry.lane->home().name();
    seen.task = entry.lane->task();
    seen.priority = entry.priority;
    seen.counters = entry.counters;
    seen.published = entry.published;
    bool const waits = entry.state == message_state::scheduled && entry.due != unset;
    seen.eta = waits ? entry.due : entry.eta;
    seen.expires = entry.expires;
    if (entry.lease != nullptr) {
        seen.worker = entry.lease->holder->name;
        seen.acknowledged = entry.lease->acknowledged;
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
        seen.death = detail.death;
        seen.origin = detail.origin;
        if (detail.report) {
            add_report(seen, *detail.report);
        }
        if (whole) {
            seen.log = log_since(entry, 0);
            seen.history = detail.history;
        }
    }
    if (entry.options) {
        seen.root = entry.options->root;
        seen.parent = entry.options->parent;
        seen.tags = entry.options->tag_texts;
        if (entry.options->turn != nullptr) {
            seen.ordering_key = entry.options->turn->key;
        }
    }
    seen.fairness_key = entry.lane->fairness_key();
    seen.limit_key = entry.lane->limit_key();
    seen.labels.assign(entry.lane->labels().begin(), entry.lane->labels().end());
    return seen;
}

std::string_view log_since(message_entry const& entry, std::uint64_t told) {
    if (!entry.detail || !entry.detail->report) {
        return {};
    }
    entry_report const& report = *entry.detail->report;
    std::string_view const log = report.log;
    std::uint64_t const fresh = report.log_end - std::min(told, report.log_end);
    return log.substr(log.size() - std::min<std::uint64_t>(fresh, log.size()));
}

void fill(message& to, message_entry const& entry) {
    to.id = entry.id;
    to.queue = entry.lane->home().name();
    to.task = entry.lane->task();
    to.priority = entry.priority;
    to.eta = entry.eta;
    to.expires = entry.expires;
    to.retry = entry.retry;
    to.result = {entry.result_ttl_s, entry.keeps_result, entry.track_started};
    to.max_crashes = entry.max_crashes;
    if (entry.options) {
        entry_options const& rare = *entry.options;
        to.retry_delays_ms = rare.retry_delays_ms;
        to.max_age_s = rare.max_age_s;
        to.unique = {rare.unique_key, rare.key_until, rare.conflict, rare.key_ttl_s};
        to.root = rare.root;
        to.parent = rare.parent;
        to.tags = rare.tags;
        to.placement.cost = rare.cost;
        if (rare.turn != nullptr) {
            to.placement.ordering_key = rare.turn->key;
        }
    }
    to.placement.fairness_key = entry.lane->fairness_key();
    to.placement.limit_key = entry.lane->limit_key();
    to.placement.labels = entry.lane->labels();
    if (entry.body) {
        to.content = entry.body->bytes();
    }
}

message message_of(message_entry const& entry) {
    message whole;
    fill(whole, entry);
    return whole;
}

std::unique_ptr<entry_options> options_of(message const& from) {
    if (from.retry_delays_ms.empty() && from.max_age_s == 0 && from.unique.key.empty() &&
        from.root.empty() && from.parent.empty() && from.tags.empty() &&
        from.placement.ordering_key.empty() && from.placement.cost == 1) {
        return nullptr;
    }
    auto made = std::make_unique<entry_options>();
    made->retry_delays_ms.assign(from.retry_delays_ms.begin(), from.retry_delays_ms.end());
    made->max_age_s = from.max_age_s;
    if (!from.unique.key.empty()) {
        made->unique_key = from.unique.key;
        made->key_until = from.unique.until;
        made->conflict = from.unique.conflict;
        made->key_ttl_s = from.unique.ttl_s;
    }
    made->root = from.root;
    made->parent = from.parent;
    made->tag_texts.assign(from.tags.begin(), from.tags.end());
    made->tags.assign(made->tag_texts.begin(), made->tag_texts.end());
    made->cost = from.placement.cost;
    return made;
}

traces traces_of(message_entry const& entry) {
    traces seen;
    if (!entry.detail) {
        return seen;
    }
    seen.history = entry.detail->history;
    if (entry.detail->report) {
        entry_report const& report = *entry.detail->report;
        seen.progress = {report.done, report.total, report.text};
        seen.log = report.log;
        seen.log_end = report.log_end;
        if (report.checkpoint) {
            seen.checkpoint = report.checkpoint->bytes();
        }
    }
    return seen;
}

namespace {

std::uint64_t texts(error_texts const& e) {
    return e.type.size() + e.text.size() + e.trace.size();
}

} // namespace

std::uint64_t memory_cost(entry_detail const& detail) {
    std::uint64_t cost = sizeof detail + texts(detail.error) + detail.content_type.size() +
                         detail.worker.size() + (detail.result ? detail.result->bytes().size() : 0);
    for (attempt const& each : detail.history) {
        cost += sizeof each + each.worker.size() + texts(each.error);
    }
    if (detail.report) {
        entry_report const& report = *detail.report;
        cost += sizeof report + report.text.size() + report.log.size() +
                (report.checkpoint ? report.checkpoint->bytes().size() : 0);
    }
    return cost;
}

std::uint64_t memory_cost(entry_options const& options) {
    std::uint64_t cost = sizeof options + options.unique_key.size() +
                         options.retry_delays_ms.size() * sizeof(std::uint32_t);
    for (std::string const& tag : options.tag_texts) {
        cost += sizeof tag + sizeof(std::string_view) + tag.size();
    }
    return cost;
}

position body_position(message_entry const& entry, position durable) {
    bool const moving = entry.detail && entry.detail->moved_from != nowhere;
    return moving && (entry.at() == nowhere || entry.at() > durable) ? entry.detail->moved_from
                                                                     : entry.at();
}

} // namespace peyk::core
