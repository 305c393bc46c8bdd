#pragma once
// What the broker tells of things that only it, not the core, knows.

#include "broker/core/broker_stats.hpp"
#include "broker/core/event.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/statistics.hpp"
#include "broker/core/time.hpp"
#include "broker/core/worker_view.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::net {

// Names a session to people; gives no right to it.
[[nodiscard]] std::string public_id(core::session_id session);

// An operator's wish, on its way to a worker.
struct instruction {
    std::uint64_t number = 0;
    std::string_view action;
    std::span<std::string const> arguments;
};

// What became of it, on its way back.
struct instructed {
    std::string worker;
    bool ok = false;
    std::string text;
    bool last = false;
    std::uint32_t workers = 0; // that were told
};

struct numbered_event {
    std::uint64_t sequence = 0;
    core::event event;
};

// Events of one answer.
struct event_batch {
    std::vector<numbered_event const*> events;
    std::uint64_t last = 0;   // the last sequence it is about
    std::uint64_t missed = 0; // before the first, not known any more
};

// One step of a history.
struct timed_sample {
    core::wall_time at; // where it begins
    core::sample sample;
};
struct series {
    std::string name;
    core::sample sum;
    std::vector<timed_sample> samples; // oldest first
};

// A page of sessions, with the time of the answer.
struct session_page {
    std::span<core::session_view const> sessions;
    bool more = false;
    core::steady_time now{};
};

// Limits and shares, or the limiters of one limit.
struct limit_page {
    std::span<core::limit_stats const> limits;
    std::span<core::share_stats const> shares;
    std::span<core::limiter_stats const> limiters;
};

} // namespace peyk::net
