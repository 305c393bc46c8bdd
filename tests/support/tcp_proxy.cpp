#include "tests/support/tcp_proxy.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <utility>
#include <vector>

namespace peyk::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t room_bytes = 64u << 10;

} // namespace

char const* to_string(network_fault value) {
    switch (value) {
    case network_fault::reset:
        return "reset";
    case network_fault::silence:
        return "silence";
    case network_fault::silence_up:
        return "silence up";
    case network_fault::silence_down:
        return "silence down";
    case network_fault::delay:
        break;
    }
    return "delay";
}

// One connection of a client and the one made for it to the server.
class tcp_proxy::passage : public std::enable_shared_from_this<passage> {
public:
    passage(tcp::socket from_client, std::function<void(std::shared_ptr<passage>)> on_end)
        : client_(std::move(from_client)),
          server_(client_.get_executor()), up_{client_,
                                               server_,
                                               steady_clock::now(),
                                               asio::steady_timer{client_.get_executor()}},
          down_{server_, client_, steady_clock::now(), asio::steady_timer{client_.get_executor()}},
          on_end_(std::move(on_end)) {}

    void start(tcp::endpoint const& server) {
        server_.async_connect(server, [self = shared_from_this()](error_code error) {
            if (error)
                return self->reset();
            error_code ignored;
            self->client_.set_option(tcp::no_delay{true}, ignored);
            self->server_.set_option(tcp::no_delay{true}, ignored);
            self->relay(self->up_);
            self->relay(self->down_);
        });
    }

    void strike(blow with) {
        switch (with.what) {
        case network_fault::reset:
            return reset();
        case network_fault::silence:
            up_.silent = down_.silent = true;
            return;
        case network_fault::silence_up:
            up_.silent = true;
            return;
        case network_fault::silence_down:
            down_.silent = true;
            return;
        case network_fault::delay:
            up_.open_at = down_.open_at = steady_clock::now() + with.late;
            return;
        }
    }

    // Also what is held up is lost.
    void reset() {
        for (auto* const each : {&client_, &server_}) {
            error_code ignored;
            each->set_option(asio::socket_base::linger{true, 0}, ignored);
            each->close(ignored);
        }
        up_.held_up.cancel();
        down_.held_up.cancel();
        if (on_end_)
            std::exchange(on_end_, {})(shared_from_this());
    }

    [[nodiscard]] bool is_silent() const { return up_.silent || down_.silent; }

private:
    struct way {
        tcp::socket& from;
        tcp::socket& to;
        steady_clock::time_point open_at; // nothing passes before
        asio::steady_timer held_up;
        bool silent = false;
        bool ended = false;
        std::vector<char> room = std::vector<char>(room_bytes);
    };

    void relay(way& of) {
        asio::co_spawn(client_.get_executor(),
                       pass(of),
                       [self = shared_from_this(), &of](std::exception_ptr, error_code why) {
                           self->ended(of, why);
                       });
    }

    // Until the sender ends; why. The sender's end is held up like all it has sent.
    asio::awaitable<error_code> pass(way& of) {
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        for (;;) {
            auto const bytes = co_await of.from.async_read_some(asio::buffer(of.room), token);
            auto const why = error;
            if (of.open_at > steady_clock::now()) {
                of.held_up.expires_at(of.open_at);
                co_await of.held_up.async_wait(token);
            }
            if (why)
                co_return why;
            if (!of.silent)
                co_await asio::async_write(of.to, asio::buffer(of.room, bytes), token);
            if (error && !of.silent)
                co_return error;
        }
    }

    void ended(way& of, error_code why) {
        of.ended = true;
        error_code ignored;
        if (up_.ended && down_.ended)
            reset();
        else if (!of.silent && why == asio::error::eof)
            of.to.shutdown(tcp::socket::shutdown_send, ignored);
        else if (!of.silent)
            reset();
    }

    tcp::socket client_;
    tcp::socket server_;
    way up_;
    way down_;
    std::function<void(std::shared_ptr<passage>)> on_end_;
};

tcp_proxy::tcp_proxy(std::uint16_t server)
    : guard_(loop_.get_executor()), server_(asio::ip::address_v4::loopback(), server),
      acceptor_(loop_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()) {
    accept();
    thread_ = std::thread{[this] {
        loop_.run();
    }};
}

tcp_proxy::~tcp_proxy() {
    loop_.stop();
    thread_.join();
}

std::string tcp_proxy::url() const {
    return "peyk://127.0.0.1:" + std::to_string(port_);
}

void tcp_proxy::strike(network_fault what, std::chrono::milliseconds late) {
    asio::post(loop_, [this, with = blow{what, late}] {
        for (auto const& each : std::set{passages_}) // it may end by this
            each->strike(with);
    });
}

void tcp_proxy::strike_next(network_fault what, int count, std::chrono::milliseconds late) {
    asio::post(loop_, [this, count, with = blow{what, late}] {
        next_blow_ = with;
        next_blows_ = count;
    });
}

void tcp_proxy::heal() {
    asio::post(loop_, [this] {
        next_blows_ = 0;
        for (auto const& each : std::set{passages_})
            if (each->is_silent())
                each->reset();
    });
}

void tcp_proxy::accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket from_client) {
        if (error)
            return;
        accepted(std::move(from_client));
        accept();
    });
}

void tcp_proxy::accepted(tcp::socket from_client) {
    auto const made = std::make_shared<passage>(
        std::move(from_client),
        [this](std::shared_ptr<passage> const& ended) { passages_.erase(ended); });
    passages_.insert(made);
    made->start(server_);
    if (next_blows_ > 0) {
        --next_blows_;
        made->strike(next_blow_);
    }
}

} // namespace peyk::test
