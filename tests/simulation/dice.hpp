#pragma once
// The only source of chance in a simulation: the same seed gives the same rolls on every machine
// (the standard distributions do not promise that). SplitMix64 (Steele, Lea, Flood).

#include <cstdint>

namespace peyk::simulation {

class dice {
public:
    explicit dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t x = state_ += 0x9e3779b97f4a7c15u;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }

    // 0 .. count - 1; 0 when count is 0.
    std::uint64_t below(std::uint64_t count) { return count == 0 ? 0 : next() % count; }
    // Both ends included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }
    bool chance(std::uint64_t permille) { return below(1000) < permille; }

private:
    std::uint64_t state_;
};

} // namespace peyk::simulation
