// Full cycles (publish, confirm, deliver, settle, confirm) with bare frames: one thread, two
// connections, as little work on the client's side as possible. Prints cycles per second and the
// broker's own CPU time per message.
//
//   raw_cycle [--count N] [--size BYTES] [--window N] [--batch N] [--broker-argument A]...

#include "proto/frame_codec.hpp"
#include "tests/support/broker_process.hpp"
#include "tests/support/wire_client.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

namespace pb = peyk::wire::v1;

struct options {
    std::uint64_t count = 1'000'000;
    std::size_t size = 128;
    std::uint64_t window = 1000;
    std::uint64_t batch = 1000;
    std::vector<std::string> broker;
};

options read_options(int argc, char** argv) {
    options o;
    for (int i = 1; i + 1 < argc; i += 2) {
        std::string const name = argv[i];
        std::string const value = argv[i + 1];
        if (name == "--count")
            o.count = std::stoull(value);
        else if (name == "--size")
            o.size = std::stoull(value);
        else if (name == "--window")
            o.window = std::stoull(value);
        else if (name == "--batch")
            o.batch = std::stoull(value);
        else if (name == "--broker-argument")
            o.broker.push_back(value);
        else
            throw std::runtime_error{"unknown option " + name};
    }
    return o;
}

// A connection that never blocks but in poll().
struct connection {
    int socket = -1;
    std::string out;
    peyk::wire::frame_reader in;

    explicit connection(std::uint16_t port) {
        socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error{"cannot connect"};
        int const on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::fcntl(socket, F_SETFL, O_NONBLOCK);
        pb::ClientFrame hello;
        *hello.mutable_hello() = peyk::test::wire_client::make_hello();
        add(hello);
    }

    void add(pb::ClientFrame const& frame) {
        peyk::wire::append_frame_header(out, frame.ByteSizeLong());
        frame.AppendToString(&out);
    }

    void write() {
        if (out.empty())
            return;
        auto const sent = ::send(socket, out.data(), out.size(), MSG_NOSIGNAL);
        if (sent > 0)
            out.erase(0, static_cast<std::size_t>(sent));
    }

    template <class On>
    void read(On&& on) {
        auto const room = in.prepare(256u << 10);
        auto const bytes = ::recv(socket, room.data(), room.size(), 0);
        if (bytes == 0)
            throw std::runtime_error{"the broker has closed the connection"};
        if (bytes < 0)
            return;
        in.commit(static_cast<std::size_t>(bytes));
        static pb::ServerFrame frame;
        while (auto const payload = in.next().value()) {
            frame.ParseFromArray(payload->data(), static_cast<int>(payload->size()));
            if (frame.has_error())
                throw std::runtime_error{frame.ShortDebugString()};
            on(frame);
        }
    }
};

class load {
public:
    load(options const& o, std::uint16_t port)
        : options_(o), publisher_(port), consumer_(port), content_(o.size, 'x') {
        pb::ClientFrame subscribe;
        subscribe.set_request(1);
        subscribe.mutable_subscribe()->set_consumer(1);
        subscribe.mutable_subscribe()->add_queues("bench");
        subscribe.mutable_subscribe()->set_credit(static_cast<std::uint32_t>(o.window));
        consumer_.add(subscribe);
    }

    // Until every message is settled and confirmed.
    void run() {
        while (settled_ < options_.count) {
            publish();
            publisher_.write();
            consumer_.write();
            pollfd files[2] = {{publisher_.socket, POLLIN, 0}, {consumer_.socket, POLLIN, 0}};
            for (auto& [number, events, revents] : files)
                if (!(number == publisher_.socket ? publisher_ : consumer_).out.empty())
                    events |= POLLOUT;
            ::poll(files, 2, -1);
            if (files[0].revents & POLLIN)
                publisher_.read([this](auto const& frame) { on_published(frame); });
            if (files[1].revents & POLLIN)
                consumer_.read([this](auto const& frame) { on_consumer(frame); });
        }
    }

private:
    // As many frames as the window has room for.
    void publish() {
        while (publish_frame()) {
        }
    }

    bool publish_frame() {
        auto const unanswered = published_ - confirmed_;
        auto const n =
            std::min({options_.window - unanswered, options_.count - published_, options_.batch});
        if (n == 0)
            return false;
        auto& publish = *frame_.mutable_publish();
        publish.Clear();
        publish.set_first_sequence(published_ + 1);
        publish.set_answered_below(confirmed_ + 1);
        for (std::uint64_t i = 0; i < n; ++i) {
            auto& message = *publish.add_messages();
            message.set_id_high(1);
            message.set_id_low(++published_);
            message.set_queue("bench");
            message.set_content(content_);
        }
        frame_.set_request(n); // the answer tells how many it confirms
        publisher_.add(frame_);
        return true;
    }

    void on_published(pb::ServerFrame const& frame) {
        if (frame.has_published())
            confirmed_ += frame.request();
    }

    void on_consumer(pb::ServerFrame const& frame) {
        if (frame.has_settled())
            settled_ += frame.request();
        if (!frame.has_deliver())
            return;
        auto& settle = *settle_.mutable_settle();
        settle.Clear();
        for (auto const& delivery : frame.deliver().deliveries()) {
            auto& settlement = *settle.add_settlements();
            settlement.set_epoch(delivery.epoch());
            settlement.set_number(delivery.number());
            settlement.mutable_drop();
        }
        settle_.set_request(static_cast<std::uint64_t>(frame.deliver().deliveries_size()));
        consumer_.add(settle_);
    }

    options options_;
    connection publisher_;
    connection consumer_;
    std::string content_;
    pb::ClientFrame frame_;
    pb::ClientFrame settle_;
    std::uint64_t published_ = 0;
    std::uint64_t confirmed_ = 0;
    std::uint64_t settled_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    auto const o = read_options(argc, argv);
    peyk::test::broker_process broker{o.broker};
    broker.start();
    auto const cpu = broker.cpu_us();
    auto const start = std::chrono::steady_clock::now();
    load{o, broker.port()}.run();
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    auto const used = broker.cpu_us() - cpu;
    auto const messages = static_cast<double>(o.count);
    std::printf("{\"scenario\":\"raw_cycle\",\"size\":%zu,\"window\":%llu,\"messages\":%llu,"
                "\"seconds\":%.3f,\"rate_per_s\":%.0f,\"broker_cpu_us\":%.2f}\n",
                o.size,
                static_cast<unsigned long long>(o.window),
                static_cast<unsigned long long>(o.count),
                took.count(),
                messages / took.count(),
                static_cast<double>(used) / messages);
    return broker.terminate();
}
