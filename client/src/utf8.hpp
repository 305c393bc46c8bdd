#pragma once
// Text of the wire is UTF-8; the broker hangs up on anything else. What programs and exceptions say
// is not always; and what is not answered would be sent again, to end the next connection too.

#include <string>
#include <string_view>

namespace peyk {

[[nodiscard]] bool is_utf8(std::string_view text);

// `text` with U+FFFD in place of each byte that belongs to no character.
[[nodiscard]] std::string to_utf8(std::string_view text);

} // namespace peyk
