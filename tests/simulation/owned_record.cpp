#include "tests/simulation/owned_record.hpp"

#include <type_traits>

namespace peyk::simulation {

using namespace core;

owned_record::owned_record(any_record const& record)
    : record_(record), storage_(std::make_unique<storage>()) {
    std::visit(
        [this](auto& r) {
            using type = std::remove_cvref_t<decltype(r)>;
            if constexpr (requires { r.owner; }) {
                r.owner = nullptr;
            }
            if constexpr (requires { r.message; }) {
                own(r.message);
            }
            if constexpr (std::is_same_v<type, record::session_opened>) {
                own(r.name);
                storage_->accepted.assign(r.accepted.begin(), r.accepted.end());
                r.accepted = storage_->accepted;
            } else if constexpr (std::is_same_v<type, record::message_kept>) {
                own(r.last_error);
            } else if constexpr (std::is_same_v<type, record::requeued>) {
                own(r.error);
            } else if constexpr (std::is_same_v<type, record::finished>) {
                own(r.queue);
                own(r.task);
                own(r.outcome.result);
                own(r.outcome.content_type);
                own(r.outcome.worker);
                own(r.outcome.error);
            }
        },
        record_);
}

void owned_record::own(std::string_view& text) {
    text = storage_->texts.emplace_back(text);
}

void owned_record::own(message& m) {
    own(m.queue);
    own(m.task);
    own(m.content);
}

void owned_record::own(task_error& e) {
    own(e.type);
    own(e.text);
    own(e.trace);
}

} // namespace peyk::simulation
