#pragma once
// One connection of the load: opens a session, sends what is appended to it in as few writes as
// possible and hands over the answers. Everything runs on the thread that runs the io_context.

#include "client/cli/bench/wire_frame.hpp"
#include "proto/frame_codec.hpp"
#include <peyk/asio.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <string>

namespace peyk::cli::bench {

struct address {
    std::string host;
    std::string port;
};

// Of "peyk://host:port"; the first of several. Throws failure(usage).
[[nodiscard]] address parse_address(std::string_view url);

struct session_limits {
    std::uint32_t publish_batch_max = 0;
    std::uint32_t in_flight_max = 0;
    std::uint32_t credit_max = 0;
};

// Its errors are exceptions of type failure, thrown out of io_context::run().
class link {
public:
    using answer_taker = std::function<void(answer const&)>;

    // Connects and says Hello; returns when the broker has welcomed it.
    link(asio::io_context& context, address const& broker, std::string const& name);
    link(link const&) = delete;
    link& operator=(link const&) = delete;

    // From now on every answer that is not about the connection itself goes to `taker`.
    void start(answer_taker taker);

    // Append frames to this, then call flush(). What is appended in one turn leaves in one write.
    [[nodiscard]] std::string& output() { return output_; }
    void flush();

    [[nodiscard]] std::uint64_t next_request() { return ++request_; }
    [[nodiscard]] session_limits const& limits() const { return limits_; }

    // Ends the session and waits for the broker to close the connection. The io_context must not
    // run again: what it has queued for this link dies with it.
    void close();

private:
    void open(std::string const& name);
    void write_now(std::string const& bytes);
    void read();
    void take(std::size_t bytes);
    void write();
    void beat();
    [[nodiscard]] bool take_own(answer const& got);

    asio::io_context& context_;
    asio::ip::tcp::socket socket_;
    asio::steady_timer heartbeat_timer_;
    std::chrono::milliseconds heartbeat_{0};
    session_limits limits_;
    wire::frame_reader reader_;
    answer_taker taker_;
    std::uint64_t request_ = 0;
    std::string output_; // grows until the write before it has ended
    std::string writing_;
    std::size_t written_ = 0; // of writing_
    bool is_waiting_ = false; // for room in the socket
    bool flush_posted_ = false;
};

} // namespace peyk::cli::bench
