#include "worker/examples/progress.hpp"

#include <algorithm>
#include <iostream>
#include <utility>

#include <unistd.h>

namespace example {
namespace {

constexpr std::size_t width = 40;
constexpr std::size_t plain_lines = 10;

} // namespace

progress::progress(std::string title, std::size_t total)
    : title_(std::move(title)), total_(std::max<std::size_t>(total, 1)),
      terminal_(::isatty(STDOUT_FILENO) == 1) {}

void progress::show(std::size_t done, std::string const& note) {
    auto const steps = terminal_ ? width : plain_lines;
    auto const step = std::min(done, total_) * steps / total_;
    if (terminal_) {
        // The trailing blanks wipe out a longer note from before.
        std::cout << '\r' << title_ << " [" << std::string(step, '#')
                  << std::string(width - step, '.') << "] " << done << '/' << total_ << ' ' << note
                  << "        " << std::flush;
    } else if (step != last_step_) {
        std::cout << title_ << ' ' << done << '/' << total_ << ' ' << note << std::endl;
    }
    last_step_ = step;
}

void progress::finish() {
    if (terminal_)
        std::cout << std::endl;
}

} // namespace example
