#pragma once
// What clients saw while the broker was killed, and whether it may have happened. One checker for
// every fault test: nothing that was confirmed is lost, nothing that was settled comes again, and
// nothing comes that nobody sent.

#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
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

// A delivery, by the two halves of its token.
struct history_token {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
    auto operator<=>(history_token const&) const = default;
};

// `unknown`: the answer never came.
enum class answer : std::uint8_t { ok, refused, unknown };

enum class settle_kind : std::uint8_t { final, again };

// Records come from many threads, one history for all; the order of the records is the order of
// time: an event is recorded when it was seen.
class history {
public:
    // A client is about to publish; expects_result: its result is asked for in the end.
    void publishing(history_id id, std::string_view body, bool expects_result);
    void published(history_id id, answer what);
    void delivered(history_id id, history_token token, std::string_view body);
    // A client is about to settle with this result; a plain message has none.
    void settling(history_id id, history_token token, settle_kind kind, std::string_view result);
    void settled(history_token token, answer what);
    // Messages that were sent off and not yet finished by anybody: how far the load is ahead.
    [[nodiscard]] std::uint64_t open() const;
    // The messages whose outcome the broker must be able to tell.
    [[nodiscard]] std::vector<history_id> expected_results() const;
    // What the broker says at the end. `known`: it has a result for this message.
    void result(history_id id, bool known, std::string_view result);
    // A message that the broker still had when everything was drained.
    void left_over(history_id id);

    struct verdict {
        std::uint64_t published = 0; // confirmed
        std::uint64_t deliveries = 0;
        std::uint64_t settles = 0;    // confirmed
        std::uint64_t results = 0;    // read back
        std::uint64_t repeated = 0;   // deliveries beyond the first of a message: allowed, counted
        std::uint64_t unverified = 0; // ended by a settle whose answer was lost, and kept nothing
        std::uint64_t lost = 0;
        std::uint64_t results_lost = 0;
        std::uint64_t resurrected = 0; // delivered after its settle was confirmed
        std::uint64_t phantoms = 0;
        std::uint64_t damaged = 0;
        std::uint64_t wrong_results = 0;
        std::uint64_t tokens_reused = 0;
        std::vector<std::string> details; // the first few violations, for people

        [[nodiscard]] bool good() const;
        [[nodiscard]] std::string text() const;
    };
    // After everything was drained and all results were read.
    [[nodiscard]] verdict check() const;

private:
    struct settle_record {
        history_id id;
        settle_kind kind = settle_kind::final;
        std::uint64_t result = 0; // hash
        answer what = answer::unknown;
        std::uint64_t confirmed_at = 0; // place in the history; 0: never
    };
    struct delivery_record {
        history_token token;
        std::uint64_t body = 0;
        std::uint64_t at = 0;
    };
    struct message_record {
        bool known = false; // somebody meant to publish it
        std::uint64_t body = 0;
        bool expects_result = false;
        answer publish = answer::unknown;
        std::vector<delivery_record> deliveries;
        std::vector<history_token> settles;
        bool result_known = false;
        bool result_asked = false;
        std::uint64_t result = 0;
        bool left_over = false;
    };

    void check_message(history_id id, message_record const& m, verdict& v) const;
    void check_deliveries(history_id id, message_record const& m, verdict& v) const;
    void check_result(history_id id, message_record const& m, verdict& v) const;

    mutable std::mutex mutex_; // guards all below
    std::uint64_t clock_ = 0;
    std::uint64_t begun_ = 0;    // publishes
    std::uint64_t finished_ = 0; // final settles
    std::map<history_id, message_record> messages_;
    std::map<history_token, settle_record> settles_;
    std::map<history_token, history_id> tokens_;
    std::uint64_t tokens_reused_ = 0;
};

} // namespace peyk::test
