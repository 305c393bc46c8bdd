#pragma once
// Publishes slow work of every kind, collects the results, and checks each against the same work
// done here.

#include "worker/examples/slow_work.hpp"
#include <peyk/app.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace example {

// The tasks of this program, as it registers them.
struct demo_tasks {
    explicit demo_tasks(peyk::app& app);

    peyk::app_task<std::string(std::string)> hash;
    peyk::app_task<word_count(std::string)> words;
    peyk::app_task<std::uint64_t(std::uint64_t, std::uint64_t)> primes;
    peyk::app_task<page(std::string)> fetch;
};

struct demo_options {
    std::string url = "peyk://127.0.0.1:7420";
    std::string folder;    // every file in it is hashed and its words are counted; empty: none
    std::string pages_url; // of the page server, without a path; empty: no pages
    std::uint64_t pages = 64;
    std::uint64_t primes = 40;         // ranges to count primes in
    std::string report;                // gets the table as JSON; empty: nowhere
    std::chrono::seconds timeout{300}; // for everything; what is not there by then is missing
};

// True when every result arrived and was right.
[[nodiscard]] bool run_demo(demo_tasks const& tasks, demo_options const& options);

} // namespace example
