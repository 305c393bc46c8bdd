#include "client/src/utf8.hpp"

#include <cstddef>

namespace peyk {
namespace {

bool is_tail(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

// Bytes of the character at the front, by table 3-7 of the Unicode standard; 0: there is none.
std::size_t character_bytes(std::string_view text) {
    auto const at = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    auto const first = at(0);
    if (first < 0x80)
        return 1;
    auto const second = static_cast<unsigned char>(at(1));
    if (first >= 0xc2 && first <= 0xdf)
        return is_tail(second) ? 2 : 0;
    auto const third_fits = is_tail(static_cast<unsigned char>(at(2)));
    if (first >= 0xe0 && first <= 0xef) {
        auto const lowest = first == 0xe0 ? 0xa0 : 0x80;  // no overlong forms
        auto const highest = first == 0xed ? 0x9f : 0xbf; // no surrogates
        return second >= lowest && second <= highest && third_fits ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        auto const lowest = first == 0xf0 ? 0x90 : 0x80;
        auto const highest = first == 0xf4 ? 0x8f : 0xbf; // nothing above U+10FFFF
        auto const fits = second >= lowest && second <= highest && third_fits;
        return fits && is_tail(static_cast<unsigned char>(at(3))) ? 4 : 0;
    }
    return 0;
}

} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto const bytes = character_bytes(text);
        if (bytes == 0)
            return false;
        text.remove_prefix(bytes);
    }
    return true;
}

std::string to_utf8(std::string_view text) {
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const bytes = character_bytes(text);
        out.append(bytes == 0 ? replacement : text.substr(0, bytes));
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return out;
}

} // namespace peyk
