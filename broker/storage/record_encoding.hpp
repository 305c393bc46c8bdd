#pragma once
// Each fact into its message; the parts of record_encoder. Nobody else includes it.

#include "broker/core/record.hpp"
#include "broker/storage/stored_state.hpp"

#include "peyk/storage/v1/record.pb.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

// The encoded head of one record. Its memory is used again for the next.
class head_buffer {
public:
    [[nodiscard]] std::uint8_t* room(std::size_t bytes) {
        if (memory_.size() < bytes) {
            memory_.resize(bytes);
        }
        return memory_.data();
    }
    // This part of the room is the head.
    void filled(std::uint8_t const* begin, std::uint8_t const* end) {
        head_ = {reinterpret_cast<char const*>(begin), static_cast<std::size_t>(end - begin)};
    }
    [[nodiscard]] std::string_view head() const { return head_; }

private:
    std::vector<std::uint8_t> memory_;
    std::string_view head_;
};

void put_message(core::message const& from, v1::Message& to);

// What every message has is written without the generated code. Gives back the content, too.
content_source write(record::published const& from, head_buffer& to);
content_source write(record::leased const& from, head_buffer& to);
content_source write(record::forgotten const& from, head_buffer& to);

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
