#include "tests/simulation/owned_record.hpp"

#include <type_traits>

namespace peyk::simulation {

using namespace core;

// Every kind of record names the fields that borrow; a new field must be added here by hand.
owned_record::owned_record(any_record const& record)
    : record_(record), storage_(std::make_unique<storage>()) {
    std::visit(
        [this](auto& r) {
            using type = std::remove_cvref_t<decltype(r)>;
            auto const each = [this](auto&... fields) {
                (own(fields), ...);
            };
            if constexpr (requires { r.owner; }) {
                r.owner = nullptr;
            }
            if constexpr (std::is_same_v<type, record::session_opened>) {
                own(r.name);
                storage_->accepted.assign(r.accepted.begin(), r.accepted.end());
                r.accepted = storage_->accepted;
            } else if constexpr (std::is_same_v<type, record::published>) {
                each(r.message, r.schedule);
            } else if constexpr (std::is_same_v<type, record::message_kept>) {
                each(r.message, r.last_error, r.traces);
            } else if constexpr (std::is_same_v<type, record::requeued>) {
                each(r.error, r.worker);
            } else if constexpr (std::is_same_v<type, record::reported>) {
                if (r.progress) {
                    own(r.progress->text);
                }
                each(r.checkpoint, r.log);
            } else if constexpr (std::is_same_v<type, record::finished>) {
                each(r.queue, r.task, r.outcome, r.traces, r.tags);
            } else if constexpr (std::is_same_v<type, record::policy_set>) {
                each(r.pattern, r.settings.dead_letter);
            } else if constexpr (std::is_same_v<type, record::hold_set>) {
                each(r.name, r.reason);
            } else if constexpr (std::is_same_v<type, record::schedule_set> ||
                                 std::is_same_v<type, record::sweep_began>) {
                own(r.spec);
            } else if constexpr (requires { r.names; }) {
                each(r.names.task, r.names.queue, r.names.key); // limit_set, limit_spent
            } else if constexpr (requires { r.queue; }) {
                own(r.queue); // moved, redriven
            } else if constexpr (requires { r.name; }) {
                own(r.name);
            } else if constexpr (requires { r.pattern; }) {
                own(r.pattern);
            } else if constexpr (requires { r.key; }) {
                own(r.key);
            }
        },
        record_);
}

void owned_record::own(std::string_view& text) {
    text = storage_->texts.emplace_back(text);
}

void owned_record::own(std::optional<std::string_view>& text) {
    if (text) {
        own(*text);
    }
}

void owned_record::own(message& m) {
    own(m.queue);
    own(m.task);
    own(m.content);
    own(m.unique.key);
    storage_->delays.assign(m.retry_delays_ms.begin(), m.retry_delays_ms.end());
    m.retry_delays_ms = storage_->delays;
    own(m.placement.ordering_key);
    own(m.placement.fairness_key);
    own(m.placement.limit_key);
    own(m.placement.labels);
    own(m.tags);
}

void owned_record::own(std::span<std::string_view const>& texts) {
    auto& kept = storage_->lists.emplace_back(texts.begin(), texts.end());
    for (std::string_view& text : kept) {
        own(text);
    }
    texts = kept;
}

void owned_record::own(task_error& e) {
    own(e.type);
    own(e.text);
    own(e.trace);
}

void owned_record::own(traces& t) {
    storage_->history.assign(t.history.begin(), t.history.end());
    t.history = storage_->history;
    own(t.progress.text);
    own(t.log);
    own(t.checkpoint);
}

void owned_record::own(outcome& o) {
    own(o.result);
    own(o.content_type);
    own(o.worker);
    own(o.origin);
    own(o.error);
}

void owned_record::own(schedule_spec& s) {
    own(s.name);
    own(s.cron);
    own(s.zone);
    own(s.message);
}

void owned_record::own(sweep_spec& s) {
    own(s.which.queue);
    own(s.which.task);
    own(s.which.error);
    own(s.which.tag);
    own(s.which.worker);
    own(s.to);
    own(s.reason);
}

} // namespace peyk::simulation
