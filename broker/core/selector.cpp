#include "broker/core/selector.hpp"

namespace peyk::core {

// Goes on greedily, and back only to behind the last `*`: what an earlier one took in was enough.
bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) {
        return true;
    }
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0; // by the last star: text up to here
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

} // namespace peyk::core
