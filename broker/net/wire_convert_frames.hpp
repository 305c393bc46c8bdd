#pragma once
// Server frames and what several of them hold. Part of wire_convert; nobody else includes it.

#include "broker/core/effect.hpp"
#include "broker/net/wire_reader.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::net {

// A whole frame with one body that is encoded already.
void append_frame(std::string& out, core::request_id request, int field, std::string_view body);
// An answer that is larger than a frame may be becomes a refusal.
void append(std::string& out, wire::v1::ServerFrame const& what);

[[nodiscard]] inline std::int64_t ms_of(core::wall_time time) {
    return time.time_since_epoch().count();
}

// A time that may be without end, which the wire writes as 0.
[[nodiscard]] inline std::int64_t end_ms_of(core::wall_time time) {
    return time == core::never ? 0 : ms_of(time);
}

// What the core has cut to its limits may end inside a character, which no client would accept.
[[nodiscard]] inline std::string text(std::string_view from) {
    return std::string{utf8_prefix(from)};
}

template <class Id>
void fill_id(Id& to, core::message_id from) {
    to.set_high(from.high);
    to.set_low(from.low);
}

// With results, history and log as they are.
void fill(wire::v1::Status& to, core::status const& from);
void fill(wire::v1::SweepState& to, core::sweep_state const& from);
// What a schedule's message has too: all but its id, times, key and family.
void fill(wire::v1::Message& to, core::message const& from);

} // namespace peyk::net
