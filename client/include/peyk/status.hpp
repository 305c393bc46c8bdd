#pragma once
// What the broker knows about a message.

#include <peyk/error.hpp>
#include <peyk/message.hpp>
#include <peyk/message_id.hpp>
#include <peyk/state.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

// Why a message became a dead letter.
enum class death : std::uint8_t {
    none = 0,
    retries_exhausted = 1,
    permanent_failure = 2,
    max_age = 3,     // too old for another try
    crash_limit = 4, // took down too many workers
    asked = 5,       // its worker said so
    queue_full = 6,  // it made room, by the queue's policy
};

// "retries_exhausted", ...; "" for none.
[[nodiscard]] std::string_view to_string(death value);

// How far the work is, as its task says.
struct progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0; // 0: not known
    std::string text = {};

    bool operator==(progress const&) const = default;
};

// One failed or lost run.
struct attempt {
    std::string worker = {};
    std::optional<time_point> began_at = {}; // none: not known, the broker started again meanwhile
    std::optional<time_point> ended_at = {};
    bool crash = false; // the worker was lost; otherwise the task failed
    error_report error = {};
};

struct status {
    message_id id = {};
    peyk::state state = state::unknown;
    peyk::detail detail = detail::none;
    std::string result = {}; // SUCCESS: encoded in content_type
    std::string content_type = {};
    error_report error = {}; // RETRY: of the last attempt; FAILURE; REVOKED: the reason
    std::string queue = {};
    std::string task = {};
    std::uint32_t priority = 0;
    std::uint32_t attempts = 0; // failed
    std::uint32_t crashes = 0;
    std::uint32_t deliveries = 0;
    std::optional<time_point> published_at = {};
    std::optional<time_point> eta = {};
    std::optional<time_point> expires_at = {};
    std::optional<time_point> started_at = {};
    std::optional<time_point> finished_at = {};
    std::string worker = {};         // name of the session that holds or settled it
    peyk::death death = death::none; // of a dead letter: why
    std::string origin = {};         // the queue it died in, where another keeps its dead letters
    std::optional<peyk::progress> progress = {}; // the last its task told
    message_id root = {};
    message_id parent = {};
    std::string ordering_key = {};
    std::string fairness_key = {};
    std::string limit_key = {};
    std::vector<std::string> labels = {}; // its worker must have
    std::vector<std::string> tags = {};
    std::uint32_t checkpoint_bytes = 0;
    bool acknowledged = false; // early, by who runs it: not delivered again if that one is lost
    std::uint64_t log_end = 0; // bytes ever logged
    // From client::info() the last of the log; from a watch for reports what is new of it.
    std::string log = {};
    std::vector<attempt> history = {}; // from client::info(): the oldest first

    [[nodiscard]] bool is_final() const { return peyk::is_final(state); }
};

} // namespace peyk
