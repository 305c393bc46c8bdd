#pragma once
// One session over any number of connections: finds the broker again after it was killed, says
// Hello with what is still held, and forgets the connection the moment it breaks. The caller sends
// again what was not answered. Blocking, one thread.

#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace peyk::test {

namespace pb = peyk::wire::v1;

class wire_link {
public:
    explicit wire_link(std::uint64_t seed);
    ~wire_link();
    wire_link(wire_link const&) = delete;
    wire_link& operator=(wire_link const&) = delete;

    // One attempt. Fills in the session; `hello` says what is held. Nothing if nobody answers.
    std::optional<pb::Welcome> connect(std::uint16_t port, pb::Hello hello);
    [[nodiscard]] bool connected() const { return socket_ >= 0; }
    // False, and no longer connected, if the connection is broken.
    bool send(pb::ClientFrame const& frame);
    // The next frame, or nothing within `patience` or when the connection broke.
    std::optional<pb::ServerFrame> receive(std::chrono::milliseconds patience);
    void close();

private:
    std::uint64_t const session_high_;
    std::uint64_t const session_low_;
    bool known_ = false; // was welcomed once
    int socket_ = -1;
    peyk::wire::frame_reader reader_;
};

} // namespace peyk::test
