#pragma once
// What holds for all queues with a certain name, those that exist and those to come.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk {

// What a publish into a full queue comes to.
enum class overflow : std::uint8_t {
    reject = 0,      // refused: errc::queue_full
    drop_oldest = 1, // the message that would be delivered next is revoked
    dead_letter = 2, // it becomes a dead letter
};

// "reject", "drop_oldest", "dead_letter"; and back.
[[nodiscard]] std::string_view to_string(overflow value);
[[nodiscard]] std::optional<overflow> parse_overflow(std::string_view text);

// What is absent is left to the broker's defaults.
struct queue_settings {
    std::optional<std::uint64_t> max_length = {}; // messages that are not final
    std::optional<std::uint64_t> max_bytes = {};  // their contents, as encoded
    std::optional<peyk::overflow> overflow = {};
    std::optional<std::chrono::seconds> default_ttl = {}; // for messages without `expires`
    // A delivery neither settled nor renewed so long goes back.
    std::optional<std::chrono::milliseconds> lease = {};
    std::optional<std::uint32_t> max_crashes = {};
    std::optional<std::chrono::seconds> aging = {}; // so long counts as one priority more; 0: no
    // The queue that keeps its dead letters; "": itself; "-": nobody.
    std::optional<std::string> dead_letter = {};
    std::optional<std::chrono::seconds> dead_ttl = {};
    std::optional<std::uint64_t> dead_max = {}; // dead letters kept; over it the oldest goes

    bool operator==(queue_settings const&) const = default;
};

// One policy applies to a queue: the matching one with the highest priority, then the longest
// pattern.
struct queue_policy {
    std::string pattern = {}; // `*` stands for any characters
    std::int32_t priority = 0;
    queue_settings settings = {};
};

struct queue_policy_info {
    queue_policy policy = {};
    bool configured = false;  // from the broker's configuration
    std::uint64_t queues = 0; // it applies to
};

} // namespace peyk
