#include "tests/support/wire_client.hpp"

#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace peyk::test {
namespace {

std::uint64_t random_number() {
    static std::mt19937_64 numbers{std::random_device{}()};
    return numbers();
}

} // namespace

std::string bytes_of(pb::ClientFrame const& frame) {
    std::string bytes;
    peyk::wire::append_frame_header(bytes, frame.ByteSizeLong());
    frame.AppendToString(&bytes);
    return bytes;
}

pb::Message make_message(std::string_view queue, std::string_view content) {
    pb::Message message;
    message.set_id_high(random_number());
    message.set_id_low(random_number());
    message.set_queue(std::string{queue});
    message.set_content(std::string{content});
    return message;
}

wire_client::wire_client(std::uint16_t port, int receive_buffer_bytes) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_bytes > 0)
        ::setsockopt(
            socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
        ::close(socket_);
        throw std::runtime_error{std::string{"connect: "} + std::strerror(errno)};
    }
    int const on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

wire_client::~wire_client() {
    ::close(socket_);
}

void wire_client::send(pb::ClientFrame const& frame) {
    if (!send_bytes(bytes_of(frame)))
        throw std::runtime_error{"the broker has closed the connection"};
}

bool wire_client::send_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void wire_client::end_sending() {
    ::shutdown(socket_, SHUT_WR);
}

std::optional<pb::ServerFrame> wire_client::receive(std::chrono::milliseconds patience) {
    for (;;) {
        auto const payload = reader_.next();
        if (!payload)
            throw std::runtime_error{"the broker sent a bad frame: " + payload.error().message()};
        if (*payload) {
            pb::ServerFrame frame;
            if (!frame.ParseFromArray((*payload)->data(), static_cast<int>((*payload)->size())))
                throw std::runtime_error{"the broker sent a malformed frame"};
            return frame;
        }
        pollfd readable{socket_, POLLIN, 0};
        if (::poll(&readable, 1, static_cast<int>(patience.count())) == 0)
            throw std::runtime_error{"nothing came from the broker"};
        auto const room = reader_.prepare(64u << 10);
        auto const bytes = ::recv(socket_, room.data(), room.size(), 0);
        if (bytes <= 0)
            return std::nullopt;
        reader_.commit(static_cast<std::size_t>(bytes));
    }
}

void wire_client::await_any(std::chrono::milliseconds patience) {
    auto const payload = reader_.next();
    if (!payload || *payload) // a bad one too: more of it would not help
        return;
    pollfd readable{socket_, POLLIN, 0};
    ::poll(&readable, 1, static_cast<int>(patience.count()));
}

pb::ServerFrame wire_client::answer(std::uint64_t request) {
    for (;;) {
        auto frame = receive();
        if (!frame)
            throw std::runtime_error{"the broker has closed the connection"};
        if (frame->request() == request || (frame->has_error() && frame->error().fatal()))
            return *frame;
    }
}

pb::ServerFrame wire_client::expect(pb::ServerFrame::BodyCase body) {
    for (;;) {
        auto frame = receive();
        if (!frame)
            throw std::runtime_error{"the broker has closed the connection"};
        if (frame->body_case() == body)
            return *frame;
    }
}

pb::ServerFrame wire_client::ask(pb::ClientFrame frame) {
    frame.set_request(++last_request_);
    send(frame);
    return answer(last_request_);
}

pb::Hello wire_client::make_hello() {
    pb::Hello what;
    what.set_version_min(1);
    what.set_version_max(1);
    what.set_session_high(random_number());
    what.set_session_low(random_number());
    what.set_client("wire_client");
    return what;
}

pb::Welcome wire_client::hello() {
    return hello(make_hello());
}

pb::Welcome wire_client::hello(pb::Hello what) {
    pb::ClientFrame frame;
    *frame.mutable_hello() = std::move(what);
    frame.set_request(++last_request_);
    send(frame);
    return expect(pb::ServerFrame::kWelcome).welcome();
}

pb::Published wire_client::publish(std::string_view queue, std::string_view content) {
    pb::ClientFrame frame;
    *frame.mutable_publish()->add_messages() = make_message(queue, content);
    auto const reply = ask(frame);
    if (!reply.has_published())
        throw std::runtime_error{"not published: " + reply.ShortDebugString()};
    return reply.published();
}

void wire_client::subscribe(std::string_view queue, std::uint32_t credit, std::uint32_t consumer) {
    pb::ClientFrame frame;
    frame.mutable_subscribe()->set_consumer(consumer);
    frame.mutable_subscribe()->add_queues(std::string{queue});
    frame.mutable_subscribe()->set_credit(credit);
    frame.set_request(++last_request_);
    send(frame);
}

} // namespace peyk::test
