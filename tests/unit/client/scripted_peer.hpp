#pragma once
// The broker's side of a conversation, played by the test: accept, expect a frame, answer, hang up.
// One connection at a time, on loopback.

#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::test {

namespace pb = peyk::wire::v1;

class scripted_peer {
public:
    scripted_peer();
    ~scripted_peer();
    scripted_peer(scripted_peer const&) = delete;
    scripted_peer& operator=(scripted_peer const&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const;

    // Every wait throws std::runtime_error after this time, which fails the test.
    static constexpr std::chrono::milliseconds patience{5'000};

    void accept();
    // The next frame; throws if the client hangs up.
    pb::ClientFrame receive_any();
    // The next one that is no Ping.
    pb::ClientFrame receive();
    // The same, and it must be this one.
    pb::ClientFrame expect(pb::ClientFrame::BodyCase body);
    // The client sends nothing more and hangs up.
    void expect_end();
    void send(pb::ServerFrame const& frame);
    void send_bytes(std::string_view bytes);
    // Closes the connection as a dying broker does.
    void drop();

    // accept(), Hello, Welcome.
    pb::Hello welcome(pb::Welcome const& answer = make_welcome());
    [[nodiscard]] static pb::Welcome make_welcome();
    // Published without refusals.
    void confirm(pb::ClientFrame const& publish);
    void deliver(std::uint32_t consumer, std::uint64_t number, std::string_view task = "t");

private:
    bool fill();

    int listener_ = -1;
    int socket_ = -1;
    std::uint16_t port_ = 0;
    wire::frame_reader reader_;
};

[[nodiscard]] std::string bytes_of(pb::ServerFrame const& frame);

} // namespace peyk::test
