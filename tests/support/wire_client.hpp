#pragma once
// A blocking client that speaks the bare wire protocol, also wrongly on purpose. For tests.

#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::test {

namespace pb = peyk::wire::v1;

class wire_client {
public:
    // Connects to 127.0.0.1. Throws std::runtime_error if nobody listens.
    explicit wire_client(std::uint16_t port, int receive_buffer_bytes = 0);
    ~wire_client();
    wire_client(wire_client const&) = delete;
    wire_client& operator=(wire_client const&) = delete;

    void send(pb::ClientFrame const& frame);
    // False if the connection is closed.
    bool send_bytes(std::string_view bytes);
    // Says that nothing more will be sent; receiving goes on.
    void end_sending();

    // The next frame; nothing if the broker has closed the connection. Throws after `patience`.
    std::optional<pb::ServerFrame> receive(std::chrono::milliseconds patience = default_patience);
    // Returns when something came, or the connection is closed, or after `patience`.
    void await_any(std::chrono::milliseconds patience);
    // The next frame that answers `request`; others are skipped. Throws if the connection closes.
    pb::ServerFrame answer(std::uint64_t request);
    // Skips frames until one has this body. Throws if the connection closes.
    pb::ServerFrame expect(pb::ServerFrame::BodyCase body);

    // Sends a request under the next number and returns its answer.
    pb::ServerFrame ask(pb::ClientFrame frame);

    // Says Hello with a fresh random session, or with the one given.
    pb::Welcome hello();
    pb::Welcome hello(pb::Hello what);
    [[nodiscard]] static pb::Hello make_hello();

    // One message to `queue`, confirmed. Returns the refusals.
    pb::Published publish(std::string_view queue, std::string_view content);
    void subscribe(std::string_view queue, std::uint32_t credit, std::uint32_t consumer = 1);

    static constexpr std::chrono::milliseconds default_patience{20'000};

private:
    int socket_ = -1;
    std::uint64_t last_request_ = 0;
    peyk::wire::frame_reader reader_;
};

// A message with an id of its own.
[[nodiscard]] pb::Message make_message(std::string_view queue, std::string_view content);
// The bytes of a frame, header included.
[[nodiscard]] std::string bytes_of(pb::ClientFrame const& frame);

} // namespace peyk::test
