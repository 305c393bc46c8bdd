#include "worker/program/text_lines.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace peyk::program {
namespace {

// How many bytes the character at the beginning has; 0: it is none.
std::size_t character_bytes(std::string_view text) {
    auto const byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    auto const first = byte(0);
    if (first < 0x80)
        return 1;
    std::size_t const length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0U) != 0x80)
            return 0;
    }
    // Longer than need be, halves of pairs, and beyond the last character.
    bool const wrong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
                       (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
    return wrong ? 0 : length;
}

} // namespace

std::string as_utf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        auto const length = character_bytes(bytes);
        if (length == 0)
            text += '?';
        else
            text += bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

void text_lines::add(std::string_view bytes) {
    begun_ += bytes.substr(0, line_bytes_max - std::min(begun_.size(), line_bytes_max));
}

std::vector<std::string> text_lines::take(std::string_view bytes) {
    std::vector<std::string> whole;
    for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        add(bytes.substr(0, end));
        whole.push_back(as_utf8(std::exchange(begun_, {})));
        bytes.remove_prefix(end + 1);
    }
    add(bytes);
    return whole;
}

std::string text_lines::rest() {
    return as_utf8(std::exchange(begun_, {}));
}

} // namespace peyk::program
