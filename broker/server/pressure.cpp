#include "broker/server/pressure.hpp"

#include <algorithm>
#include <cmath>

namespace peyk::server {
namespace {

// From 0 at the slow mark to 1 at the limit.
double beyond(double used, std::uint32_t slow_percent) {
    double const slow = slow_percent / 100.0;
    if (used >= 1)
        return 1;
    return used < slow ? 0 : (used - slow) / (1 - slow);
}

} // namespace

void pressure_gauge::measure(std::uint64_t memory_bytes, double disk_used, bool disk_full) {
    double const memory_used =
        static_cast<double>(memory_bytes) / static_cast<double>(memory_bytes_max_);
    double const by_memory = beyond(memory_used, options_.memory_slow_percent);
    double const by_disk = disk_full ? 1 : beyond(disk_used, options_.disk_slow_percent);
    double const most = std::max(by_memory, by_disk);
    level_ = most >= 1  ? net::pressure::refused
             : most > 0 ? net::pressure::slowed
                        : net::pressure::none;
    delay_ = core::duration{
        static_cast<core::duration::rep>(std::ceil(most * static_cast<double>(delay_max.count())))};
}

} // namespace peyk::server
