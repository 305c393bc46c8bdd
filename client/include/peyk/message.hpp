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

// How the delay grows with failure n, counted from 1.
enum class backoff : std::uint8_t {
    exponential, // base * factor^(n-1)
    fixed,       // base
    linear,      // base * n
    polynomial,  // base * n^factor
    list,        // the delays given, the last one again and again
};

// When a failed attempt is followed by another: after a delay that grows by `backoff`, is never
// longer than `max`, and is then spread by `jitter`.
struct retry_policy {
    std::uint32_t max_retries = 3; // 3 means four runs; 0: never retried
    peyk::backoff backoff = peyk::backoff::exponential;
    std::chrono::milliseconds base{5'000};
    double factor = 2.0; // sent in percent: 0.01 to 655.35, else errc::invalid_argument
    std::chrono::milliseconds max{600'000};
    peyk::jitter jitter = jitter::equal;
    std::vector<std::chrono::milliseconds> delays = {}; // of backoff::list, 32 at most
    std::chrono::seconds max_age{0}; // not retried when older than this; 0: no limit

    bool operator==(retry_policy const&) const = default;
};

struct result_policy {
    std::chrono::seconds ttl{0}; // how long the result is kept once final; 0: the broker's default
    bool ignore = false;         // store no result: a final message is forgotten
    bool track_started = false;  // STARTED becomes part of the history

    bool operator==(result_policy const&) const = default;
};

// How long a unique key is taken.
enum class unique_until : std::uint8_t {
    finish, // the message is final
    start,  // it is delivered for the first time
    ttl,    // so long after it was published, whatever becomes of it
};

// What becomes of a message whose unique key is taken.
enum class on_conflict : std::uint8_t {
    reject,          // refused: errc::unique_conflict, naming the one that has the key
    return_existing, // not published: the answer is the one that has the key
    replace,         // the one that has the key is revoked, running or not
    keep_last,       // one that waits is replaced; behind one that runs the newest waits
};

// At most one message with this key at a time, over all queues.
struct uniqueness {
    std::string key = {}; // 1 to 200 bytes
    unique_until until = unique_until::finish;
    peyk::on_conflict on_conflict = peyk::on_conflict::reject;
    std::chrono::seconds ttl{0}; // with unique_until::ttl

    bool operator==(uniqueness const&) const = default;
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
    message_id group = {};
    std::string args_repr = {}; // for people
    std::string publisher = {}; // program@host
    std::string compression = {};
    // Of one attempt, counted by its worker from where it begins to run. None, or not above 0: as
    // the worker says. A soft one above the other: errc::invalid_argument.
    std::optional<std::chrono::milliseconds> soft_time_limit = {}; // then the task is told
    std::optional<std::chrono::milliseconds> time_limit = {};      // then the attempt is ended
};

// Why these limits make no sense together, for people; empty: they do. Not above 0 is none.
[[nodiscard]] std::string_view
mistake_in_limits(std::optional<std::chrono::milliseconds> soft_time_limit,
                  std::optional<std::chrono::milliseconds> time_limit);

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
    std::optional<std::uint32_t> max_crashes = {}; // none: as its queue says
    std::optional<uniqueness> unique = {};
    // One at a time with this key in its queue, oldest first, kept through retries.
    std::string ordering_key = {};
    // The keys of a queue share its dispatch by their weights, however many messages each has.
    std::string fairness_key = {};
    std::string limit_key = {};             // limits may be about it
    std::optional<std::uint32_t> cost = {}; // of rates and shares; none: 1
    std::vector<std::string> labels = {};   // its worker must have all: "gpu=a100"; 8 at most
    std::vector<std::string> tags = {};     // for people to find it by: "tenant=42"; 16 at most
    // The first of the tree of messages this one belongs to, and the one whose task published it.
    // Nil: taken from the task that runs on the publishing thread, if one does.
    message_id root = {};
    message_id parent = {};
    message_content content = {};
};

// What became of one published message. Refused means that the broker has not got it and will not
// deliver it. If the connection was lost meanwhile, it may have been delivered before: by a broker
// that was killed before the message was on its disk.
struct publish_result {
    message_id id = {};      // with `joined`, or errc::unique_conflict: of the one with the key
    error_code error = {};   // none: it is on disk
    std::string detail = {}; // why it was refused, for people
    std::string limit = {};  // the limit that was exceeded, if one was
    bool joined = false;     // not published: on_conflict::return_existing found another
};

} // namespace peyk
