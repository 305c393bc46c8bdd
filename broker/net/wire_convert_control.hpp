#pragma once
// Requests about queues, policies, holds, schedules and sweeps, and questions. Part of
// wire_convert; nobody else includes it.

#include "broker/net/request.hpp"
#include "broker/net/wire_convert_items.hpp"

#include "peyk/wire/v1/admin.pb.h"

#include <string>
#include <string_view>
#include <vector>

namespace peyk::net {

// Why a request is not one: fatal, or of this request alone.
[[nodiscard]] problem malformed(std::string_view what);
// `limit`: its name, where the code does not say it.
[[nodiscard]] problem refuse(core::errc code, std::string text, std::string_view limit = {});

template <class Message>
[[nodiscard]] bool parse(Message& to, std::string_view body) {
    return to.ParseFromArray(body.data(), static_cast<int>(body.size()));
}

[[nodiscard]] inline core::message_id id_of(wire::v1::Id const& id) {
    return {id.high(), id.low()};
}

[[nodiscard]] fault take_edit(wire::v1::MessageEdit const& from, core::message_edit& to);

// Holds what the commands borrow until the next one.
class control_decoder {
public:
    [[nodiscard]] any_request
    decode(std::string_view body, core::request_id request, core::session_id session);

private:
    [[nodiscard]] any_request decode_question();
    [[nodiscard]] any_request decode_limit(core::request_id request, core::session_id session);
    [[nodiscard]] any_request decode_view(); // a question about limits, workers, statistics
    [[nodiscard]] any_request decode_policy(core::request_id request, core::session_id session);
    [[nodiscard]] any_request decode_hold(core::request_id request, core::session_id session);
    [[nodiscard]] any_request decode_schedule(core::request_id request, core::session_id session);
    [[nodiscard]] any_request decode_sweep(core::request_id request, core::session_id session);

    wire::v1::Control control_;
    std::string message_; // of a schedule, encoded again to be read like any other
    message_lists lists_;
    std::vector<core::message_id> ids_;
    std::vector<std::string_view> texts_;
};

} // namespace peyk::net
