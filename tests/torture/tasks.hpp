#pragma once
// The tasks of the torture test, and the worker program that has them: this very program, started
// again with `worker` as its first word, as its processes of the prefork pool are.

#include <cstdint>
#include <string>

namespace peyk::test {

inline constexpr char const* threads_task = "torture.thread";
inline constexpr char const* prefork_task = "torture.process";
inline constexpr char const* async_task = "torture.coroutine";
inline constexpr char const* poison_task = "torture.poison";
inline constexpr char const* empty_task = "torture.empty";
inline constexpr char const* empty_coroutine = "torture.empty_coroutine";

// Of the environment of a worker.
inline constexpr char const* run_file_variable = "PEYK_TORTURE_RUNS";
inline constexpr char const* worker_variable = "PEYK_TORTURE_WORKER";

// So many attempts of this message fail before one succeeds.
[[nodiscard]] std::uint32_t failures_planned(std::uint64_t number);
// The message tells how far it is, once, right before its end.
[[nodiscard]] bool tells_progress(std::uint64_t number);
// What the message of this number gives, by the run of this token.
[[nodiscard]] std::string result_of(std::uint64_t number, std::string const& token);

// Until SIGTERM; the exit status.
int run_torture_worker(int argc, char const* const* argv);

} // namespace peyk::test
