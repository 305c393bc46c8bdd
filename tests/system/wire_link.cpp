#include "tests/system/wire_link.hpp"

#include "tests/support/wire_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace peyk::test {

namespace {

// A broker that was just started answers well within this.
constexpr std::chrono::milliseconds hello_patience{10'000};

} // namespace

wire_link::wire_link(std::uint64_t seed)
    : session_high_(seed * 0x9e3779b97f4a7c15u + 1), session_low_(seed) {}

wire_link::~wire_link() {
    close();
}

void wire_link::close() {
    if (socket_ >= 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

std::optional<pb::Welcome> wire_link::connect(std::uint16_t port, pb::Hello hello) {
    close();
    reader_ = peyk::wire::frame_reader{};
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
        close();
        return std::nullopt;
    }
    int const on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    hello.set_version_min(1);
    hello.set_version_max(1);
    hello.set_session_high(session_high_);
    hello.set_session_low(session_low_);
    hello.set_resume(known_);
    hello.set_client("wire_link");
    pb::ClientFrame frame;
    *frame.mutable_hello() = std::move(hello);
    if (!send(frame)) {
        return std::nullopt;
    }
    auto const answer = receive(hello_patience);
    if (!answer || !answer->has_welcome()) {
        close();
        return std::nullopt;
    }
    known_ = true;
    return answer->welcome();
}

bool wire_link::send(pb::ClientFrame const& frame) {
    auto const all = bytes_of(frame);
    std::string_view bytes = all;
    while (connected() && !bytes.empty()) {
        auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            close();
        } else {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    return connected();
}

std::optional<pb::ServerFrame> wire_link::receive(std::chrono::milliseconds patience) {
    while (connected()) {
        auto const payload = reader_.next();
        if (payload && *payload) {
            pb::ServerFrame frame;
            if (frame.ParseFromArray((*payload)->data(), static_cast<int>((*payload)->size()))) {
                return frame;
            }
        }
        if (!payload || *payload) { // not even a frame
            close();
            break;
        }
        pollfd readable{socket_, POLLIN, 0};
        if (::poll(&readable, 1, static_cast<int>(patience.count())) == 0) {
            return std::nullopt;
        }
        auto const room = reader_.prepare(64u << 10);
        auto const bytes = ::recv(socket_, room.data(), room.size(), 0);
        if (bytes <= 0) {
            close();
        } else {
            reader_.commit(static_cast<std::size_t>(bytes));
        }
    }
    return std::nullopt;
}

} // namespace peyk::test
