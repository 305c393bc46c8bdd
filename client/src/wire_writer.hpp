#pragma once
// Writes protobuf fields straight into a byte string. For the two messages written once per
// published message or settlement: no object is built for them.

#include "client/src/utf8.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk {

class wire_writer {
public:
    explicit wire_writer(std::string& out) : out_(out) {}

    void varint(int field, std::uint64_t value) {
        raw_varint(static_cast<unsigned>(field) << 3);
        raw_varint(value);
    }
    void fixed64(int field, std::uint64_t value) {
        raw_varint(static_cast<unsigned>(field) << 3 | 1);
        for (int shift = 0; shift < 64; shift += 8)
            out_.push_back(static_cast<char>(value >> shift & 0xff));
    }
    void bytes(int field, std::string_view value) {
        raw_varint(static_cast<unsigned>(field) << 3 | 2);
        raw_varint(value.size());
        out_.append(value);
    }
    // A `string` field.
    void text(int field, std::string_view value) {
        if (is_utf8(value))
            bytes(field, value);
        else
            bytes(field, to_utf8(value));
    }
    // What proto3 leaves out: empty and zero.
    void text_unless_empty(int field, std::string_view value) {
        if (!value.empty())
            text(field, value);
    }
    void bytes_unless_empty(int field, std::string_view value) {
        if (!value.empty())
            bytes(field, value);
    }
    void varint_unless_zero(int field, std::uint64_t value) {
        if (value != 0)
            varint(field, value);
    }

    // A message field: `body()` writes its fields.
    template <class Body>
    void nested(int field, Body body) {
        raw_varint(static_cast<unsigned>(field) << 3 | 2);
        auto const at = out_.size();
        out_.push_back(0); // one byte holds most lengths; longer ones are made room for
        body();
        auto length = out_.size() - at - 1;
        auto extra = std::size_t{0};
        for (auto rest = length >> 7; rest != 0; rest >>= 7)
            ++extra;
        if (extra > 0)
            out_.insert(at, extra, 0);
        for (std::size_t i = 0; i < extra; ++i, length >>= 7)
            out_[at + i] = static_cast<char>((length & 0x7f) | 0x80);
        out_[at + extra] = static_cast<char>(length);
    }

    void raw_varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7)
            out_.push_back(static_cast<char>((value & 0x7f) | 0x80));
        out_.push_back(static_cast<char>(value));
    }

private:
    std::string& out_;
};

} // namespace peyk
