#include "broker/net/listener.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace peyk::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// After a failed accept: long enough not to spin, short enough that nobody gives up connecting.
constexpr std::chrono::milliseconds accept_pause{100};

// Being out of file descriptors is said once in so long.
constexpr std::chrono::minutes warn_pause{1};

bool out_of_descriptors(error_code ec) {
    return ec == asio::error::no_descriptors ||
           ec == boost::system::errc::too_many_files_open_in_system;
}

} // namespace

listener::listener(asio::io_context& loop,
                   session_environment& shared,
                   listener_options const& options)
    : shared_(shared), loop_(loop), acceptor_(loop), pause_(loop),
      connections_max_(options.connections_max) {
    acceptor_.open(options.endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(options.endpoint);
    acceptor_.listen();
    acceptor_.non_blocking(true);
    open_spare();
}

listener::~listener() {
    if (spare_ >= 0)
        ::close(spare_);
}

void listener::open_spare() {
    spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

asio::ip::tcp::endpoint listener::endpoint() const {
    return acceptor_.local_endpoint();
}

void listener::start() {
    accept();
}

void listener::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

void listener::accept() {
    acceptor_.async_accept(loop_, [this](error_code ec, asio::ip::tcp::socket socket) {
        on_accept(ec, std::move(socket));
    });
}

void listener::on_accept(error_code ec, asio::ip::tcp::socket socket) {
    if (ec == asio::error::operation_aborted || !acceptor_.is_open())
        return;
    if (!ec) {
        if (sessions_.size() >= connections_max_) {
            refuse(std::move(socket));
        } else {
            auto const fresh = std::make_shared<session>(std::move(socket), shared_, *this);
            sessions_.insert(fresh.get());
            fresh->start();
        }
        accept();
        return;
    }
    if (out_of_descriptors(ec))
        refuse_with_spare();
    else
        spdlog::debug("accept: {}", ec.message());
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](error_code cancelled) {
        if (!cancelled && acceptor_.is_open())
            accept();
    });
}

// The frame fits the empty buffer of a fresh socket, so nothing has to wait for it.
void listener::refuse(asio::ip::tcp::socket socket) {
    problem why;
    why.session = errc::too_many_connections;
    std::string frame;
    append_problem(frame, core::request_id{}, why);
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(frame), ignored);
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    // Reading what has arrived (a Hello) keeps the kernel from resetting the connection under the
    // frame. A client that sends more is reset.
    std::array<char, 4096> room;
    socket.read_some(asio::buffer(room), ignored);
    spdlog::debug("connection refused: {} are open", sessions_.size());
}

void listener::refuse_with_spare() {
    if (auto const now = std::chrono::steady_clock::now(); now >= warn_again_at_) {
        warn_again_at_ = now + warn_pause;
        spdlog::warn("out of file descriptors with {} connections; raise the limit (ulimit -n) or "
                     "lower limits.connections_max",
                     sessions_.size());
    }
    if (spare_ < 0)
        return;
    ::close(spare_);
    error_code ec;
    auto socket = acceptor_.accept(loop_, ec);
    if (!ec)
        refuse(std::move(socket));
    open_spare();
}

void listener::finished(session& which) {
    sessions_.erase(&which);
    if (sessions_.empty() && on_empty_)
        std::exchange(on_empty_, nullptr)();
}

void listener::shut_down_sessions(std::function<void()> done) {
    if (sessions_.empty()) {
        done();
        return;
    }
    on_empty_ = std::move(done);
    for (auto* each : std::vector<session*>(sessions_.begin(), sessions_.end()))
        each->shut_down();
}

} // namespace peyk::net
