#pragma once
// Whole frames from protobuf objects, for everything that is not sent once per message.

#include "proto/frame_codec.hpp"
#include <peyk/message_id.hpp>

#include "peyk/wire/v1/frame.pb.h"

#include <string>

namespace peyk {

inline void append_frame(std::string& out, wire::v1::ClientFrame const& frame) {
    wire::append_frame_header(out, frame.ByteSizeLong());
    frame.AppendToString(&out);
}

inline void set_id(wire::v1::Id& to, message_id from) {
    to.set_high(from.high);
    to.set_low(from.low);
}

} // namespace peyk
