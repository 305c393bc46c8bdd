#include "broker/net/wire_reader.hpp"

#include <bit>
#include <cstring>

namespace peyk::net {
namespace {

template <class Unsigned>
Unsigned little_endian_at(char const* p) {
    Unsigned value;
    std::memcpy(&value, p, sizeof value);
    static_assert(std::endian::native == std::endian::little, "needs a byte swap here");
    return value;
}

// Longest encodings. What is put above 64 bits is dropped, as the generated code does.
constexpr int number_bytes_max = 10;
constexpr int tag_bytes_max = 5; // of sizes, too

} // namespace

bool wire_reader::read_varint(std::uint64_t& value, int bytes_max) {
    value = 0;
    for (int shift = 0; shift < 7 * bytes_max; shift += 7) {
        if (at_ == end_)
            return broken();
        auto const byte = static_cast<unsigned char>(*at_++);
        value |= std::uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80)
            return true;
    }
    return broken();
}

bool varint_reader::next() {
    if (left_.empty() || !ok_)
        return false;
    number_ = 0;
    for (int shift = 0; shift < 7 * number_bytes_max && !left_.empty(); shift += 7) {
        auto const byte = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        number_ |= std::uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80)
            return true;
    }
    ok_ = false;
    return false;
}

bool wire_reader::next() {
    if (at_ == end_ || !ok_)
        return false;
    std::uint64_t tag = 0;
    if (!read_varint(tag, tag_bytes_max))
        return false;
    if (tag > 0xffff'ffffu || tag >> 3 == 0)
        return broken();
    tag_ = static_cast<std::uint32_t>(tag);
    auto const left = static_cast<std::size_t>(end_ - at_);
    switch (static_cast<wire_type>(tag & 7)) {
    case wire_type::varint:
        return read_varint(number_, number_bytes_max);
    case wire_type::fixed64:
        if (left < 8)
            return broken();
        number_ = little_endian_at<std::uint64_t>(at_);
        at_ += 8;
        return true;
    case wire_type::fixed32:
        if (left < 4)
            return broken();
        number_ = little_endian_at<std::uint32_t>(at_);
        at_ += 4;
        return true;
    case wire_type::bytes: {
        std::uint64_t size = 0;
        if (!read_varint(size, tag_bytes_max) || size > static_cast<std::size_t>(end_ - at_))
            return broken();
        bytes_ = {at_, static_cast<std::size_t>(size)};
        at_ += size;
        return true;
    }
    }
    return broken(); // groups: nobody sends them since proto3
}

std::string_view wire_reader::text() {
    if (!is_utf8(bytes_))
        ok_ = false;
    return bytes_;
}

namespace {

// Bytes of the UTF-8 sequence at `p`, by table 3-7 of the Unicode standard; 0: not well formed.
std::size_t sequence_size(unsigned char const* p, std::size_t left) {
    auto const continues = [&](std::size_t i) {
        return i < left && (p[i] & 0xc0) == 0x80;
    };
    unsigned const a = p[0];
    if (a < 0x80)
        return 1;
    if (a >= 0xc2 && a <= 0xdf)
        return continues(1) ? 2 : 0;
    if ((a & 0xf0) == 0xe0) {
        if (!continues(1) || !continues(2))
            return 0;
        bool const overlong = a == 0xe0 && p[1] < 0xa0;
        bool const surrogate = a == 0xed && p[1] >= 0xa0;
        return overlong || surrogate ? 0 : 3;
    }
    if (a >= 0xf0 && a <= 0xf4) {
        if (!continues(1) || !continues(2) || !continues(3))
            return 0;
        bool const overlong = a == 0xf0 && p[1] < 0x90;
        bool const too_high = a == 0xf4 && p[1] >= 0x90;
        return overlong || too_high ? 0 : 4;
    }
    return 0;
}

} // namespace

std::string_view utf8_prefix(std::string_view text) noexcept {
    auto const* const begin = reinterpret_cast<unsigned char const*>(text.data());
    std::size_t at = 0;
    while (at < text.size()) {
        // Eight ASCII characters at once: names are almost always that.
        if (text.size() - at >= 8) {
            std::uint64_t word;
            std::memcpy(&word, begin + at, 8);
            if ((word & 0x8080'8080'8080'8080u) == 0) {
                at += 8;
                continue;
            }
        } else if (text.size() >= 8) {
            // All before is sound: with the last eight so is all.
            std::uint64_t word;
            std::memcpy(&word, begin + text.size() - 8, 8);
            if ((word & 0x8080'8080'8080'8080u) == 0)
                return text;
        }
        auto const size = sequence_size(begin + at, text.size() - at);
        if (size == 0)
            break;
        at += size;
    }
    return text.substr(0, at);
}

} // namespace peyk::net
