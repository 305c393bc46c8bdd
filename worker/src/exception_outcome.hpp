#pragma once
// What the exception of a task means for its message: the one place that decides about retries.
// Pure: time and randomness are handed in.

#include <peyk/message.hpp>
#include <peyk/outcome.hpp>

#include <cstdint>
#include <exception>

namespace peyk::worker_detail {

struct attempt_facts {
    std::uint32_t attempt = 1;
    std::uint32_t message_max_retries = 0; // above 0: the broker retries by the message's policy
    retry_policy registered;               // used when the message names no retries
    time_point now;
    time_point published_at = now; // for max_age
    std::uint64_t random = 0;      // any 64 bits: spreads the delays

    // The number of retries in force.
    [[nodiscard]] std::uint32_t max_retries() const {
        return message_max_retries > 0 ? message_max_retries : registered.max_retries;
    }
};

[[nodiscard]] outcome outcome_of(std::exception_ptr const& thrown, attempt_facts const& facts);

} // namespace peyk::worker_detail
