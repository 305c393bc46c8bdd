#pragma once
// Whether a worker gets on with its work, judged by what the broker sees of it: that it is there,
// and that it takes what waits. The worker itself is not asked; one that hangs could not answer.

#include <peyk/client.hpp>
#include <peyk/worker_info.hpp>

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace peyk::cli {

struct worker_health {
    bool healthy = true;
    std::string text = {}; // one sentence: what it does, or what is wrong
};

// Deliveries it may hold, and those it holds.
struct worker_slots {
    std::uint32_t credit = 0;
    std::uint32_t unsettled = 0;

    // One whose credit is taken back holds functions that do not end.
    [[nodiscard]] bool busy() const { return credit > 0 && unsettled >= credit; }
};
[[nodiscard]] worker_slots slots_of(session_info const& worker);

// `stalled_after`: so long nothing was delivered to it although it could take what waits. Asks the
// broker about its queues when it looks like that.
[[nodiscard]] worker_health
judge(client& broker, session_info const& worker, std::chrono::milliseconds stalled_after);

// Programs that only publish are none.
[[nodiscard]] bool is_worker(session_info const& program);

} // namespace peyk::cli
