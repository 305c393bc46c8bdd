#pragma once
// A worker process with two pools that runs very many tasks that do nothing, and how large it is.

#include <cstdint>

namespace peyk::test {

struct memory_options {
    std::uint64_t tasks = 1'000'000;
    std::uint64_t tasks_before = 100'000; // until it is measured first
};

struct memory_figures {
    std::uint64_t rss_bytes_before = 0;
    std::uint64_t rss_bytes_at_end = 0;
    double seconds = 0;
};

// Throws std::runtime_error.
[[nodiscard]] memory_figures run_empty_tasks(memory_options const& with);

} // namespace peyk::test
