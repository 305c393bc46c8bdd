#include "client/cli/bench/slow_server.hpp"

#include <peyk/error.hpp>

#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <string>
#include <utility>

namespace peyk::cli::bench {
namespace {

constexpr std::size_t line_bytes_max = 100;

// One question and its answer; the end of the object closes the connection.
class slow_answer : public std::enable_shared_from_this<slow_answer> {
public:
    explicit slow_answer(asio::ip::tcp::socket of)
        : socket_(std::move(of)), timer_(socket_.get_executor()) {}

    void begin(std::chrono::milliseconds pause) {
        asio::async_read_until(socket_,
                               asio::dynamic_buffer(line_, line_bytes_max),
                               '\n',
                               [self = shared_from_this(), pause](error_code error, std::size_t) {
                                   if (!error)
                                       self->wait(pause);
                               });
    }

private:
    void wait(std::chrono::milliseconds pause) {
        timer_.expires_after(pause);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error)
                self->answer();
        });
    }
    void answer() {
        asio::async_write(
            socket_, asio::buffer(line_), [self = shared_from_this()](error_code, std::size_t) {});
    }

    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    std::string line_;
};

} // namespace

slow_server::slow_server(std::chrono::milliseconds pause)
    : pause_(pause), acceptor_(loop_, {asio::ip::address_v4::loopback(), 0}) {
    accept();
    thread_ = std::jthread{[this] {
        loop_.run();
    }};
}

slow_server::~slow_server() {
    loop_.stop();
}

void slow_server::accept() {
    acceptor_.async_accept([this](error_code error, asio::ip::tcp::socket with) {
        if (!error)
            std::make_shared<slow_answer>(std::move(with))->begin(pause_);
        accept();
    });
}

} // namespace peyk::cli::bench
