#pragma once
// What breaks a conversation, and how a refusal travels from where it is found to the client.

#include "broker/core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::net {

// Why a connection is closed by the broker.
enum class errc : std::uint8_t {
    ok = 0,
    malformed_frame,
    frame_too_large,
    version_unsupported,
    hello_expected, // a frame came before Hello
    hello_repeated,
    heartbeat_missed,
    session_superseded, // the session went on on another connection
    too_many_connections,
    slow_reader, // the client does not read what it asked for
    shutting_down,
    handshake_timeout,
    session_refused, // the core would not open it; problem::request tells why
};

// One refusal, told to the client in an Error frame. With `session` set the connection is closed
// after it; otherwise only the request is refused. The code told is `request` if that is set.
struct problem {
    errc session = errc::ok;
    core::errc request = core::errc::ok;
    std::string text;       // for people: what is wrong and what to do; empty: the code's own text
    std::string_view limit; // name of the limit that was exceeded; static

    [[nodiscard]] bool fatal() const { return session != errc::ok; }
};

// What a code means and what to do about it, for people; and the limit it is about, if any.
struct explanation {
    std::string_view text;
    std::string_view limit;
};
[[nodiscard]] explanation explain(errc code) noexcept;
[[nodiscard]] explanation explain(core::errc code) noexcept;

// The name of the enumerator, for logs.
[[nodiscard]] char const* name(errc code) noexcept;

} // namespace peyk::net
