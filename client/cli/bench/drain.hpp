#pragma once
// Takes messages from a queue over one link, settles each delivery at once and counts what the
// broker has confirmed as settled.

#include "client/cli/bench/link.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

namespace peyk::cli::bench {

class drain {
public:
    drain(link& over, std::string const& queue, std::uint32_t credit);
    ~drain();

    // False: the answer is not for a consumer.
    bool take(answer const& got);

    [[nodiscard]] std::uint64_t received() const { return received_; }
    [[nodiscard]] std::uint64_t settled() const { return settled_; }

    // Called for each delivery with the low half of its message's id.
    std::function<void(std::uint64_t id_low)> on_delivery;
    // Called after each confirmed settle.
    std::function<void()> on_settled;
    // Without it deliveries are kept.
    bool settles = true;

private:
    void take_deliveries(std::string_view body);

    struct parsed;
    link& link_;
    std::unique_ptr<parsed> parsed_; // reused for every frame
    std::vector<delivery_token> tokens_;
    std::unordered_map<std::uint64_t, std::size_t> unconfirmed_; // by request
    std::uint64_t received_ = 0;
    std::uint64_t settled_ = 0;
};

} // namespace peyk::cli::bench
