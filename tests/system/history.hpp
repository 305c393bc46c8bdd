#pragma once
// What clients saw while the broker was killed, and whether it may have happened. One checker for
// every fault test: nothing that was confirmed is lost, nothing that has ended comes again, and
// nothing comes that nobody sent, or before its time.

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::test {

// A message, by the two halves of its id.
struct history_id {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    auto operator<=>(history_id const&) const = default;
};

// A delivery, by the two halves of its token. A later one is greater.
struct history_token {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
    auto operator<=>(history_token const&) const = default;
};

// `unknown`: the answer never came.
enum class answer : std::uint8_t { ok, refused, unknown };

enum class settle_kind : std::uint8_t {
    success,
    drop,    // done, nothing is kept
    dead,    // a dead letter
    failure, // runs again, or a dead letter if its message is mortal
    again,   // runs again
};

// What is done to a message from outside.
enum class change_kind : std::uint8_t { cancel, forget, redrive, reschedule };

// What the broker says of a message at the end.
enum class end_state : std::uint8_t {
    unknown,
    success,
    dead,
    failed, // without being a dead letter
    revoked,
    live, // not final
};

enum class key_until : std::uint8_t { finish, start, ttl };
enum class key_conflict : std::uint8_t { reject, return_existing, replace, keep_last };

struct publish_traits {
    bool expects_result = false; // its outcome is kept
    std::int64_t eta_ms = 0;
    std::int64_t expires_ms = 0;
    bool mortal = false; // its retries may run out
    std::string key = {}; // empty: not unique
    key_until until = key_until::finish;
    key_conflict conflict = key_conflict::reject;
};

[[nodiscard]] std::int64_t wall_ms();

// When a delivery came, and the number of the checkpoint that came along; 0: none.
struct arrival {
    std::int64_t at_ms = wall_ms();
    std::uint64_t checkpoint = 0;
};

struct history_records;

// Records come from many threads, one history for all; the order of the records is the order of
// time: an event is recorded when it was seen.
class history {
public:
    history();
    ~history();

    // A client is about to publish. Joining another message is a refusal.
    void publishing(history_id id, std::string_view body, publish_traits traits);
    void published(history_id id, answer what);
    // The broker is dead; the next one counts one epoch more.
    void killed();
    void delivered(history_id id, history_token token, std::string_view body, arrival when = {});
    // A client is about to settle with this result, or to put back until a time.
    void settling(history_id id,
                  history_token token,
                  settle_kind kind,
                  std::string_view result = {},
                  std::int64_t not_before_ms = 0);
    void settled(history_token token, answer what);
    // A client is about to report a checkpoint: its number, greater than all before.
    [[nodiscard]] std::uint64_t reporting(history_id id, history_token token);
    void reported(history_id id, std::uint64_t checkpoint, answer what);
    // A client is about to change one message, or any (a sweep). Without an answer the change may
    // have been made, but not after `changed`.
    [[nodiscard]] std::size_t
    changing(change_kind kind, std::optional<history_id> id, std::int64_t due_ms = 0);
    void changed(std::size_t change, answer what);
    [[nodiscard]] std::vector<history_id> all() const;
    void found(history_id id, end_state state, std::string_view result = {});

    struct verdict {
        std::uint64_t published = 0; // confirmed
        std::uint64_t refused = 0;
        std::uint64_t deliveries = 0;
        std::uint64_t settles = 0;     // confirmed
        std::uint64_t checkpoints = 0; // confirmed
        std::uint64_t changes = 0;     // confirmed
        std::uint64_t results = 0;     // read back
        std::uint64_t dead = 0;        // letters found at the end
        std::uint64_t revoked = 0;     // found at the end
        std::uint64_t repeated = 0;    // deliveries beyond the first of a message: allowed, counted
        std::uint64_t unverified = 0;  // ended by what was not confirmed, and kept nothing
        std::uint64_t taken_back = 0;  // delivered, lost with the broker, then refused: allowed

        std::uint64_t lost = 0;
        std::uint64_t stuck = 0; // not final after everything was drained
        std::uint64_t results_lost = 0;
        std::uint64_t dead_lost = 0;       // dead letters neither redriven nor forgotten
        std::uint64_t resurrected = 0;     // delivered after its end was confirmed
        std::uint64_t after_cancel = 0;    // delivered after its cancel was confirmed
        std::uint64_t early = 0;           // delivered before its time
        std::uint64_t ended_twice = 0;     // confirmed ends without a redrive between
        std::uint64_t keys_shared = 0;     // two messages had one unique key
        std::uint64_t checkpoints_lost = 0; // an attempt did not get the newest durable one
        std::uint64_t phantoms = 0;
        std::uint64_t damaged = 0;
        std::uint64_t wrong_states = 0; // found in a state nothing could have led to
        std::uint64_t wrong_results = 0;
        std::uint64_t tokens_reused = 0;
        std::vector<std::string> details; // the first few violations, for people

        [[nodiscard]] std::uint64_t violations() const;
        [[nodiscard]] bool good() const { return violations() == 0; }
        [[nodiscard]] std::string text() const;
    };
    // After everything was drained and all outcomes were read.
    [[nodiscard]] verdict check() const;

private:
    mutable std::mutex mutex_; // guards all below
    std::unique_ptr<history_records> records_;
};

} // namespace peyk::test
