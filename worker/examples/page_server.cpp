#include "worker/examples/page_server.hpp"

#include "worker/examples/slow_work.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

namespace example {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::chrono::seconds patience{30};

struct site {
    page_server_options options;
    std::set<std::uint64_t> asked; // pages that were busy once
};

std::optional<std::uint64_t> page_number(std::string_view target, site const& of) {
    constexpr std::string_view prefix = "/page/";
    if (!target.starts_with(prefix))
        return std::nullopt;
    target.remove_prefix(prefix.size());
    std::uint64_t number = 0;
    auto const read = std::from_chars(target.data(), target.data() + target.size(), number);
    bool const whole = read.ec == std::errc{} && read.ptr == target.data() + target.size();
    return whole && number < of.options.pages ? std::optional{number} : std::nullopt;
}

bool is_busy(std::uint64_t number, site& of) {
    auto const every = of.options.busy_every;
    return every != 0 && number % every == every - 1 && of.asked.insert(number).second;
}

http::response<http::string_body> answer(std::string_view target, site& of) {
    http::response<http::string_body> response{http::status::ok, 11};
    response.set(http::field::content_type, "text/html");
    response.keep_alive(false);
    if (auto const number = page_number(target, of); !number)
        response.result(http::status::not_found);
    else if (is_busy(*number, of))
        response.result(http::status::service_unavailable);
    else
        response.body() = page_text(*number);
    response.prepare_payload();
    return response;
}

asio::awaitable<void> serve_one(tcp::socket socket, site& of) {
    boost::beast::tcp_stream stream{std::move(socket)};
    stream.expires_after(patience);
    boost::beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    boost::system::error_code error;
    co_await http::async_read(
        stream, buffer, request, asio::redirect_error(asio::use_awaitable, error));
    if (error)
        co_return;
    asio::steady_timer delay{stream.get_executor(), of.options.delay};
    co_await delay.async_wait(asio::use_awaitable);
    auto const target = request.target();
    auto const response = answer({target.data(), target.size()}, of);
    co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, site& of) {
    while (true) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve_one(std::move(socket), of), asio::detached);
    }
}

// Written under another name first, so that whoever waits for it never reads half a number.
void write_port(std::string const& path, std::uint16_t port) {
    auto const draft = path + ".draft";
    {
        std::ofstream file{draft};
        file << port << '\n';
        if (!file.flush())
            throw std::runtime_error(draft + " cannot be written");
    }
    std::filesystem::rename(draft, path);
}

} // namespace

void serve_pages(page_server_options const& options) {
    asio::io_context loop{1};
    site served{.options = options, .asked = {}};
    tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code, int) { loop.stop(); });
    asio::co_spawn(loop, accept_all(acceptor, served), asio::detached);
    auto const port = acceptor.local_endpoint().port();
    std::cout << "serving " << options.pages << " pages at http://127.0.0.1:" << port << "/page/N\n"
              << std::flush;
    if (!options.port_file.empty())
        write_port(options.port_file, port);
    loop.run();
}

} // namespace example
