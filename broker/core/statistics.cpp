#include "broker/core/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace peyk::core {

namespace {

constexpr double growth = 1.25;
constexpr std::size_t last = histogram::buckets - 1; // no end

// The first whole millisecond that is not in the bucket any more.
constexpr std::array<std::uint64_t, last> make_ends() {
    std::array<std::uint64_t, last> ends{};
    double end = 1;
    for (std::uint64_t& each : ends) {
        each = static_cast<std::uint64_t>(end);
        each += static_cast<double>(each) < end ? 1 : 0;
        end *= growth;
    }
    return ends;
}
constexpr std::array<std::uint64_t, last> ends = make_ends();

} // namespace

// 1.25^(3n) is at most 2^n: from there it takes a few steps.
std::size_t histogram::bucket_of(duration what) {
    if (what.count() <= 0) {
        return 0;
    }
    auto const ms = static_cast<std::uint64_t>(what.count());
    std::size_t bucket = 3 * (static_cast<std::size_t>(std::bit_width(ms)) - 1);
    while (bucket < last && ms >= ends[bucket]) {
        ++bucket;
    }
    return std::min(bucket, last);
}

void histogram::add(duration what) {
    ++counts_[bucket_of(what)];
}

void histogram::add(histogram const& other) {
    for (std::size_t i = 0; i < buckets; ++i) {
        counts_[i] += other.counts_[i];
    }
}

std::uint64_t histogram::count() const {
    std::uint64_t sum = 0;
    for (std::uint32_t const each : counts_) {
        sum += each;
    }
    return sum;
}

duration histogram::quantile(double q) const {
    std::uint64_t const all = count();
    if (all == 0) {
        return duration{0};
    }
    double const wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(all));
    std::uint64_t left = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    std::size_t bucket = 0;
    while (bucket < last && counts_[bucket] < left) {
        left -= counts_[bucket++];
    }
    // The geometric middle: as far from either end.
    return bucket == 0 ? duration{0}
                       : duration{std::llround(upper_ms(bucket - 1) * std::sqrt(growth))};
}

double histogram::upper_ms(std::size_t bucket) {
    return bucket < last ? std::pow(growth, static_cast<double>(bucket))
                         : std::numeric_limits<double>::infinity();
}

bool sample::empty() const {
    return (published | delivered | succeeded | failed | retried | revoked | crashed) == 0;
}

void sample::add(sample const& other) {
    published += other.published;
    delivered += other.delivered;
    succeeded += other.succeeded;
    failed += other.failed;
    retried += other.retried;
    revoked += other.revoked;
    crashed += other.crashed;
    waited.add(other.waited);
    ran.add(other.ran);
}

} // namespace peyk::core
