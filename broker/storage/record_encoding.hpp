#pragma once
// Each fact into its message; the parts of record_encoder. Nobody else includes it.

#include "broker/core/record.hpp"
#include "broker/storage/record_codec.hpp"
#include "broker/storage/stored_state.hpp"

#include "peyk/storage/v1/record.pb.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::storage::encoding {

namespace record = core::record;

// A record's content: bytes at hand, or a place on disk.
struct content_source {
    std::string_view bytes;
    core::position at = core::nowhere;
    std::uint32_t size = 0;

    explicit content_source(std::string_view present = {})
        : bytes(present), size(static_cast<std::uint32_t>(present.size())) {}
    content_source(core::position where, std::uint32_t bytes_there)
        : at(where), size(bytes_there) {}
};

[[nodiscard]] inline std::int64_t ms(core::wall_time at) {
    return at.time_since_epoch().count();
}

inline void assign(std::string& to, std::string_view from) {
    to.assign(from.data(), from.size());
}

// The place of one record at the end of a batch.
class record_room {
public:
    explicit record_room(std::string& batch) : batch_(batch), offset_(batch.size()) {}

    // Room for so long a head, which the caller fills; what follows it is done.
    [[nodiscard]] std::uint8_t* head(std::size_t bytes, content_source const& content) {
        frame_.head_bytes = static_cast<std::uint32_t>(bytes);
        frame_.content_bytes = content.size;
        batch_.resize(offset_ + frame_.bytes()); // with the hole for a copy, and the padding
        char* const begin = &batch_[offset_];
        content.bytes.copy(begin + frame_.content_offset(), content.bytes.size());
        copied_ = content.at;
        return reinterpret_cast<std::uint8_t*>(begin + record_frame_bytes);
    }
    [[nodiscard]] std::size_t offset() const { return offset_; }
    [[nodiscard]] record_frame& frame() { return frame_; }
    // Where the content is copied from; nowhere: it is here.
    [[nodiscard]] core::position copied() const { return copied_; }

private:
    std::string& batch_;
    std::size_t offset_;
    record_frame frame_;
    core::position copied_ = core::nowhere;
};

void put_message(core::message const& from, v1::Message& to);

// What every message has is written without the generated code.
void write(record::published const& from, record_room& to);
void write(record::leased const& from, record_room& to);
void write(record::forgotten const& from, record_room& to);

// Into a message that may still hold the fact of this kind before: every field is set or cleared.
// Gives back the content, which follows the message.
content_source put(record::epoch_started const& from, v1::Record& to);
content_source put(record::stopped_cleanly const& from, v1::Record& to);
content_source put(record::session_opened const& from, v1::Record& to);
content_source put(record::session_ended const& from, v1::Record& to);

content_source put(record::message_kept const& from, v1::Record& to);
content_source put(record::requeued const& from, v1::Record& to);
content_source put(record::rescheduled const& from, v1::Record& to);
content_source put(record::edited const& from, v1::Record& to);
content_source put(record::moved const& from, v1::Record& to);
content_source put(record::redriven const& from, v1::Record& to);
content_source put(record::reported const& from, v1::Record& to);
content_source put(record::started const& from, v1::Record& to);
content_source put(record::finished const& from, v1::Record& to);

content_source put(record::queue_created const& from, v1::Record& to);
content_source put(record::queue_deleted const& from, v1::Record& to);
content_source put(record::policy_set const& from, v1::Record& to);
content_source put(record::policy_removed const& from, v1::Record& to);
content_source put(record::hold_set const& from, v1::Record& to);
content_source put(record::hold_released const& from, v1::Record& to);
content_source put(record::limit_set const& from, v1::Record& to);
content_source put(record::limit_spent const& from, v1::Record& to);
content_source put(record::share_set const& from, v1::Record& to);
content_source put(record::unique_taken const& from, v1::Record& to);
content_source put(record::schedule_set const& from, v1::Record& to);
content_source put(record::schedule_removed const& from, v1::Record& to);
content_source put(record::slots_skipped const& from, v1::Record& to);
content_source put(record::sweep_began const& from, v1::Record& to);
content_source put(record::sweep_ended const& from, v1::Record& to);

} // namespace peyk::storage::encoding
