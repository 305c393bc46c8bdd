#pragma once
// The end of a kill test: everything the broker still has is worked off.

#include <cstdint>

namespace peyk::test {

// Returns when every message is final. Throws std::runtime_error, with how many are left, when that
// takes more than two minutes or nothing happens to them any more.
void await_drained(std::uint16_t broker_port);

} // namespace peyk::test
