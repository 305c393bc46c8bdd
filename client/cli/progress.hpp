#pragma once
// A bar for long work, on standard error and only if that is a terminal. It is gone when the work
// is done, so that what stays on the screen is the answer.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::cli {

class progress {
public:
    // `total` 0: not known; then only the count and the rate are shown.
    progress(std::string what, std::uint64_t total);
    ~progress();
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;

    // Cheap: draws ten times a second at most.
    void show(std::uint64_t done);
    // The same when the total changes on the way. `text` stands at the end of the line.
    void show(std::uint64_t done, std::uint64_t total, std::string_view text = {});
    // Makes room for other output; the next show() draws again.
    void hide();

private:
    void draw(std::uint64_t done);

    std::string what_;
    std::string text_;
    std::uint64_t total_;
    bool visible_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point next_;
};

} // namespace peyk::cli
