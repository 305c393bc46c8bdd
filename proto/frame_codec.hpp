#pragma once
// Frames as bytes: a 4-byte little-endian length, then that many bytes of one protobuf message.
// Sans-io: whoever owns the socket puts bytes in and takes frames out.

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace peyk::wire {

inline constexpr std::size_t frame_header_bytes = 4;
inline constexpr std::size_t frame_bytes_max =
    16u << 20; // of the message; over it: errc::frame_too_large

enum class errc : std::uint8_t {
    ok = 0,
    frame_too_large, // the length says more than the limit; nothing of the frame is read
    frame_empty,     // length 0: no message is empty
};

[[nodiscard]] boost::system::error_category const& error_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

// Cuts a byte stream into frames. Memory is bounded by the limit: a length is checked before
// anything is allocated for it, and the buffer grows with the bytes that really arrive. What a
// large frame needed is given back once it is read.
class frame_reader {
public:
    explicit frame_reader(std::size_t bytes_max = frame_bytes_max);

    // Room for the next bytes of the stream, at least `bytes_min` and never empty. Valid until the
    // next call.
    [[nodiscard]] std::span<char> prepare(std::size_t bytes_min = 4096);
    // `bytes` of the room were filled.
    void commit(std::size_t bytes);

    // The payload of the next whole frame, or nothing if it has not arrived yet. The view is valid
    // until prepare(). An error is final.
    [[nodiscard]] boost::system::result<std::optional<std::string_view>> next();

    // Bytes of the unfinished frame that have arrived, and the room for them.
    [[nodiscard]] std::size_t pending() const;
    [[nodiscard]] std::size_t capacity() const { return buffer_.capacity(); }

private:
    std::size_t bytes_max_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

// Cuts frames out of chunks that belong to somebody else, so that one buffer serves any number of
// connections: only a frame that is spread over several chunks is copied, and an idle connection
// holds nothing. Use: feed(chunk); while next() has a frame, take it; keep().
class frame_slicer {
public:
    explicit frame_slicer(std::size_t bytes_max = frame_bytes_max);

    // The next bytes of the stream. Borrowed until keep().
    void feed(std::string_view chunk);
    // The payload of the next whole frame, or nothing if it has not arrived yet. Valid until the
    // next call. An error is final.
    [[nodiscard]] boost::system::result<std::optional<std::string_view>> next();
    // Copies what is left of the chunk; it may be reused afterwards.
    void keep();

    // Bytes of the unfinished frame that are held between chunks, and the room for them.
    [[nodiscard]] std::size_t held() const { return held_.size(); }
    [[nodiscard]] std::size_t capacity() const { return held_.capacity(); }

private:
    // Moves bytes from the chunk until `bytes` are held; false if the chunk ends before.
    bool hold(std::size_t bytes);

    std::size_t bytes_max_;
    std::string_view chunk_;
    std::string held_;
    bool held_is_read_ = false; // next() has handed out the held frame
};

// Appends a frame header for a payload of `bytes` to `out`.
void append_frame_header(std::string& out, std::size_t bytes);

} // namespace peyk::wire

template <>
struct boost::system::is_error_code_enum<peyk::wire::errc> : std::true_type {};
