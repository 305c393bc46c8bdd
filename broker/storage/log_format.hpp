#pragma once
// The bytes of the journal's files. This comment is the specification; README.md explains it.
//
//   directory := FORMAT DURABLE LOCK BALLAST? spare? segment*
//   segment   := file `%016x.log`, named after its first batch: header batch* zero*
//   header    := 512 bytes: magic "peyk-log" | u32 version | u32 header bytes (512)
//                | u64 first batch | u64 identity | u64 file bytes | u64 checksum | zeros
//   batch     := u32 magic "PYKB" | u32 payload bytes | u64 number | u64 synced
//                | u64 payload checksum | u64 head checksum | payload | zeros to a multiple of 8
//
// All numbers are little-endian. Checksums are XXH3-64: of the payload with seed identity + number;
// of the bytes before it (header, batch head) with seed identity. `identity` is a random number of
// the journal, so that neither a foreign file nor the bytes of a message look like a batch.
// `synced` is the last batch known to be on the disk when this one was written.
//
//   50 59 4b 42  10 00 00 00  07 00 00 00 00 00 00 00  06 00 00 00 00 00 00 00  "PYKB", 16, 7, 6
//   <8 bytes payload checksum> <8 bytes head checksum> <16 bytes payload>
//
// End of the log. Where no valid batch with the next number stands, the log ends. Zeros there are
// the normal end; anything else is a torn tail, which was never confirmed and is overwritten with
// zeros, unless a valid batch head further on says that the missing batch was synced: then it is
// corruption. A segment is begun only after the one before it is synced, so only the last may have
// a torn tail.
//
// Version policy. 1. `version` grows when an older program would read a new file wrongly. 2. A
// program refuses a higher version than its own and reads all lower ones. 3. A new program writes
// new segments in its own version and leaves old ones alone. 4. Records grow by protobuf's rules
// and need no new version. 5. Each version ever released has a directory of it in the tests.

#include "broker/storage/log.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::storage {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t segment_header_bytes = 512; // one sector: written whole or not at all
inline constexpr std::size_t batch_head_bytes = 40;
inline constexpr std::size_t batch_alignment = 8;
// What a position can name: offset / 8 in 24 bits.
inline constexpr std::size_t batch_payload_bytes_max = std::size_t{1} << 27;

struct segment_header {
    std::uint32_t version = format_version;
    batch_number first;
    std::uint64_t identity = 0;
    std::uint64_t file_bytes = 0;
};

struct batch_head {
    std::uint32_t payload_bytes = 0;
    batch_number number;
    batch_number synced;
    std::uint64_t payload_checksum = 0;
};

using segment_header_buffer = std::array<char, segment_header_bytes>;
using batch_head_buffer = std::array<char, batch_head_bytes>;

[[nodiscard]] segment_header_buffer encode(segment_header const& header);
[[nodiscard]] batch_head_buffer encode(batch_head const& head, std::uint64_t identity);

// Nullopt: not one of ours. A higher version than `format_version` may be returned.
[[nodiscard]] std::optional<segment_header> decode_segment_header(std::string_view bytes);
[[nodiscard]] std::optional<batch_head> decode_batch_head(std::string_view bytes,
                                                          std::uint64_t identity);

[[nodiscard]] std::uint64_t
payload_checksum(std::string_view payload, batch_number number, std::uint64_t identity);

// What a batch takes in its segment.
[[nodiscard]] constexpr std::uint64_t batch_bytes(std::uint64_t payload_bytes) {
    return batch_head_bytes +
           (payload_bytes + batch_alignment - 1) / batch_alignment * batch_alignment;
}

[[nodiscard]] std::string segment_name(batch_number first);
[[nodiscard]] std::optional<batch_number> parse_segment_name(std::string_view name);

} // namespace peyk::storage
