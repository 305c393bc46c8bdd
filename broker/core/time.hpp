#pragma once
// Time as the core sees it: always handed in, never asked for. There is no now() here.

#include <chrono>
#include <cstdint>

namespace peyk::core {

using duration = std::chrono::milliseconds;

// Tags for std::chrono; neither can tell the time.
struct wall_clock {
    using duration = core::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<wall_clock, duration>;
    static constexpr bool is_steady = false;
};
struct steady_clock {
    using duration = core::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<steady_clock, duration>;
    static constexpr bool is_steady = true;
};

using wall_time = wall_clock::time_point;     // Unix time: eta, expires, the end of a result
using steady_time = steady_clock::time_point; // since some start: the end of a session's lease

inline constexpr wall_time never{duration::max()};
inline constexpr wall_time unset{duration::zero()}; // an eta or expires that was not given

// One reading of both clocks. `wall` must not go back from one call to the next: whoever reads the
// clock holds it still when the machine's clock is set back (see broker/server/clock.hpp).
struct moment {
    wall_time wall;
    steady_time steady;
};

// What next_deadline() asks for: wake me at whichever comes first. Absent: nothing to wait for.
struct deadline {
    wall_time wall = never;
    steady_time steady = steady_time{duration::max()};

    [[nodiscard]] bool empty() const {
        return wall == never && steady == steady_time{duration::max()};
    }
    auto operator<=>(deadline const&) const = default;
};

} // namespace peyk::core
