#include "proto/frame_codec.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace peyk::wire {
namespace {

// Boost's base has a protected, non-virtual destructor on purpose: categories live for ever.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "peyk.wire"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::ok:
            return "no error";
        case errc::frame_too_large:
            return "the frame is larger than the limit";
        case errc::frame_empty:
            return "the frame is empty";
        }
        return "unknown error";
    }
};
#pragma GCC diagnostic pop

std::uint32_t length_at(char const* p) {
    std::array<unsigned char, frame_header_bytes> b;
    std::memcpy(b.data(), p, b.size());
    return std::uint32_t{b[0]} | std::uint32_t{b[1]} << 8 | std::uint32_t{b[2]} << 16 |
           std::uint32_t{b[3]} << 24;
}

// A buffer larger than this is given back when it is empty: what most frames need is kept.
constexpr std::size_t kept_bytes = 64u << 10;

void clear(std::string& buffer) {
    if (buffer.capacity() > kept_bytes)
        std::string().swap(buffer);
    else
        buffer.clear();
}

boost::system::result<std::size_t> checked_length(char const* header, std::size_t bytes_max) {
    std::size_t const length = length_at(header);
    if (length > bytes_max)
        return make_error_code(errc::frame_too_large);
    if (length == 0)
        return make_error_code(errc::frame_empty);
    return length;
}

} // namespace

boost::system::error_category const& error_category() noexcept {
    static category const instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

frame_reader::frame_reader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

std::span<char> frame_reader::prepare(std::size_t bytes_min) {
    bytes_min = std::max<std::size_t>(bytes_min, 1);
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > std::max(kept_bytes, bytes_min))
            std::string().swap(buffer_);
    }
    if (buffer_.size() - end_ < bytes_min && begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    // Doubling keeps the number of copies small; the bound is the frame that next() has admitted.
    if (buffer_.size() - end_ < bytes_min)
        buffer_.resize(std::max(buffer_.size() * 2, end_ + bytes_min));
    return {buffer_.data() + end_, buffer_.size() - end_};
}

void frame_reader::commit(std::size_t bytes) {
    end_ += bytes;
}

boost::system::result<std::optional<std::string_view>> frame_reader::next() {
    auto const available = end_ - begin_;
    if (available < frame_header_bytes)
        return std::optional<std::string_view>{};
    auto const length = checked_length(buffer_.data() + begin_, bytes_max_);
    if (!length)
        return length.error();
    if (available - frame_header_bytes < *length)
        return std::optional<std::string_view>{};
    std::string_view const payload{buffer_.data() + begin_ + frame_header_bytes, *length};
    begin_ += frame_header_bytes + *length;
    return std::optional<std::string_view>{payload};
}

std::size_t frame_reader::pending() const {
    return end_ - begin_;
}

frame_slicer::frame_slicer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

void frame_slicer::feed(std::string_view chunk) {
    chunk_ = chunk;
}

boost::system::result<std::optional<std::string_view>> frame_slicer::next() {
    using none = std::optional<std::string_view>;
    if (held_is_read_) {
        clear(held_);
        held_is_read_ = false;
    }
    // A frame that began in an earlier chunk is completed in the held bytes.
    if (!held_.empty()) {
        if (!hold(frame_header_bytes))
            return none{};
        auto const length = checked_length(held_.data(), bytes_max_);
        if (!length)
            return length.error();
        if (!hold(frame_header_bytes + *length))
            return none{};
        held_is_read_ = true;
        return none{std::string_view{held_}.substr(frame_header_bytes)};
    }
    if (chunk_.size() < frame_header_bytes)
        return none{};
    auto const length = checked_length(chunk_.data(), bytes_max_);
    if (!length)
        return length.error();
    if (chunk_.size() - frame_header_bytes < *length)
        return none{};
    auto const payload = chunk_.substr(frame_header_bytes, *length);
    chunk_.remove_prefix(frame_header_bytes + *length);
    return none{payload};
}

void frame_slicer::keep() {
    if (held_is_read_) {
        clear(held_);
        held_is_read_ = false;
    }
    held_.append(chunk_);
    chunk_ = {};
}

bool frame_slicer::hold(std::size_t bytes) {
    if (held_.size() < bytes) {
        auto const taken = std::min(bytes - held_.size(), chunk_.size());
        held_.append(chunk_.substr(0, taken));
        chunk_.remove_prefix(taken);
    }
    return held_.size() >= bytes;
}

void append_frame_header(std::string& out, std::size_t bytes) {
    auto const n = static_cast<std::uint32_t>(bytes);
    for (int shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>(n >> shift & 0xff));
}

} // namespace peyk::wire
