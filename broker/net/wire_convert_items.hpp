#pragma once
// Reads the items of the largest requests in place: messages, settlements, tokens. Part of
// wire_convert; nobody else includes it.

#include "broker/core/command.hpp"
#include "broker/net/wire_convert_values.hpp"

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace peyk::net {

// The queue of messages and consumers that name none.
inline constexpr std::string_view default_queue = "default";

// What messages borrow that does not stand in the frame in their form. Few have any of it.
// Addresses are stable.
struct message_lists {
    std::deque<std::vector<std::uint32_t>> delays;
    std::deque<std::vector<std::string_view>> texts; // labels, tags

    void clear() {
        delays.clear();
        texts.clear();
    }
};

[[nodiscard]] fault read_message(std::string_view bytes, core::message& to, message_lists& lists);
// What a schedule publishes: without what is the schedule's to give.
[[nodiscard]] fault read_template(std::string_view bytes, core::message& to, message_lists& lists);
[[nodiscard]] fault read_settlement(std::string_view bytes, core::settlement& to);
// False: not well formed.
[[nodiscard]] bool read_token(std::string_view bytes, core::delivery_token& to);

} // namespace peyk::net
