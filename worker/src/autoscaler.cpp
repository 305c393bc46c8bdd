#include "worker/src/autoscaler.hpp"

#include <algorithm>
#include <utility>

namespace peyk::worker_detail {

std::optional<std::size_t> autoscaler::received(std::size_t in_use, std::size_t slots) {
    peak_ = std::max(peak_, in_use);
    if (in_use < slots || slots >= between_.most)
        return std::nullopt;
    return slots + 1;
}

std::optional<std::size_t> autoscaler::looked(std::size_t in_use, std::size_t slots) {
    auto const needed = std::max(std::exchange(peak_, in_use), in_use);
    auto const then =
        std::clamp<std::size_t>(std::min(needed, slots), between_.least, between_.most);
    return then != slots ? std::optional{then} : std::nullopt;
}

} // namespace peyk::worker_detail
