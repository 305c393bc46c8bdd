#pragma once
// Facts to bytes and back: the only place that knows proto/peyk/storage. A record stands in a batch
// in a frame:
//
//   u32 head bytes | u32 content bytes | u32 checksum | head | content | zeros to a multiple of 8
//
// The head is the protobuf storage.v1.Record without the content. The checksum is the low half of
// the XXH3-64 of head and content, seed: head bytes. It is needed where a content is read alone; a
// batch as a whole has its own.

#include "broker/core/record.hpp"
#include "broker/storage/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::storage {

inline constexpr std::size_t record_frame_bytes = 12;
inline constexpr std::size_t record_alignment = 8;

// A frame as it stands in a batch.
struct record_frame {
    std::uint32_t head_bytes = 0;
    std::uint32_t content_bytes = 0;
    std::uint32_t checksum = 0;

    [[nodiscard]] std::size_t content_offset() const { return record_frame_bytes + head_bytes; }
    [[nodiscard]] std::size_t bytes() const { // with the padding
        auto const used = content_offset() + content_bytes;
        return (used + record_alignment - 1) / record_alignment * record_alignment;
    }
};

// Nullopt: `bytes` is too short to tell. Says nothing about the rest being there.
[[nodiscard]] std::optional<record_frame> decode_frame(std::string_view bytes);
// `record` begins with the frame and holds all of it.
[[nodiscard]] std::uint32_t frame_checksum(std::string_view record, record_frame const& frame);
void store_frame(char* at, record_frame const& frame);

class record_encoder {
public:
    record_encoder();
    ~record_encoder();

    // Appends the record and returns what it takes. Where its content is only on disk a hole is
    // left and noted in `copies`: fill_copy() must follow.
    std::uint32_t
    append(core::any_record const& record, std::string& to, std::vector<content_copy>& copies);

private:
    struct messages;
    std::unique_ptr<messages> messages_; // reused, so that their strings keep their memory
};

// Puts the content into the hole that append() left at `offset`, and checks the record in.
void fill_copy(std::string& batch, std::size_t offset, std::string_view content);

class record_decoder {
public:
    record_decoder();
    ~record_decoder();

    struct decoded {
        core::any_record record; // borrows from the decoder and from the batch
        std::uint32_t bytes = 0;
    };

    // The record at `offset` of the batch. Nullopt: it means nothing.
    [[nodiscard]] std::optional<decoded> next(std::string_view batch, std::size_t offset);

private:
    struct messages;
    std::unique_ptr<messages> messages_;
};

} // namespace peyk::storage
