#pragma once
// Latencies of single messages, kept exactly: a bench run is short.

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace peyk::cli::bench {

class samples {
public:
    void add(std::chrono::nanoseconds took) { taken_.push_back(took); }
    [[nodiscard]] std::size_t count() const { return taken_.size(); }
    // The smallest sample that is not below `share` of all.
    [[nodiscard]] std::chrono::nanoseconds quantile(double share) const;
    // p50_us, p99_us, p999_us, max_us.
    void add_to(boost::json::object& fields) const;

private:
    std::vector<std::chrono::nanoseconds> taken_;
};

} // namespace peyk::cli::bench
