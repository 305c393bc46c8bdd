#include "broker/net/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace peyk::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t read_room_bytes = 256u << 10;

bool would_block(error_code ec) {
    return ec == asio::error::would_block || ec == asio::error::try_again ||
           ec == asio::error::interrupted;
}

} // namespace

session_environment::session_environment(command_sink& to, session_options with)
    : sink(to), options(with), read_room(read_room_bytes) {}

session::session(asio::ip::tcp::socket socket, session_environment& shared, session_owner& owner)
    : shared_(shared), owner_(owner), socket_(std::move(socket)), watchdog_(socket_.get_executor()),
      slicer_(shared.options.frame_bytes_max), protocol_(shared.decoder, shared.options.outbox) {}

void session::start() {
    error_code ignored; // a socket that is dead already says so at the first read
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    arm_watchdog(shared_.options.handshake);
    wait_readable();
}

void session::wait_readable() {
    if (reading_ || finished_)
        return;
    reading_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_read,
                       [self = shared_from_this()](error_code ec) {
                           self->reading_ = false;
                           if (ec)
                               self->finish();
                           else
                               self->on_readable();
                       });
}

void session::wait_writable() {
    if (writing_ || finished_)
        return;
    writing_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_write,
                       [self = shared_from_this()](error_code ec) {
                           self->writing_ = false;
                           if (ec)
                               self->finish();
                           else {
                               self->write_out();
                               self->tell_stalled();
                           }
                       });
}

void session::on_readable() {
    if (finished_)
        return;
    bool const closing = protocol_.now() == session_protocol::state::closing;
    if (!closing && !shared_.sink.accepting(*this))
        return;
    auto& room = shared_.read_room;
    error_code ec;
    auto const bytes = socket_.read_some(asio::buffer(room), ec);
    if (would_block(ec)) {
        wait_readable();
        return;
    }
    if (ec) {
        finish();
        return;
    }
    if (!closing)
        take({room.data(), bytes});
    // A client that does not read its answers is not asked for more questions.
    if (!protocol_.out().crowded() || protocol_.now() == session_protocol::state::closing)
        wait_readable();
}

void session::take(std::string_view bytes) {
    slicer_.feed(bytes);
    auto const now = shared_.sink.now();
    if (attached_)
        shared_.sink.heard(id());
    for (;;) {
        auto const frame = slicer_.next();
        if (!frame) {
            problem p;
            p.session = frame.error() == wire::errc::frame_too_large ? errc::frame_too_large
                                                                     : errc::malformed_frame;
            close(p);
            break;
        }
        if (!*frame)
            break;
        if (auto const wrong = protocol_.receive(**frame, now, *this)) {
            close(*wrong);
            break;
        }
        if (finished_ || protocol_.now() == session_protocol::state::closing)
            break;
    }
    slicer_.keep();
    if (protocol_.has_output())
        shared_.sink.flush_soon(*this);
}

void session::on_hello(core::connect const& what) {
    watchdog_.cancel();
    attached_ = true;
    shared_.sink.open(*this, what);
}

void session::on_command(core::any_command const& what) {
    shared_.sink.submit(what);
}

void session::on_question(core::request_id request, any_question const& what) {
    shared_.sink.ask(*this, request, what);
}

void session::on_goodbye(bool keep_session) {
    leave(!keep_session);
    protocol_.say_goodbye(errc::ok, "");
    begin_closing();
}

void session::welcome(core::effect::welcome const& what, welcome_facts const& facts) {
    protocol_.welcome(what, facts);
}

void session::deliver(core::delivery const& what, std::string_view content) {
    protocol_.deliver(what, content);
}

void session::send(core::any_effect const& what) {
    protocol_.send(what);
}

void session::flush() {
    dirty_ = false;
    if (finished_)
        return;
    protocol_.seal_deliveries();
    if (!writing_)
        write_out();
    // Only here: while the core's output is handed out, nothing may call the core.
    if (protocol_.overflowing()) {
        problem p;
        p.session = errc::slow_reader;
        close(p);
    }
    tell_stalled();
}

void session::tell_stalled() {
    bool const crowded = protocol_.out().crowded();
    if (attached_ && crowded != std::exchange(stalled_, crowded))
        shared_.sink.stalled(*this, crowded);
}

bool session::mark_dirty() {
    return !std::exchange(dirty_, true);
}

void session::write_out() {
    if (finished_)
        return;
    auto& out = protocol_.out();
    bool const was_crowded = out.crowded();
    while (!out.empty()) {
        auto const unsent = out.unsent();
        error_code ec;
        auto const bytes = socket_.write_some(asio::buffer(unsent.data(), unsent.size()), ec);
        if (would_block(ec)) {
            wait_writable();
            break;
        }
        if (ec) {
            finish();
            return;
        }
        out.sent(bytes);
        if (bytes < unsent.size()) {
            wait_writable();
            break;
        }
    }
    if (protocol_.now() == session_protocol::state::closing) {
        if (out.empty() && !std::exchange(sent_fin_, true)) {
            error_code ignored; // the other side may be gone already
            socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        }
    } else if (was_crowded && !out.crowded()) {
        wait_readable();
    }
}

void session::resume_reading() {
    if (!finished_)
        wait_readable();
}

void session::close(problem const& why) {
    if (finished_ || protocol_.now() == session_protocol::state::closing)
        return;
    spdlog::debug("session {:016x}: closed, {}", id().high, name(why.session));
    leave(false);
    protocol_.close(why);
    begin_closing();
}

void session::shut_down() {
    if (finished_ || protocol_.now() == session_protocol::state::closing)
        return;
    leave(false);
    protocol_.say_goodbye(errc::shutting_down, explain(errc::shutting_down).text);
    begin_closing();
}

void session::leave(bool for_good) {
    if (std::exchange(attached_, false))
        shared_.sink.closed(*this, for_good);
}

// The last frames are still written and what the client sends is read and dropped: closing at once
// would make the kernel throw away what the client has not read yet.
void session::begin_closing() {
    arm_watchdog(shared_.options.linger);
    wait_readable();
    shared_.sink.flush_soon(*this);
}

void session::arm_watchdog(std::chrono::milliseconds time) {
    watchdog_.expires_after(time);
    watchdog_.async_wait([self = shared_from_this()](error_code ec) {
        if (!ec)
            self->on_watchdog();
    });
}

void session::on_watchdog() {
    using state = session_protocol::state;
    if (protocol_.now() == state::hello_expected) {
        problem p;
        p.session = errc::handshake_timeout;
        close(p);
    } else if (protocol_.now() == state::closing) {
        finish();
    }
}

void session::finish() {
    if (std::exchange(finished_, true))
        return;
    leave(false);
    watchdog_.cancel();
    protocol_.out().drop();
    error_code ignored;
    socket_.close(ignored);
    owner_.finished(*this);
}

} // namespace peyk::net
