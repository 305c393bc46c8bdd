// The decoder of records: of a batch as it is, and of one record around a head and a content whose
// checksum is right. The rule: what is decoded encodes and decodes to the same bytes again.

#include "broker/core/assert.hpp"
#include "broker/storage/record_codec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace peyk::storage;

std::string framed(std::string_view head, std::string_view content) {
    record_frame frame{.head_bytes = static_cast<std::uint32_t>(head.size()),
                       .content_bytes = static_cast<std::uint32_t>(content.size())};
    std::string record(record_frame_bytes, '\0');
    record.append(head).append(content);
    record.resize(frame.bytes());
    frame.checksum = frame_checksum(record, frame);
    store_frame(record.data(), frame);
    return record;
}

void walk(std::string_view batch) {
    static record_decoder decoder;
    static record_decoder second_decoder;
    static record_encoder encoder;
    for (std::size_t offset = 0; offset < batch.size();) {
        auto const found = decoder.next(batch, offset);
        if (!found) {
            return;
        }
        PEYK_ASSERT(found->bytes != 0 && offset + found->bytes <= batch.size());
        offset += found->bytes;

        std::string once;
        std::string twice;
        std::vector<content_copy> copies;
        encoder.append(found->record, once, copies);
        PEYK_ASSERT(copies.empty());
        auto const again = second_decoder.next(once, 0);
        PEYK_ASSERT(again); // whatever is remembered can be read again
        encoder.append(again->record, twice, copies);
        PEYK_ASSERT(once == twice);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    std::string_view const input{reinterpret_cast<char const*>(bytes), size};
    walk(input);
    if (!input.empty()) {
        auto const rest = input.substr(1);
        auto const head = std::min<std::size_t>(bytes[0], rest.size());
        walk(framed(rest.substr(0, head), rest.substr(head)));
    }
    return 0;
}
