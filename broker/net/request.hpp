#pragma once
// What one frame of a client asks for. Text and spans are borrowed from the frame and from the
// decoder: valid until it decodes the next one.

#include "broker/core/command.hpp"
#include "broker/net/error.hpp"

#include <cstddef>
#include <cstdint>
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

// Questions about the broker; all but show_messages are answered from what the core knows, never
// from the journal. Counts of 0 mean: as many as is usual.
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
                                  show_messages>;

using any_request = std::variant<problem, hello, ping, goodbye, core::any_command, any_question>;

// A decoded frame. `id` is valid also when `what` is a problem found behind it.
struct request {
    core::request_id id;
    any_request what;
};

} // namespace peyk::net
