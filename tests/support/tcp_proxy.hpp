#pragma once
// A TCP relay on loopback, in a thread of its own, that treats what passes as bad networks do:
// connections are reset, fall silent in one direction or both, or are held up. What a client has
// sent arrives although it has gone meanwhile, as on real networks.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>

namespace peyk::test {

enum class network_fault : std::uint8_t {
    reset,        // both sides are told at once
    silence,      // what is sent vanishes, either way, and nobody is told of the other's end
    silence_up,   // the same, from clients to the server
    silence_down, // from the server to clients
    delay,        // what is sent from now on arrives late, all of it
};

[[nodiscard]] char const* to_string(network_fault value);

// Its connections go with it. Thread-safe.
class tcp_proxy {
public:
    // To the server on this port of 127.0.0.1, which need not be there yet. Throws
    // boost::system::system_error.
    explicit tcp_proxy(std::uint16_t server);
    ~tcp_proxy();
    tcp_proxy(tcp_proxy const&) = delete;
    tcp_proxy& operator=(tcp_proxy const&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const;

    // To all connections there are. `late` is how long a delay holds up.
    void strike(network_fault what, std::chrono::milliseconds late = std::chrono::milliseconds{0});
    // To the next `count` connections, from their first byte.
    void strike_next(network_fault what, int count, std::chrono::milliseconds late);
    // Resets connections that have fallen silent, so that they are made anew; the next ones are as
    // they should be.
    void heal();

private:
    class passage;
    struct blow {
        network_fault what = network_fault::reset;
        std::chrono::milliseconds late{0};
    };

    void accept();
    void accepted(boost::asio::ip::tcp::socket from_client);

    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    boost::asio::ip::tcp::endpoint server_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::set<std::shared_ptr<passage>> passages_; // the loop's, as are the two below
    blow next_blow_;
    int next_blows_ = 0;
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
