#include "broker/core/assert.hpp"
#include "broker/storage/record_codec.hpp"
#include "broker/storage/record_encoding.hpp"

#include <array>

namespace peyk::storage {

namespace encoding {

content_source put(record::epoch_started const& from, v1::Record& to) {
    auto& out = *to.mutable_epoch_started();
    out.set_epoch(from.epoch.value);
    out.set_at_ms(ms(from.at));
    return content_source{};
}

content_source put(record::stopped_cleanly const&, v1::Record& to) {
    to.mutable_stopped_cleanly();
    return content_source{};
}

content_source put(record::session_opened const& from, v1::Record& to) {
    auto& out = *to.mutable_session_opened();
    out.set_session_high(from.session.high);
    out.set_session_low(from.session.low);
    assign(*out.mutable_name(), from.name);
    out.set_consumes(from.consumes);
    out.clear_accepted_first();
    out.clear_accepted_last();
    for (auto const& [first, last] : from.accepted) {
        out.add_accepted_first(first.value);
        out.add_accepted_last(last.value);
    }
    return content_source{};
}

content_source put(record::session_ended const& from, v1::Record& to) {
    auto& out = *to.mutable_session_ended();
    out.set_session_high(from.session.high);
    out.set_session_low(from.session.low);
    return content_source{};
}

} // namespace encoding

// One message per kind of fact: a oneof frees what it held when it becomes another.
struct record_encoder::messages {
    std::array<v1::Record, std::variant_size_v<core::any_record>> of_kind;
};

record_encoder::record_encoder() : messages_(std::make_unique<messages>()) {}
record_encoder::~record_encoder() = default;

std::uint32_t record_encoder::append(core::any_record const& record,
                                     std::string& to,
                                     std::vector<content_copy>& copies) {
    PEYK_ASSERT(to.size() % record_alignment == 0);
    encoding::record_room room{to};
    std::visit(
        [&](auto const& fact) {
            if constexpr (requires { encoding::write(fact, room); }) {
                encoding::write(fact, room);
            } else {
                v1::Record& message = messages_->of_kind[record.index()];
                auto const content = encoding::put(fact, message);
                message.SerializeWithCachedSizesToArray(
                    room.head(message.ByteSizeLong(), content));
            }
        },
        record);
    record_frame& frame = room.frame();
    if (room.copied() == core::nowhere) {
        frame.checksum = frame_checksum(std::string_view{to}.substr(room.offset()), frame);
    } else {
        copies.push_back({room.copied(), room.offset(), frame.content_bytes});
    }
    store_frame(&to[room.offset()], frame);
    return static_cast<std::uint32_t>(frame.bytes());
}

} // namespace peyk::storage
