#pragma once
// What one frame of a client asks for. Text and spans are borrowed from the frame and from the
// decoder: valid until it decodes the next one.

#include "broker/core/command.hpp"
#include "broker/core/statistics.hpp"
#include "broker/net/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace peyk::net {

// The first frame of a connection.
struct hello {
    std::uint32_t version_min = 0;
    std::uint32_t version_max = 0;
    core::connect connect;
};

struct ping {
    std::uint64_t value = 0;
};

struct goodbye {
    std::string_view reason;
    bool keep_session = false;
};

// Questions about the broker, and what concerns only who is connected; all but show_messages are
// answered from what the broker has in memory, never from the journal. Counts of 0 mean: as many as
// is usual.
struct list_queues {
    std::string_view name; // set: only this one
    std::string_view after;
    std::uint32_t count_max = 0;
};
struct show_broker {};
struct list_policies {};
struct list_holds {};
struct list_schedules {
    std::string_view name; // set: only this one
    std::string_view after;
    std::uint32_t count_max = 0;
};
struct list_sweeps {};
struct list_messages {
    core::selector which;
    std::uint64_t from = 0;
    std::uint32_t count_max = 0;
};
struct why {
    std::span<core::message_id const> ids;
};
struct list_limits {
    core::limit_names names; // set: the limiters of this one
    bool one = false;
    std::uint32_t count_max = 0;
};
struct list_sessions {
    std::string_view name; // patterns
    std::string_view label;
    bool workers = false;
    std::string_view after;
    std::uint32_t count_max = 0;
};
struct show_statistics {
    core::series_kind kind = core::series_kind::queue;
    std::string_view name; // set: only this one, with its samples
    core::wall_time since = core::unset;
    bool hours = false;
};
// What is asked of connected workers, or of the one who answers for one.
struct instruct_workers {
    std::string_view name; // patterns
    std::string_view label;
    std::string_view action;
    std::span<std::string_view const> arguments;
    std::uint32_t wait_ms = 0;
};
struct instruction_reply {
    std::uint64_t number = 0;
    bool ok = false;
    std::string_view text;
};
// Events are pushed from now on, or no more.
struct listen {
    std::uint32_t kinds = 0; // bit n: event_kind n; 0: all
    std::string_view queue;  // patterns
    std::string_view task;
    std::string_view worker;
    std::uint64_t after = 0;
};
struct unlisten {
    core::request_id listen;
};
// Messages one show_messages may ask for. Over it: core::errc::batch_too_large.
inline constexpr std::size_t shown_messages_max = 1'000;
struct show_messages {
    std::vector<core::message_id> ids;
};
using any_question = std::variant<list_queues,
                                  show_broker,
                                  list_policies,
                                  list_holds,
                                  list_schedules,
                                  list_sweeps,
                                  list_messages,
                                  why,
                                  list_limits,
                                  list_sessions,
                                  show_statistics,
                                  instruct_workers,
                                  instruction_reply,
                                  listen,
                                  unlisten,
                                  show_messages>;

using any_request = std::variant<problem, hello, ping, goodbye, core::any_command, any_question>;

// A decoded frame. `id` is valid also when `what` is a problem found behind it.
struct request {
    core::request_id id;
    any_request what;
};

} // namespace peyk::net
