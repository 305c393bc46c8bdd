#pragma once
// Bytes that come in pieces, as lines of text.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::program {

// The same with a ? for each byte that is not part of UTF-8 text.
[[nodiscard]] std::string as_utf8(std::string_view bytes);

class text_lines {
public:
    // A longer line is cut; what is cut off is not kept anywhere.
    static constexpr std::size_t line_bytes_max = 4'000;

    // The lines that are whole with these bytes, without their ends.
    [[nodiscard]] std::vector<std::string> take(std::string_view bytes);
    // What came after the last end of a line; empty: nothing.
    [[nodiscard]] std::string rest();

private:
    void add(std::string_view bytes);

    std::string begun_;
};

} // namespace peyk::program
