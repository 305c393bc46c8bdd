#pragma once
// What the broker knows about a message.

#include <peyk/error.hpp>
#include <peyk/message.hpp>
#include <peyk/message_id.hpp>
#include <peyk/state.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace peyk {

struct status {
    message_id id = {};
    peyk::state state = state::unknown;
    peyk::detail detail = detail::none;
    std::string result = {}; // SUCCESS: encoded in content_type
    std::string content_type = {};
    error_report error = {}; // RETRY: of the last attempt; FAILURE; REVOKED: the reason
    std::string queue = {};
    std::string task = {};
    std::uint32_t priority = 0;
    std::uint32_t attempts = 0; // failed
    std::uint32_t crashes = 0;
    std::uint32_t deliveries = 0;
    std::optional<time_point> published_at = {};
    std::optional<time_point> eta = {};
    std::optional<time_point> expires_at = {};
    std::optional<time_point> started_at = {};
    std::optional<time_point> finished_at = {};
    std::string worker = {}; // name of the session that holds or settled it

    [[nodiscard]] bool is_final() const { return peyk::is_final(state); }
};

} // namespace peyk
