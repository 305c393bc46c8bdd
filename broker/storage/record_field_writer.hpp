#pragma once
// Protobuf fields written straight into their place, for what is written by the hundred thousand:
// the generated code keeps a copy of each text. What writes fields is written once, for any sink,
// and runs twice: a counter tells how long they are, then a writer has room for just that. A field
// that has its default is left out.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace peyk::storage {

// What both sinks have.
template <class Sink>
class field_sink {
public:
    void number(int field, std::uint64_t value) {
        if (value != 0) {
            self().tag(field, format::WIRETYPE_VARINT);
            self().varint(value);
        }
    }
    void fixed(int field, std::uint64_t value) {
        if (value != 0) {
            self().tag(field, format::WIRETYPE_FIXED64);
            self().word(value);
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
            self().varint(each);
        }
    }
    // `size` bytes of a message follow.
    void head(int field, std::size_t size) {
        self().tag(field, format::WIRETYPE_LENGTH_DELIMITED);
        self().varint(size);
    }

protected:
    using format = google::protobuf::internal::WireFormatLite;
    using stream = google::protobuf::io::CodedOutputStream;

private:
    [[nodiscard]] Sink& self() { return static_cast<Sink&>(*this); }
    // Of a list: an empty one counts too.
    void element(int field, std::string_view value) {
        head(field, value.size());
        self().bytes(value);
    }
};

class field_counter : public field_sink<field_counter> {
public:
    [[nodiscard]] std::size_t size() const { return size_; }

    void tag(int field, format::WireType type) { varint(format::MakeTag(field, type)); }
    void varint(std::uint64_t value) { size_ += stream::VarintSize64(value); }
    void word(std::uint64_t) { size_ += sizeof(std::uint64_t); }
    void bytes(std::string_view value) { size_ += value.size(); }
    // A message whose fields are known to be so long.
    template <class Fields>
    void nested(int field, std::size_t size, Fields const&) {
        head(field, size);
        size_ += size;
    }

private:
    std::size_t size_ = 0;
};

class field_writer : public field_sink<field_writer> {
public:
    explicit field_writer(std::uint8_t* at) : at_(at) {}

    void tag(int field, format::WireType type) { varint(format::MakeTag(field, type)); }
    void varint(std::uint64_t value) { at_ = stream::WriteVarint64ToArray(value, at_); }
    void word(std::uint64_t value) { at_ = stream::WriteLittleEndian64ToArray(value, at_); }
    void bytes(std::string_view value) {
        std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }
    template <class Fields>
    void nested(int field, std::size_t size, Fields const& fields) {
        head(field, size);
        fields(*this);
    }

private:
    std::uint8_t* at_;
};

// What `fields(sink)` would write.
template <class Fields>
[[nodiscard]] std::size_t size_of(Fields const& fields) {
    field_counter counter;
    fields(counter);
    return counter.size();
}

} // namespace peyk::storage
