#pragma once
// Reads the fields of one encoded protobuf message in place: no copies, no allocation. For the
// requests that come by the ten thousand; all others go through the generated code.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace peyk::net {

// The kind of a field's value on the wire, with the numbers the encoding gives them.
enum class wire_type : std::uint32_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

// What a field's tag looks like: for case labels.
[[nodiscard]] constexpr std::uint32_t tag_of(int field, wire_type type) {
    return static_cast<std::uint32_t>(field) << 3 | static_cast<std::uint32_t>(type);
}

class wire_reader {
public:
    // The bytes are borrowed.
    explicit wire_reader(std::string_view message)
        : at_(message.data()), end_(message.data() + message.size()) {}

    // Steps to the next field. False at the end, or where the bytes are not well formed: see ok().
    [[nodiscard]] bool next();
    [[nodiscard]] bool ok() const { return ok_; }

    // Of the current field.
    [[nodiscard]] std::uint32_t tag() const { return tag_; }
    [[nodiscard]] std::uint64_t number() const { return number_; }  // varint, fixed64, fixed32
    [[nodiscard]] std::string_view bytes() const { return bytes_; } // bytes
    [[nodiscard]] bool flag() const { return number_ != 0; }

    // Bytes of a `string` field: text must be UTF-8, otherwise the message is not well formed.
    [[nodiscard]] std::string_view text();

private:
    bool read_varint(std::uint64_t& value, int bytes_max);
    bool broken() {
        ok_ = false;
        return false;
    }

    char const* at_;
    char const* end_;
    std::uint32_t tag_ = 0;
    bool ok_ = true;
    std::uint64_t number_ = 0;
    std::string_view bytes_;
};

// Reads the numbers of one packed field.
class varint_reader {
public:
    explicit varint_reader(std::string_view packed) : left_(packed) {}

    // Steps to the next number. False at the end, or where the bytes are not well formed: see ok().
    [[nodiscard]] bool next();
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::uint64_t number() const { return number_; }

private:
    std::string_view left_;
    std::uint64_t number_ = 0;
    bool ok_ = true;
};

// The longest beginning of `text` that is UTF-8: all of it, unless somebody has cut it elsewhere.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text) noexcept;
[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
    return utf8_prefix(text).size() == text.size();
}

} // namespace peyk::net
