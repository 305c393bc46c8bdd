#include "client/cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace peyk::cli {
namespace {

constexpr std::chrono::milliseconds redraw{100}; // more is a blur
constexpr std::size_t bar_columns = 30;          // fits a terminal of 80 with text on both sides
constexpr std::size_t text_bytes_max = 40;       // longer texts would break the line

} // namespace

progress::progress(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(total), visible_(::isatty(STDERR_FILENO) == 1),
      begin_(std::chrono::steady_clock::now()), next_(begin_ + redraw) {}

progress::~progress() {
    hide();
}

void progress::hide() {
    if (drawn_)
        std::cerr << "\r\033[K" << std::flush;
    drawn_ = false;
}

void progress::show(std::uint64_t done, std::uint64_t total, std::string_view text) {
    total_ = total;
    text_ = text.substr(0, std::min(text_bytes_max, text.find_first_of("\r\n\033")));
    show(done);
}

void progress::show(std::uint64_t done) {
    if (!visible_)
        return;
    auto const now = std::chrono::steady_clock::now();
    if (now < next_)
        return;
    next_ = now + redraw;
    draw(done);
}

void progress::draw(std::uint64_t done) {
    using seconds = std::chrono::duration<double>;
    auto const elapsed = seconds(std::chrono::steady_clock::now() - begin_).count();
    auto const rate = elapsed > 0 ? static_cast<double>(done) / elapsed : 0;
    std::string line = "\r\033[K" + what_ + ' ';
    if (total_ > 0) {
        auto const share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
        auto const full = static_cast<std::size_t>(share * bar_columns);
        line += '[' + std::string(full, '#') + std::string(bar_columns - full, '.') + "] " +
                std::to_string(static_cast<int>(share * 100)) + "%  ";
    }
    char text[64];
    std::snprintf(text, sizeof text, "%llu  %.0f/s", static_cast<unsigned long long>(done), rate);
    std::cerr << line << text << (text_.empty() ? "" : "  ") << text_ << std::flush;
    drawn_ = true;
}

} // namespace peyk::cli
