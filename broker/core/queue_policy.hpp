#pragma once
// How a queue behaves. Policies are found by name pattern, so they can be set before the queue
// exists and changed while it does. One policy applies to a queue: of those that match, the one
// with the highest priority, then the longest pattern, then the first in order of patterns; what it
// leaves open is as limits.hpp says.

#include "broker/core/retained.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::core {

// What happens to a publish into a full queue.
enum class overflow : std::uint8_t {
    reject,      // refused: queue_full
    drop_oldest, // the message that would be delivered next is revoked; none waits: refused
    dead_letter, // that message becomes a dead letter; none waits: refused
};

template <class Text>
struct basic_queue_settings {
    std::optional<std::uint64_t> max_length = {}; // messages that are not final
    std::optional<std::uint64_t> max_bytes = {};  // their bodies
    std::optional<core::overflow> overflow = {};
    std::optional<std::uint32_t> default_ttl_s = {}; // for messages without `expires`; not 0
    std::optional<std::uint32_t> lease_ms = {};    // a delivery neither settled nor extended so
                                                   // long goes back, as if its worker was lost;
                                                   // not 0
    std::optional<std::uint16_t> max_crashes = {}; // for messages without their own
    std::optional<std::uint32_t> aging_s = {}; // waiting so long counts as one priority more; 0: no
    std::optional<Text> dead_letter = {};      // queue that keeps its dead letters; "": itself;
                                               // "-": nobody does
    std::optional<std::uint32_t> dead_ttl_s = {};
    std::optional<std::uint64_t> dead_max = {}; // dead letters kept; over it the oldest goes

    bool operator==(basic_queue_settings const&) const = default;
};

using queue_settings = basic_queue_settings<std::string_view>; // borrowed
using owned_queue_settings = basic_queue_settings<std::string>;

[[nodiscard]] queue_settings borrowed(owned_queue_settings const& from);

struct queue_policy final : retained {
    explicit queue_policy(std::string_view for_names)
        : retained(kind::policy), pattern(for_names) {}

    std::string pattern;
    std::int32_t priority = 0;
    bool configured = false; // from the broker's configuration: not in the journal
    owned_queue_settings settings;
};

} // namespace peyk::core
