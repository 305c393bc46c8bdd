#pragma once
// One connection of a client: the only place that touches its socket. Bytes are read and written
// without blocking as soon as the socket is ready; all sessions of the loop share one read buffer,
// so an idle one costs next to nothing. Keeps itself alive while it waits for its socket.

#include "broker/net/command_sink.hpp"
#include "broker/net/session_protocol.hpp"
#include "proto/frame_codec.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace peyk::net {

struct session_options {
    std::chrono::milliseconds handshake{5'000}; // to say Hello in
    // A closed connection may read its last frames that long; then it is cut.
    std::chrono::milliseconds linger{1'000};
    outbox_limits outbox;
    std::size_t frame_bytes_max = wire::frame_bytes_max;
};

// Who counts connections.
class session_owner {
public:
    // The socket is closed; the session is about to go.
    virtual void finished(session& which) = 0;

protected:
    ~session_owner() = default;
};

// What all sessions of one loop share.
struct session_environment {
    command_sink& sink;
    session_options options;
    request_decoder decoder;
    std::vector<char> read_room; // 256 KiB: one system call reads what a busy client has sent

    session_environment(command_sink& to, session_options with);
};

class session final : public std::enable_shared_from_this<session>, private request_handler {
public:
    session(boost::asio::ip::tcp::socket socket, session_environment& shared, session_owner& owner);

    // Begins to wait for Hello.
    void start();

    // Frames to the client; they leave with the next flush().
    void welcome(core::effect::welcome const& what, welcome_facts const& facts);
    void deliver(core::delivery const& what, std::string_view content);
    void send(core::any_effect const& what);
    [[nodiscard]] session_protocol& protocol() { return protocol_; }

    // Writes what waits, as far as the socket takes it.
    void flush();

    // Tells the client why and closes the connection.
    void close(problem const& why);
    // The broker stops: Goodbye.
    void shut_down();

    // The core has handed out a lot and waits until it is sent: the sink is told of that.
    void held_back() { stalled_ = true; }

    // The sink accepts again after it had refused to.
    void resume_reading();

    // Of command_sink, for its list of sessions to flush: false if it is on the list already.
    [[nodiscard]] bool mark_dirty();
    [[nodiscard]] core::session_id id() const { return protocol_.session(); }

private:
    void on_hello(core::connect const& what) override;
    void on_command(core::any_command const& what) override;
    void on_question(core::request_id request, any_question const& what) override;
    void on_goodbye(bool keep_session) override;

    void wait_readable();
    void wait_writable();
    void on_readable();
    void take(std::string_view bytes);
    // The sink hears of the end of the conversation, once.
    void leave(bool for_good);
    void begin_closing();
    void write_out();
    void tell_stalled();
    void finish();
    void arm_watchdog(std::chrono::milliseconds time);
    void on_watchdog();

    session_environment& shared_;
    session_owner& owner_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer watchdog_; // Hello in time; the end of the linger
    wire::frame_slicer slicer_;
    session_protocol protocol_;
    bool attached_ = false; // the sink knows this connection
    bool reading_ = false;  // waits for the socket
    bool writing_ = false;  // waits for the socket
    bool dirty_ = false;    // on the sink's list
    bool stalled_ = false;  // as the sink knows it
    bool finished_ = false; // the socket is closed
    bool sent_fin_ = false;
};

} // namespace peyk::net
