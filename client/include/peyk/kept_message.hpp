#pragma once
// A message as the broker keeps it.

#include <peyk/message.hpp>

#include <cstdint>
#include <string_view>

namespace peyk {

// What has become of the content of a message.
enum class content_state : std::uint8_t {
    whole,
    gone,    // the message has ended and is no dead letter
    lost,    // the broker cannot read it back from its disk
    unknown, // nobody knows the message
    foreign, // its publisher wrote what this version cannot read
};

// As its publisher handed it over, with times counted from the publish as absolute ones. Without
// content where that is not whole; only the id where nobody knows it.
struct kept_message {
    peyk::message message;
    content_state content = content_state::whole;
};

[[nodiscard]] std::string_view to_string(content_state value);

} // namespace peyk
