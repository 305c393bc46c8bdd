// A shared library with tasks: `peyk-worker -A ./libmodule_tasks.so --pool=solo`.

#include <peyk/module.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string>

namespace {

namespace asio = boost::asio;

int add(int a, int b) {
    return a + b;
}

// A coroutine, for --pool=async.
asio::awaitable<std::string> nap(int milliseconds) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_after(std::chrono::milliseconds{milliseconds});
    co_await timer.async_wait(asio::use_awaitable);
    co_return "rested";
}

} // namespace

PEYK_TASKS(app) {
    app.task("tasks.add", add, {.args = {"a", "b"}, .max_retries = 3});
    app.task("tasks.nap", nap);
    app.task("tasks.refuse", [](peyk::context& ctx) {
        ctx.log("as it was asked to");
        throw peyk::permanent_error("never");
    });
}
