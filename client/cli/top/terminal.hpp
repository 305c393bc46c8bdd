#pragma once
// The terminal while `peyk top` has it: another screen, keys as they are pressed. However the
// program ends, the terminal is as it was.

#include "client/cli/top/drawing.hpp"

#include <string>
#include <vector>

#include <termios.h>

namespace peyk::cli {

// Standard input and output are one.
[[nodiscard]] bool is_terminal();

// One at a time.
class terminal {
public:
    // Throws failure(internal).
    terminal();
    ~terminal();
    terminal(terminal const&) = delete;
    terminal& operator=(terminal const&) = delete;

    [[nodiscard]] screen_size size() const;
    // Only lines that are others than before are written; all of them after the size has changed.
    void show(std::vector<screen_line> const& lines, screen_size size);

    // Readable when there are keys; does not block.
    [[nodiscard]] int keyboard() const { return keyboard_; }
    // Nothing: it has gone.
    [[nodiscard]] std::string read(bool& gone) const;

private:
    int keyboard_ = -1;
    std::vector<std::string> shown_;
    screen_size shown_size_ = {0, 0};
};

} // namespace peyk::cli
