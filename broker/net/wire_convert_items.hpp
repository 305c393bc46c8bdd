#pragma once
// Reads the items of the largest requests in place: messages, settlements, tokens. Part of
// wire_convert; nobody else includes it.

#include "broker/core/command.hpp"

#include <string>
#include <string_view>

namespace peyk::net {

// Why the values of a request, well formed as they are, mean nothing. Empty: they are fine.
struct fault {
    std::string text;
    bool malformed = false;

    [[nodiscard]] bool found() const { return malformed || !text.empty(); }
};

// The queue of messages and consumers that name none.
inline constexpr std::string_view default_queue = "default";

[[nodiscard]] fault read_message(std::string_view bytes, core::message& to);
[[nodiscard]] fault read_settlement(std::string_view bytes, core::settlement& to);
// False: not well formed.
[[nodiscard]] bool read_token(std::string_view bytes, core::delivery_token& to);

} // namespace peyk::net
