#pragma once
// What a terminal sends, as keys.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::cli {

enum class key_kind : std::uint8_t {
    text, // a character
    up,
    down,
    left,
    right,
    page_up,
    page_down,
    home,
    end,
    tab,
    back_tab,
    enter,
    escape,
    erase, // backspace
};

struct key {
    key_kind kind = key_kind::text;
    std::string text = {}; // one character, UTF-8

    bool operator==(key const&) const = default;
};

class key_reader {
public:
    // A character that is cut waits for its rest. An escape at the end is the key of that name:
    // terminals send a sequence in one piece.
    [[nodiscard]] std::vector<key> take(std::string_view bytes);

private:
    std::string rest_;
};

} // namespace peyk::cli
