#include "worker/examples/slow_work.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string_view>

namespace example {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::chrono::seconds patience{10};

struct address {
    std::string host;
    std::string port;
    std::string path;
};

address parse(std::string const& url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme))
        throw std::runtime_error(url + " does not begin with http://");
    auto const rest = url.substr(scheme.size());
    auto const slash = rest.find('/');
    auto const authority = rest.substr(0, slash);
    auto const colon = authority.find(':');
    return {.host = authority.substr(0, colon),
            .port = colon == std::string::npos ? "80" : authority.substr(colon + 1),
            .path = slash == std::string::npos ? "/" : rest.substr(slash)};
}

asio::awaitable<http::response<http::string_body>> get(address from) {
    auto const executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver resolver{executor};
    boost::beast::tcp_stream stream{executor};
    stream.expires_after(patience);
    auto const found = co_await resolver.async_resolve(from.host, from.port, asio::use_awaitable);
    co_await stream.async_connect(found, asio::use_awaitable);
    http::request<http::empty_body> request{http::verb::get, from.path, 11};
    request.set(http::field::host, from.host);
    request.keep_alive(false);
    co_await http::async_write(stream, request, asio::use_awaitable);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    co_await http::async_read(stream, buffer, response, asio::use_awaitable);
    co_return response;
}

} // namespace

page fetch_page(std::string const& url) {
    asio::io_context loop;
    std::exception_ptr failure;
    http::response<http::string_body> response;
    asio::co_spawn(loop,
                   get(parse(url)),
                   [&](std::exception_ptr thrown, http::response<http::string_body> got) {
                       failure = std::move(thrown);
                       response = std::move(got);
                   });
    loop.run();
    if (failure)
        std::rethrow_exception(failure);
    if (response.result() != http::status::ok)
        throw std::runtime_error(url + " answered " + std::to_string(response.result_int()));
    return {.bytes = response.body().size(), .hash = hash_text(response.body())};
}

} // namespace example
