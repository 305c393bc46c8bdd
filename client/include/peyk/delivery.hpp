#pragma once
// One handing-out of a message to a consumer. It is held until it is settled or recalled.

#include <peyk/message.hpp>
#include <peyk/message_id.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace peyk {

// Names a delivery. Never used twice, also across crashes of the broker.
struct delivery_token {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;

    auto operator<=>(delivery_token const&) const = default;
};

struct delivery {
    delivery_token token = {};
    message_id id = {};
    std::string queue = {};
    std::string task = {}; // empty: a plain message
    std::uint8_t priority = 0;
    bool track_started = false;
    std::uint32_t attempt = 1; // 1 + failed attempts before this one
    std::uint32_t crashes = 0;
    std::uint32_t deliveries = 1; // times handed out, this one included
    std::uint32_t max_retries = 0;
    std::optional<time_point> eta = {};
    std::optional<time_point> expires_at = {};
    time_point published_at;
    std::string content = {};    // encoded; see decode()
    std::string checkpoint = {}; // what an earlier attempt left; empty: nothing
    message_id root = {};
    message_id parent = {};

    // The content, decoded on the thread that asks: the client's own thread stays free. Errors as
    // decode_content().
    [[nodiscard]] boost::system::result<message_content> decode() const {
        return decode_content(content);
    }
};

} // namespace peyk

template <>
struct std::hash<peyk::delivery_token> {
    std::size_t operator()(peyk::delivery_token token) const noexcept {
        return static_cast<std::size_t>(token.number * 0x9e3779b97f4a7c15u ^ token.epoch);
    }
};
