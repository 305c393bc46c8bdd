#pragma once
// Protobuf fields written straight into memory, for what is written by the hundred thousand: the
// generated code looks at every field twice and keeps a copy of each text. A field that has its
// default is left out, as there. Whoever makes a writer has made room for all that it is given.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace peyk::storage {

class field_writer {
public:
    // A number or a length with its tag takes no more.
    static constexpr std::size_t field_bytes_max = 12;

    explicit field_writer(std::uint8_t* at) : at_(at) {}

    [[nodiscard]] std::uint8_t* end() const { return at_; }

    void number(int field, std::uint64_t value) {
        if (value != 0) {
            tag(field, format::WIRETYPE_VARINT);
            varint(value);
        }
    }
    void fixed(int field, std::uint64_t value) {
        if (value != 0) {
            tag(field, format::WIRETYPE_FIXED64);
            at_ = stream::WriteLittleEndian64ToArray(value, at_);
        }
    }
    void text(int field, std::string_view value) {
        if (!value.empty()) {
            element(field, value);
        }
    }
    void texts(int field, std::span<std::string_view const> values) {
        for (std::string_view const each : values) {
            element(field, each);
        }
    }
    void numbers(int field, std::span<std::uint32_t const> values) {
        if (values.empty()) {
            return;
        }
        std::size_t size = 0;
        for (std::uint32_t const each : values) {
            size += stream::VarintSize32(each);
        }
        head(field, size);
        for (std::uint32_t const each : values) {
            varint(each);
        }
    }
    // `size` bytes of a nested message follow.
    void head(int field, std::size_t size) {
        tag(field, format::WIRETYPE_LENGTH_DELIMITED);
        varint(size);
    }

private:
    using format = google::protobuf::internal::WireFormatLite;
    using stream = google::protobuf::io::CodedOutputStream;

    void tag(int field, format::WireType type) { varint(format::MakeTag(field, type)); }
    void varint(std::uint64_t value) { at_ = stream::WriteVarint64ToArray(value, at_); }
    // Of a list: an empty one counts too.
    void element(int field, std::string_view value) {
        head(field, value.size());
        std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }

    std::uint8_t* at_;
};

} // namespace peyk::storage
