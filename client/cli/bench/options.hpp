#pragma once
// What one run of `peyk bench` measures, and against which broker.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace peyk::cli::bench {

struct options {
    std::string scenario;
    std::size_t size = 128; // of a body
    std::optional<std::uint64_t> count;
    std::optional<double> seconds;
    std::uint32_t connections = 1;
    std::string sync = "always";
    std::uint32_t window = 1000;     // unconfirmed publishes of one connection
    std::uint32_t batch = 100;       // messages in one publish frame, at most
    std::uint32_t keys = 0;          // different fairness keys; 0: without
    std::uint32_t credit = 1000;     // unsettled deliveries of one connection
    std::optional<std::string> url;  // none: a broker of its own
    std::filesystem::path directory; // of that broker's data; empty: under TMPDIR
};

} // namespace peyk::cli::bench
