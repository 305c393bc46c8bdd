#include "broker/server/clock.hpp"

#include <algorithm>
#include <chrono>

namespace peyk::server {

core::wall_time clock::follow(core::wall_time machine) {
    last_ = std::max(last_, machine);
    return last_;
}

core::moment clock::now() {
    using std::chrono::duration_cast;
    auto const wall = std::chrono::system_clock::now().time_since_epoch();
    auto const steady = std::chrono::steady_clock::now().time_since_epoch();
    return {follow(core::wall_time{duration_cast<core::duration>(wall)}),
            core::steady_time{duration_cast<core::duration>(steady)}};
}

} // namespace peyk::server
