#pragma once
// What the broker sends, as the public types. Strings are moved out of the protobuf objects.

#include <peyk/broker_stats.hpp>
#include <peyk/delivery.hpp>
#include <peyk/error.hpp>
#include <peyk/status.hpp>

#include "peyk/wire/v1/frame.pb.h"
#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace peyk {

// A ServerFrame cut open: which answer it is, and its bytes. The bodies are parsed into objects
// that are used again and again.
struct server_frame {
    std::uint64_t request = 0;
    int field = 0; // of the oneof; 0: none this client knows
    std::string_view body = {};
    // Of a refusal: the broker's words.
    std::string_view text = {};
    std::string_view limit = {};
};
// errc::protocol_error if the bytes are no message.
[[nodiscard]] boost::system::result<server_frame> cut_server_frame(std::string_view payload);

[[nodiscard]] error_code to_error_code(wire::v1::ErrorCode code);
[[nodiscard]] delivery to_delivery(wire::v1::Delivery& from);
[[nodiscard]] status to_status(wire::v1::Status& from);
[[nodiscard]] queue_stats to_queue_stats(wire::v1::QueueInfo const& from);
[[nodiscard]] error_report to_error_report(wire::v1::TaskError& from);
[[nodiscard]] message_id to_id(wire::v1::Id const& from);
[[nodiscard]] time_point at_ms(std::int64_t ms);
// 0: none.
[[nodiscard]] std::optional<time_point> at_ms_if_set(std::int64_t ms);
[[nodiscard]] broker_stats to_broker_stats(wire::v1::BrokerInfo const& from);

} // namespace peyk
