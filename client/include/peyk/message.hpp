#pragma once
// A message as its publisher sees it: the envelope the broker reads and the content it only
// carries.

#include <peyk/error.hpp>
#include <peyk/message_id.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

using time_point = std::chrono::system_clock::time_point; // sent with a precision of 1 ms

enum class jitter : std::uint8_t {
    equal, // half fixed, half random
    none,
    full, // 0 .. delay
};

// When a failed attempt is followed by another: min(max, base * factor^(n-1)), then jitter.
struct retry_policy {
    std::uint32_t max_retries = 3; // 3 means four runs; 0: never retried
    std::chrono::milliseconds base{5'000};
    double factor = 2.0; // sent in percent
    std::chrono::milliseconds max{600'000};
    peyk::jitter jitter = jitter::equal;

    bool operator==(retry_policy const&) const = default;
};

struct result_policy {
    std::chrono::seconds ttl{0}; // how long the result is kept once final; 0: the broker's default
    bool ignore = false;         // store no result: a final message is forgotten
    bool track_started = false;  // STARTED becomes part of the history

    bool operator==(result_policy const&) const = default;
};

// What the broker carries from publisher to worker without looking inside. Arguments are encoded
// values in `content_type`.
struct message_content {
    std::string content_type = {};                  // empty: "application/json"
    std::vector<std::string> args = {};             // positional
    std::map<std::string, std::string> kwargs = {}; // named
    std::string body = {};                          // of a plain message
    std::map<std::string, std::string> headers = {};
    std::string traceparent = {}; // W3C trace context
    std::string tracestate = {};
    message_id root = {};   // the first task of the tree this one belongs to
    message_id parent = {}; // the task that published this one
    message_id group = {};
    std::string args_repr = {}; // for people
    std::string publisher = {}; // program@host
    std::string compression = {};
};

// The bytes the broker carries. decode_content() fails with errc::invalid_argument for bytes that
// are no content, and with errc::unsupported for arguments only a later version can resolve.
[[nodiscard]] std::string encode(message_content const& content);
[[nodiscard]] boost::system::result<message_content> decode_content(std::string_view bytes);

struct message {
    message_id id = {};                        // nil: made when it is published
    std::string queue = {};                    // empty: "default"
    std::string task = {};                     // empty: a plain message
    std::optional<std::uint8_t> priority = {}; // higher is sooner; none: 4
    // Not delivered before: an absolute time, or one counted from the publish. The later wins.
    std::optional<time_point> eta = {};
    std::optional<std::chrono::milliseconds> countdown = {};
    // Not delivered at or after: absolute, or counted from the publish. The earlier wins.
    std::optional<time_point> expires_at = {};
    std::optional<std::chrono::milliseconds> expires = {};
    std::optional<retry_policy> retry = {};   // none: the broker's default
    std::optional<result_policy> result = {}; // none: the broker's default for the kind of message
    std::optional<std::uint32_t> max_crashes = {};
    message_content content = {};
};

// What became of one published message.
struct publish_result {
    message_id id = {};
    error_code error = {};   // none: it is on disk
    std::string detail = {}; // why it was refused, for people
    std::string limit = {};  // the limit that was exceeded, if one was
};

} // namespace peyk
