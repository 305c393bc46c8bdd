#pragma once
// What is sent per message, as bytes: made on the thread that publishes or settles, so that the
// client's own thread only copies them into frames.

#include <peyk/delivery.hpp>
#include <peyk/message.hpp>
#include <peyk/outcome.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk {

// One element of Publish.messages, tag included. `now` resolves countdown and expires.
void append_message(std::string& out, message const& what, time_point now);

// The same without a tag, for schedules.
[[nodiscard]] std::string encode_message(message const& what, time_point now);

// One element of Settle.settlements, tag included.
void append_settlement(std::string& out, delivery_token token, outcome const& verdict);

// A whole frame around encoded elements: Publish, and Settle.
struct publish_header {
    std::uint64_t request = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t answered_below = 0;
};
void append_publish_frame(std::string& out, publish_header const& header, std::string_view items);
void append_settle_frame(std::string& out, std::uint64_t request, std::string_view items);

} // namespace peyk
