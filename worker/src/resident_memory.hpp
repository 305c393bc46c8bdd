#pragma once
// How much memory this process holds.

#include <cstdint>

namespace peyk::worker_detail {

// Bytes that are resident, as the kernel counts them. 0: it does not say.
[[nodiscard]] std::uint64_t resident_bytes();

} // namespace peyk::worker_detail
