#pragma once
// Enumerators of the core and of net -> those of the wire, in one place. Part of wire_convert;
// nobody else includes it.

#include "broker/core/message.hpp"
#include "broker/net/error.hpp"

#include "peyk/wire/v1/result.pb.h"
#include "peyk/wire/v1/session.pb.h"

namespace peyk::net {

[[nodiscard]] wire::v1::ErrorCode code_of(errc code);
[[nodiscard]] wire::v1::ErrorCode code_of(core::errc code);
[[nodiscard]] wire::v1::State state_of(core::visible_state state);
[[nodiscard]] wire::v1::Detail detail_of(core::visible_detail detail);

} // namespace peyk::net
