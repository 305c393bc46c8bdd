#pragma once
// The states of a message as Celery names them, each with a finer detail.

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace peyk {

enum class state : std::uint8_t {
    unknown = 0, // nobody published it, or it has been forgotten
    pending = 1, // not with a worker yet, or with one that has not said it started
    started = 2, // recorded only when `track_started` was asked for
    retry = 3,   // failed, and waits for its next attempt; not final
    success = 4, // final
    failure = 5, // final
    revoked = 6, // final: cancelled or expired
};

enum class detail : std::uint8_t {
    none = 0,
    scheduled = 1, // waits for its eta
    blocked = 2,   // waits for another message
    ready = 3,
    leased = 4, // with a worker
    revoked = 5,
    expired = 6,
    dead = 7, // kept as a dead letter
};

// "PENDING", "STARTED", ... and "scheduled", "leased", ... ("" for none).
[[nodiscard]] std::string_view to_string(state value);
[[nodiscard]] std::string_view to_string(detail value);
std::ostream& operator<<(std::ostream& out, state value);
std::ostream& operator<<(std::ostream& out, detail value);

// SUCCESS, FAILURE or REVOKED: nothing follows.
[[nodiscard]] constexpr bool is_final(state value) {
    return value == state::success || value == state::failure || value == state::revoked;
}

} // namespace peyk
