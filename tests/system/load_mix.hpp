#pragma once
// What the load of a fault test is made of: every kind of message and every verdict, in shares. The
// same for all kinds of clients; each says it in its own words.

#include "tests/system/history.hpp"
#include <peyk/message.hpp>
#include <peyk/outcome.hpp>

#include "peyk/wire/v1/frame.pb.h"

#include <cstdint>
#include <random>
#include <string>

namespace peyk::test {

inline constexpr char const* load_queue = "load";
inline constexpr char const* side_queue = "load.side"; // with policies, holds and sweeps
inline constexpr char const* dead_queue = "load.dead"; // the dead letters of the side queue

inline constexpr std::uint32_t tireless = 60'000; // retries, crashes: never run out

struct mixed_message {
    bool task = false; // else plain
    bool side = false; // to the side queue
    bool track_started = false;
    std::uint8_t priority = 0;
    std::uint32_t max_retries = tireless;
    peyk::backoff curve = backoff::fixed;
    publish_traits traits;
};

[[nodiscard]] mixed_message any_message(std::mt19937_64& random, bool only_tasks);
void describe(mixed_message const& what, peyk::wire::v1::Message& in);
void describe(mixed_message const& what, peyk::message& in);

struct mixed_verdict {
    enum class word : std::uint8_t {
        success,
        drop,
        dead,
        permanent,
        failure,
        retry,
        snooze,
        release,
        hold_task,
        hold_queue,
    };
    word what = word::success;
    std::int64_t at_ms = 0;

    [[nodiscard]] settle_kind kind() const;
    // Before it the message does not come again; 0: no such time.
    [[nodiscard]] std::int64_t not_before_ms() const;
};

// Of a checkpoint; 0: there is none.
[[nodiscard]] std::uint64_t number_of(std::string_view checkpoint);

[[nodiscard]] mixed_verdict any_verdict(std::mt19937_64& random);
void describe(mixed_verdict const& what,
              std::string const& result,
              peyk::wire::v1::Settlement& in);
[[nodiscard]] peyk::outcome outcome_of(mixed_verdict const& what, std::string const& result);

} // namespace peyk::test
