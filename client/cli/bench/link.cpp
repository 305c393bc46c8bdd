#include "client/cli/bench/link.hpp"

#include "client/cli/exit_code.hpp"
#include "client/cli/version.hpp"
#include <peyk/client_options.hpp>
#include <peyk/message_id.hpp>
#include <peyk/wire/v1/frame.pb.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <unistd.h>

namespace peyk::cli::bench {
namespace {

namespace proto = peyk::wire::v1;

// Large reads: a group commit answers thousands of messages at once.
constexpr std::size_t read_bytes = 256u << 10;
// Longer than a scenario goes without a frame, so that heartbeats cost nothing.
constexpr std::uint32_t heartbeat_wish_ms = 10'000;

[[noreturn]] void lost(std::string const& why) {
    throw failure{exit_code::unreachable, "the connection to the broker ended: " + why};
}

} // namespace

address parse_address(std::string_view url) {
    constexpr std::string_view scheme = "peyk://";
    auto rest = url.substr(0, url.find(','));
    if (rest.starts_with(scheme))
        rest.remove_prefix(scheme.size());
    rest = rest.substr(0, rest.find('/'));
    auto const colon = rest.rfind(':');
    bool const bracket = colon != std::string_view::npos && rest.find(']', colon) != rest.npos;
    address at{std::string{rest}, std::to_string(default_port)};
    if (colon != std::string_view::npos && !bracket) {
        at.host = rest.substr(0, colon);
        at.port = rest.substr(colon + 1);
    }
    if (at.host.starts_with('[') && at.host.ends_with(']'))
        at.host = at.host.substr(1, at.host.size() - 2);
    if (at.host.empty() || at.port.empty())
        throw failure{exit_code::usage, "'" + std::string{url} + "' is no address of a broker"};
    return at;
}

link::link(asio::io_context& context, address const& broker, std::string const& name)
    : context_(context), socket_(context), heartbeat_timer_(context) {
    asio::ip::tcp::resolver resolver{context};
    error_code failed;
    auto const found = resolver.resolve(broker.host, broker.port, failed);
    if (!failed)
        asio::connect(socket_, found, failed);
    if (failed) {
        throw failure{exit_code::unreachable,
                      "no broker answers at " + broker.host + ":" + broker.port + ": " +
                          failed.message()};
    }
    socket_.set_option(asio::ip::tcp::no_delay{true});
    open(name);
}

void link::open(std::string const& name) {
    auto const session = message_id::make();
    proto::Hello hello;
    hello.set_version_min(1);
    hello.set_version_max(1);
    hello.set_session_high(session.high);
    hello.set_session_low(session.low);
    hello.set_client("peyk-bench " + std::string{version()});
    hello.set_name(name);
    hello.set_pid(static_cast<std::uint32_t>(::getpid()));
    hello.set_heartbeat_ms(heartbeat_wish_ms);
    append_frame(output_, next_request(), proto::ClientFrame::kHelloFieldNumber, hello);
    write_now(std::exchange(output_, {}));

    answer got;
    for (;;) {
        auto const frame = reader_.next();
        if (!frame)
            lost(frame.error().message());
        if (*frame) {
            if (!read_answer(**frame, got))
                lost("the broker sent something that is no frame");
            break;
        }
        auto const room = reader_.prepare(read_bytes);
        error_code failed;
        auto const bytes = socket_.read_some(asio::buffer(room.data(), room.size()), failed);
        if (failed)
            lost(failed.message());
        reader_.commit(bytes);
    }
    if (take_own(got) || got.kind != proto::ServerFrame::kWelcomeFieldNumber)
        lost("the broker did not welcome this client");
    proto::Welcome welcome;
    if (!welcome.ParseFromArray(got.body.data(), static_cast<int>(got.body.size())))
        lost("the broker's welcome cannot be read");
    heartbeat_ = std::chrono::milliseconds{welcome.heartbeat_ms()};
    limits_ = {welcome.limits().publish_batch_max(),
               welcome.limits().in_flight_max(),
               welcome.limits().credit_max()};
}

void link::write_now(std::string const& bytes) {
    error_code failed;
    asio::write(socket_, asio::buffer(bytes), failed);
    if (failed)
        lost(failed.message());
}

void link::start(answer_taker taker) {
    taker_ = std::move(taker);
    socket_.non_blocking(true);
    read();
    beat();
}

void link::read() {
    auto const room = reader_.prepare(read_bytes);
    socket_.async_read_some(asio::buffer(room.data(), room.size()),
                            [this](error_code failed, std::size_t bytes) {
                                if (failed == asio::error::operation_aborted)
                                    return;
                                if (failed)
                                    lost(failed.message());
                                take(bytes);
                                read();
                            });
}

void link::take(std::size_t bytes) {
    reader_.commit(bytes);
    for (;;) {
        auto const frame = reader_.next();
        if (!frame)
            lost(frame.error().message());
        if (!*frame)
            return;
        answer got;
        if (!read_answer(**frame, got))
            lost("the broker sent something that is no frame");
        if (!take_own(got))
            taker_(got);
    }
}

bool link::take_own(answer const& got) {
    if (got.kind == proto::ServerFrame::kPongFieldNumber)
        return true;
    if (got.kind == proto::ServerFrame::kErrorFieldNumber) {
        proto::Error refusal;
        refusal.ParseFromArray(got.body.data(), static_cast<int>(got.body.size()));
        throw failure{exit_code::refused, "the broker refused: " + refusal.message()};
    }
    if (got.kind == proto::ServerFrame::kGoodbyeFieldNumber)
        lost("the broker said goodbye");
    return false;
}

void link::flush() {
    if (is_waiting_ || flush_posted_ || output_.empty())
        return;
    flush_posted_ = true;
    asio::post(context_, [this] {
        flush_posted_ = false;
        write();
    });
}

// Writes what the socket takes at once, so that it is always known how much has left.
void link::write() {
    for (;;) {
        if (written_ == writing_.size()) {
            writing_.clear();
            written_ = 0;
            if (output_.empty())
                return;
            std::swap(writing_, output_);
        }
        error_code failed;
        written_ += socket_.write_some(
            asio::buffer(writing_.data() + written_, writing_.size() - written_), failed);
        if (failed == asio::error::would_block)
            break;
        if (failed)
            lost(failed.message());
    }
    is_waiting_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_write, [this](error_code failed) {
        if (failed == asio::error::operation_aborted)
            return;
        is_waiting_ = false;
        if (failed)
            lost(failed.message());
        write();
    });
}

void link::beat() {
    if (heartbeat_ == std::chrono::milliseconds{0})
        return;
    heartbeat_timer_.expires_after(heartbeat_);
    heartbeat_timer_.async_wait([this](error_code failed) {
        if (failed)
            return;
        append_frame(output_, next_request(), proto::ClientFrame::kPingFieldNumber, proto::Ping{});
        flush();
        beat();
    });
}

void link::close() {
    error_code failed;
    heartbeat_timer_.cancel();
    socket_.cancel(failed);
    socket_.non_blocking(false, failed);
    // What has begun to leave leaves whole; the rest is not needed any more.
    writing_.erase(0, written_);
    append_frame(writing_, 0, proto::ClientFrame::kGoodbyeFieldNumber, proto::Goodbye{});
    if (!failed)
        asio::write(socket_, asio::buffer(writing_), failed);
    // The broker has ended the session when it closes its side.
    std::array<char, 4096> rest{};
    while (!failed)
        socket_.read_some(asio::buffer(rest), failed);
    socket_.close(failed);
}

} // namespace peyk::cli::bench
