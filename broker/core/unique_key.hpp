#pragma once
// A key that one message has at a time. Lives until what `until` says; see message.hpp.

#include "broker/core/deadline_index.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/time.hpp"

#include <string>
#include <string_view>

namespace peyk::core {

struct unique_key final : retained { // in the journal by itself only with unique_until::ttl
    explicit unique_key(std::string_view named) : retained(kind::unique_key), key(named) {}

    std::uint32_t deadline_slot = no_deadline_slot;
    std::string key;
    unique_until until = unique_until::finish;
    wall_time end = never;  // with unique_until::ttl
    message_id holder;
    message_id waiting;     // on_conflict::keep_last: who comes next, blocked; empty: nobody
};

} // namespace peyk::core
