#pragma once
// What a history remembers. Times are places in the history; 0: never.

#include "tests/system/history.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace peyk::test {

using history_time = std::uint64_t;
inline constexpr history_time end_of_time = std::numeric_limits<history_time>::max();

struct settle_record {
    history_id id;
    history_token token;
    settle_kind kind = settle_kind::success;
    std::uint64_t result = 0; // hash
    std::int64_t not_before_ms = 0;
    answer what = answer::unknown;
    history_time begun_at = 0;
    history_time confirmed_at = 0;
};

struct delivery_record {
    history_token token;
    std::uint64_t body = 0; // hash
    arrival when;
    history_time at = 0;
};

struct report_record {
    history_token token;
    std::uint64_t number = 0;
    history_time confirmed_at = 0;
};

struct change_record {
    change_kind kind = change_kind::cancel;
    std::int64_t due_ms = 0;
    answer what = answer::unknown;
    history_time begun_at = 0;
    history_time ended_at = end_of_time;

    // Whether it may have been made between the two.
    [[nodiscard]] bool possible(history_time from, history_time to) const {
        return what != answer::refused && ended_at > from && begun_at < to;
    }
};

struct message_record {
    bool known = false; // somebody meant to publish it
    std::uint64_t body = 0;
    publish_traits traits;
    answer publish = answer::unknown;
    std::uint64_t refused_in = 0; // the epoch it was refused in, at the latest
    history_time begun_at = 0;
    history_time confirmed_at = 0;
    std::vector<delivery_record> deliveries;
    std::vector<history_token> settles;
    std::vector<report_record> reports;
    std::vector<std::size_t> changes;
    end_state found = end_state::unknown;
    std::uint64_t result = 0; // hash
};

struct history_records {
    history_time clock = 0;
    std::uint64_t epoch = 1;
    std::uint64_t last_checkpoint = 0;
    std::map<history_id, message_record> messages;
    std::map<history_token, settle_record> settles;
    std::map<history_token, history_id> tokens;
    std::vector<change_record> changes;
    std::vector<std::size_t> sweeps; // changes of any message
    std::uint64_t tokens_reused = 0;
};

} // namespace peyk::test
