#include "tests/unit/client/scripted_peer.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace peyk::test {
namespace {

void wait_readable(int file, char const* what) {
    pollfd wanted{file, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(scripted_peer::patience.count())) != 1)
        throw std::runtime_error{std::string{"nothing came: "} + what};
}

} // namespace

scripted_peer::scripted_peer() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 8) != 0)
        throw std::runtime_error{"cannot listen on loopback"};
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
}

scripted_peer::~scripted_peer() {
    drop();
    ::close(listener_);
}

std::string scripted_peer::url() const {
    return "peyk://127.0.0.1:" + std::to_string(port_);
}

void scripted_peer::accept() {
    drop();
    wait_readable(listener_, "a connection");
    socket_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    reader_ = wire::frame_reader{};
}

bool scripted_peer::fill() {
    wait_readable(socket_, "a frame");
    auto const room = reader_.prepare();
    auto const bytes = ::recv(socket_, room.data(), room.size(), 0);
    if (bytes <= 0)
        return false;
    reader_.commit(static_cast<std::size_t>(bytes));
    return true;
}

pb::ClientFrame scripted_peer::receive() {
    while (true) {
        auto frame = receive_any();
        if (!frame.has_ping())
            return frame;
    }
}

pb::ClientFrame scripted_peer::receive_any() {
    while (true) {
        auto const payload = reader_.next().value();
        if (!payload) {
            if (!fill())
                throw std::runtime_error{"the client hung up"};
            continue;
        }
        pb::ClientFrame frame;
        if (!frame.ParseFromArray(payload->data(), static_cast<int>(payload->size())))
            throw std::runtime_error{"the client sent no frame"};
        return frame;
    }
}

pb::ClientFrame scripted_peer::expect(pb::ClientFrame::BodyCase body) {
    auto frame = receive();
    if (frame.body_case() != body)
        throw std::runtime_error{"another frame than expected: " + frame.ShortDebugString()};
    return frame;
}

void scripted_peer::expect_end() {
    while (fill()) {
        auto const payload = reader_.next().value();
        if (payload)
            throw std::runtime_error{"a frame instead of the end"};
    }
}

void scripted_peer::send(pb::ServerFrame const& frame) {
    send_bytes(bytes_of(frame));
}

void scripted_peer::send_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return; // the client hung up: the next expect() says so
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void scripted_peer::drop() {
    if (socket_ >= 0)
        ::close(socket_);
    socket_ = -1;
}

pb::Hello scripted_peer::welcome(pb::Welcome const& answer) {
    accept();
    auto const frame = expect(pb::ClientFrame::kHello);
    pb::ServerFrame reply;
    reply.set_request(frame.request());
    *reply.mutable_welcome() = answer;
    send(reply);
    return frame.hello();
}

pb::Welcome scripted_peer::make_welcome() {
    pb::Welcome welcome;
    welcome.set_version(1);
    welcome.set_epoch(1);
    welcome.set_heartbeat_ms(1'000);
    welcome.set_grace_ms(30'000);
    auto& limits = *welcome.mutable_limits();
    limits.set_frame_bytes_max(1u << 20);
    limits.set_content_bytes_max(1u << 19);
    limits.set_publish_batch_max(100);
    limits.set_in_flight_max(1'000);
    limits.set_credit_max(1'000);
    limits.set_result_bytes_max(1u << 19);
    return welcome;
}

void scripted_peer::confirm(pb::ClientFrame const& publish) {
    pb::ServerFrame reply;
    reply.set_request(publish.request());
    reply.mutable_published();
    send(reply);
}

void scripted_peer::deliver(std::uint32_t consumer, std::uint64_t number, std::string_view task) {
    pb::ServerFrame frame;
    auto& delivery = *frame.mutable_deliver()->add_deliveries();
    delivery.set_epoch(1);
    delivery.set_number(number);
    delivery.set_consumer(consumer);
    delivery.set_id_high(7);
    delivery.set_id_low(number);
    delivery.set_task(std::string{task});
    delivery.set_attempt(1);
    delivery.set_deliveries(1);
    send(frame);
}

std::string bytes_of(pb::ServerFrame const& frame) {
    std::string bytes;
    wire::append_frame_header(bytes, frame.ByteSizeLong());
    frame.AppendToString(&bytes);
    return bytes;
}

} // namespace peyk::test
