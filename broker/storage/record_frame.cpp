#include "broker/core/assert.hpp"
#include "broker/storage/little_endian.hpp"
#include "broker/storage/record_codec.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace peyk::storage {

std::optional<record_frame> decode_frame(std::string_view bytes) {
    if (bytes.size() < record_frame_bytes) {
        return std::nullopt;
    }
    return record_frame{.head_bytes = load<std::uint32_t>(&bytes[0]),
                        .content_bytes = load<std::uint32_t>(&bytes[4]),
                        .checksum = load<std::uint32_t>(&bytes[8])};
}

std::uint32_t frame_checksum(std::string_view record, record_frame const& frame) {
    return static_cast<std::uint32_t>(
        XXH3_64bits_withSeed(record.data() + record_frame_bytes,
                             std::size_t{frame.head_bytes} + frame.content_bytes,
                             frame.head_bytes));
}

void store_frame(char* at, record_frame const& frame) {
    store(at, frame.head_bytes);
    store(at + 4, frame.content_bytes);
    store(at + 8, frame.checksum);
}

void fill_copy(std::string& batch, std::size_t offset, std::string_view content) {
    std::string_view const record = std::string_view{batch}.substr(offset);
    auto frame = decode_frame(record);
    PEYK_ASSERT(frame && frame->content_bytes == content.size() && frame->bytes() <= record.size());
    content.copy(&batch[offset + frame->content_offset()], content.size());
    frame->checksum = frame_checksum(record, *frame);
    store_frame(&batch[offset], *frame);
}

} // namespace peyk::storage
