#pragma once
// How a task is to be run: the defaults of the task, and what one call asks for on top.

#include <peyk/message.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace peyk {

// Defaults for every call of a task. What is absent is left to the broker.
struct task_options {
    std::string queue = {}; // empty: "default"
    std::optional<std::uint8_t> priority = {};
    std::optional<std::uint32_t> max_retries = {}; // 3 means four runs; backoff of retry_policy
    // The whole policy; max_retries above wins over its own.
    std::optional<retry_policy> retry = {};
    bool track_started = false; // STARTED is recorded
    bool ignore_result = false; // no result is kept; get() returns at once
    std::optional<std::chrono::seconds> result_ttl = {};
    std::optional<std::uint32_t> max_crashes = {}; // workers it may take down
    // One key for all calls. Made from the arguments of a call it belongs in call_options.
    std::optional<uniqueness> unique = {};
    std::string ordering_key = {}; // see message
    std::string fairness_key = {};
    std::string limit_key = {};
    std::optional<std::uint32_t> cost = {}; // see message; not task_settings::slots
    std::vector<std::string> labels = {};
    std::vector<std::string> tags = {};
    // Of one attempt; see message_content.
    std::optional<std::chrono::milliseconds> soft_time_limit = {};
    std::optional<std::chrono::milliseconds> time_limit = {};
};

// One call. What is given here wins over the defaults of the task.
struct call_options {
    std::optional<std::string> queue = {};
    std::optional<std::uint8_t> priority = {};
    std::optional<std::chrono::milliseconds> countdown = {}; // not before that much later than now
    std::optional<time_point> eta = {};                      // not before
    std::optional<std::chrono::milliseconds> expires =
        {};                                    // not at or after that much later than now
    std::optional<time_point> expires_at = {}; // not at or after
    std::optional<std::uint32_t> max_retries = {};
    std::optional<retry_policy> retry = {};
    std::optional<bool> track_started = {};
    std::optional<bool> ignore_result = {};
    std::optional<std::chrono::seconds> result_ttl = {};
    std::optional<std::uint32_t> max_crashes = {};
    std::optional<uniqueness> unique = {};
    std::optional<std::string> ordering_key = {};
    std::optional<std::string> fairness_key = {};
    std::optional<std::string> limit_key = {};
    std::optional<std::uint32_t> cost = {};
    std::vector<std::string> labels = {}; // on top of those of the task
    std::vector<std::string> tags = {};   // on top of those of the task
    std::optional<std::chrono::milliseconds> soft_time_limit = {};
    std::optional<std::chrono::milliseconds> time_limit = {}; // 0: as the worker says
    std::map<std::string, std::string> headers = {};
    std::optional<message_id> id = {}; // made, unless given
    // Of the task that runs on this thread, unless given.
    std::optional<message_id> root = {};
    std::optional<message_id> parent = {};
};

// The last call wins, and runs when none has come for `delay`: each one revokes the one before it
// with the same key that has not started. add.apply_async({1}, debounce("key", 5s))
[[nodiscard]] call_options debounce(std::string key, std::chrono::milliseconds delay);

// `over` on top of `under`; headers are merged.
[[nodiscard]] call_options merged(call_options under, call_options const& over);

// The message of one call: JSON arguments, and the policies both options ask for.
[[nodiscard]] message
make_task_message(std::string const& task, task_options const& defaults, call_options const& call);

// Adds the arguments, and their text for people.
void set_arguments(message& what,
                   std::vector<std::string> args,
                   std::map<std::string, std::string> kwargs);

} // namespace peyk
