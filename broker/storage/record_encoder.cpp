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
    auto& message = messages_->of_kind[record.index()];
    auto const content =
        std::visit([&](auto const& fact) { return encoding::put(fact, message); }, record);
    record_frame frame{.head_bytes = static_cast<std::uint32_t>(message.ByteSizeLong()),
                       .content_bytes = content.size};
    auto const offset = to.size();
    PEYK_ASSERT(offset % record_alignment == 0);

    to.resize(offset + frame.content_offset());
    auto* const head = reinterpret_cast<std::uint8_t*>(&to[offset + record_frame_bytes]);
    message.SerializeWithCachedSizesToArray(head);
    to.append(content.bytes);
    to.resize(offset + frame.bytes()); // the hole for a copy, and the padding
    if (content.at == core::nowhere) {
        frame.checksum = frame_checksum(std::string_view{to}.substr(offset), frame);
    } else {
        copies.push_back({content.at, offset, content.size});
    }
    store_frame(&to[offset], frame);
    return static_cast<std::uint32_t>(frame.bytes());
}

} // namespace peyk::storage
