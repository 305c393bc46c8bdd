#pragma once
// Accepts connections and counts them. Over the limit a connection is told so and closed; when the
// process has no file descriptors left, a spare one is used to refuse, and accepting pauses.

#include "broker/net/session.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <unordered_set>

namespace peyk::net {

struct listener_options {
    boost::asio::ip::tcp::endpoint endpoint;
    std::size_t connections_max = 10'000;
};

class listener final : public session_owner {
public:
    // Binds and listens; throws boost::system::system_error if that cannot be done.
    listener(boost::asio::io_context& loop,
             session_environment& shared,
             listener_options const& options);
    ~listener();

    void start();
    // Accepts no more. The connections stay.
    void stop();

    // Says Goodbye to every client; `done` is called when the last connection is gone.
    void shut_down_sessions(std::function<void()> done);

    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;
    [[nodiscard]] std::size_t connections() const { return sessions_.size(); }

private:
    void finished(session& which) override;
    void accept();
    void on_accept(boost::system::error_code ec, boost::asio::ip::tcp::socket socket);
    void refuse(boost::asio::ip::tcp::socket socket);
    void refuse_with_spare();
    void open_spare();

    session_environment& shared_;
    boost::asio::io_context& loop_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::size_t connections_max_;
    int spare_ = -1; // a descriptor to give up when there are no others
    std::chrono::steady_clock::time_point warn_again_at_{}; // that there are no others
    std::unordered_set<session*> sessions_;
    std::function<void()> on_empty_;
};

} // namespace peyk::net
