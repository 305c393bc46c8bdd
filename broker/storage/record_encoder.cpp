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

struct record_encoder::messages {
    // One message per kind of fact: a oneof frees what it held when it becomes another.
    std::array<v1::Record, std::variant_size_v<core::any_record>> of_kind;
    encoding::head_buffer head;

    encoding::content_source encode(core::any_record const& record) {
        return std::visit(
            [&](auto const& fact) {
                if constexpr (requires { encoding::write(fact, head); }) {
                    return encoding::write(fact, head);
                } else {
                    v1::Record& message = of_kind[record.index()];
                    auto const content = encoding::put(fact, message);
                    std::uint8_t* const begin = head.room(message.ByteSizeLong());
                    head.filled(begin, message.SerializeWithCachedSizesToArray(begin));
                    return content;
                }
            },
            record);
    }
};

record_encoder::record_encoder() : messages_(std::make_unique<messages>()) {}
record_encoder::~record_encoder() = default;

std::uint32_t record_encoder::append(core::any_record const& record,
                                     std::string& to,
                                     std::vector<content_copy>& copies) {
    auto const content = messages_->encode(record);
    std::string_view const head = messages_->head.head();
    record_frame frame{.head_bytes = static_cast<std::uint32_t>(head.size()),
                       .content_bytes = content.size};
    auto const offset = to.size();
    PEYK_ASSERT(offset % record_alignment == 0);

    to.resize(offset + frame.bytes()); // with the hole for a copy, and the padding
    char* const begin = &to[offset];
    head.copy(begin + record_frame_bytes, head.size());
    content.bytes.copy(begin + frame.content_offset(), content.bytes.size());
    if (content.at == core::nowhere) {
        frame.checksum = frame_checksum(std::string_view{to}.substr(offset), frame);
    } else {
        copies.push_back({content.at, offset, content.size});
    }
    store_frame(begin, frame);
    return static_cast<std::uint32_t>(frame.bytes());
}

} // namespace peyk::storage
