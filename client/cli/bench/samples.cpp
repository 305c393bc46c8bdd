#include "client/cli/bench/samples.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace peyk::cli::bench {

std::chrono::nanoseconds samples::quantile(double share) const {
    if (taken_.empty())
        return {};
    auto sorted = taken_;
    auto const rank = std::ceil(share * static_cast<double>(sorted.size()));
    auto const at = std::clamp<std::size_t>(static_cast<std::size_t>(rank), 1, sorted.size()) - 1;
    auto const nth = sorted.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(sorted.begin(), nth, sorted.end());
    return *nth;
}

void samples::add_to(boost::json::object& fields) const {
    auto const us = [&](double share) {
        return std::chrono::duration<double, std::micro>(quantile(share)).count();
    };
    fields["p50_us"] = us(0.5);
    fields["p99_us"] = us(0.99);
    fields["p999_us"] = us(0.999);
    fields["max_us"] = us(1);
}

} // namespace peyk::cli::bench
