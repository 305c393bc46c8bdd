#include "broker/storage/log_format.hpp"

#include "broker/storage/little_endian.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <charconv>
#include <cstdio>

namespace peyk::storage {

namespace {

constexpr std::string_view segment_magic = "peyk-log";
constexpr std::uint32_t batch_magic = 0x424b5950; // "PYKB"
constexpr std::size_t checked_header_bytes = 40;
constexpr std::size_t checked_head_bytes = 32;
constexpr std::string_view segment_suffix = ".log";
constexpr std::size_t segment_digits = 16;

} // namespace

segment_header_buffer encode(segment_header const& header) {
    segment_header_buffer out{};
    segment_magic.copy(out.data(), segment_magic.size());
    store(&out[8], header.version);
    store(&out[12], static_cast<std::uint32_t>(segment_header_bytes));
    store(&out[16], header.first.value);
    store(&out[24], header.identity);
    store(&out[32], header.file_bytes);
    store(&out[40],
          static_cast<std::uint64_t>(
              XXH3_64bits_withSeed(out.data(), checked_header_bytes, header.identity)));
    return out;
}

std::optional<segment_header> decode_segment_header(std::string_view bytes) {
    if (bytes.size() < segment_header_bytes || !bytes.starts_with(segment_magic)) {
        return std::nullopt;
    }
    segment_header header;
    header.version = load<std::uint32_t>(&bytes[8]);
    if (header.version > format_version) {
        return header; // the rest may mean something else there
    }
    header.first.value = load<std::uint64_t>(&bytes[16]);
    header.identity = load<std::uint64_t>(&bytes[24]);
    header.file_bytes = load<std::uint64_t>(&bytes[32]);
    auto const expected = XXH3_64bits_withSeed(bytes.data(), checked_header_bytes, header.identity);
    if (load<std::uint64_t>(&bytes[40]) != expected ||
        load<std::uint32_t>(&bytes[12]) != segment_header_bytes || header.version == 0) {
        return std::nullopt;
    }
    return header;
}

batch_head_buffer encode(batch_head const& head, std::uint64_t identity) {
    batch_head_buffer out{};
    store(&out[0], batch_magic);
    store(&out[4], head.payload_bytes);
    store(&out[8], head.number.value);
    store(&out[16], head.synced.value);
    store(&out[24], head.payload_checksum);
    store(
        &out[32],
        static_cast<std::uint64_t>(XXH3_64bits_withSeed(out.data(), checked_head_bytes, identity)));
    return out;
}

std::optional<batch_head> decode_batch_head(std::string_view bytes, std::uint64_t identity) {
    if (bytes.size() < batch_head_bytes || load<std::uint32_t>(bytes.data()) != batch_magic) {
        return std::nullopt;
    }
    auto const expected = XXH3_64bits_withSeed(bytes.data(), checked_head_bytes, identity);
    if (load<std::uint64_t>(&bytes[32]) != expected) {
        return std::nullopt;
    }
    return batch_head{.payload_bytes = load<std::uint32_t>(&bytes[4]),
                      .number = batch_number{load<std::uint64_t>(&bytes[8])},
                      .synced = batch_number{load<std::uint64_t>(&bytes[16])},
                      .payload_checksum = load<std::uint64_t>(&bytes[24])};
}

std::uint64_t
payload_checksum(std::string_view payload, batch_number number, std::uint64_t identity) {
    return XXH3_64bits_withSeed(payload.data(), payload.size(), identity + number.value);
}

std::string segment_name(batch_number first) {
    std::array<char, 32> name{};
    std::snprintf(
        name.data(), name.size(), "%016llx.log", static_cast<unsigned long long>(first.value));
    return name.data();
}

std::optional<batch_number> parse_segment_name(std::string_view name) {
    if (name.size() != segment_digits + segment_suffix.size() || !name.ends_with(segment_suffix)) {
        return std::nullopt;
    }
    batch_number first;
    auto const* const end = name.data() + segment_digits;
    auto const parsed = std::from_chars(name.data(), end, first.value, 16);
    if (parsed.ec != std::errc{} || parsed.ptr != end || name != segment_name(first)) {
        return std::nullopt; // also upper case: another file
    }
    return first;
}

} // namespace peyk::storage
