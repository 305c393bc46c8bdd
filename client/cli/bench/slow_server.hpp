#pragma once
// What tasks that wait for the network wait for: a server on the loopback that answers each line
// with itself, a while later, as many at once as there are.

#include <peyk/asio.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <thread>

namespace peyk::cli::bench {

class slow_server {
public:
    explicit slow_server(std::chrono::milliseconds pause);
    ~slow_server();
    slow_server(slow_server const&) = delete;
    slow_server& operator=(slow_server const&) = delete;

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    void accept();

    std::chrono::milliseconds pause_;
    asio::io_context loop_{1};
    asio::ip::tcp::acceptor acceptor_;
    std::jthread thread_;
};

} // namespace peyk::cli::bench
