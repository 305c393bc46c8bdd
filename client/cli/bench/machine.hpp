#pragma once
// The machine a figure was measured on; a figure without it says nothing.

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>

#include <sys/types.h>

namespace peyk::cli::bench {

// cpu, cores, memory_bytes, kernel, file_system (of `data`, if given).
[[nodiscard]] boost::json::object describe_machine(std::filesystem::path const& data);

// User and system time of a process so far, and of this one. Resolution of the first: 10 ms.
[[nodiscard]] std::chrono::microseconds cpu_of(pid_t pid);
[[nodiscard]] std::chrono::microseconds cpu_of_self();

// Memory of a process that is in RAM now.
[[nodiscard]] std::uint64_t resident_bytes(pid_t pid);
// What the files of a directory take on the disk.
[[nodiscard]] std::uint64_t disk_bytes(std::filesystem::path const& directory);

} // namespace peyk::cli::bench
