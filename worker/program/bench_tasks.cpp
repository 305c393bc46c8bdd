#include "worker/program/bench_tasks.hpp"

#include "worker/program/descriptor.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

namespace peyk::program {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t disk_bytes = 1u << 20;

// Of this thread, so that it is the same work however many share the processor.
std::chrono::nanoseconds processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

std::uint64_t compute(int milliseconds) {
    auto const end = processor_time() + std::chrono::milliseconds{milliseconds};
    std::uint64_t value = 88172645463325252ULL;
    while (processor_time() < end) {
        for (int at = 0; at < 10'000; ++at) { // xorshift
            value ^= value << 13U;
            value ^= value >> 7U;
            value ^= value << 17U;
        }
    }
    return value;
}

// Writes a file, has it on the disk and removes it.
void use_disk(context& ctx, std::string const& folder) {
    auto const path = std::filesystem::path{folder} / ctx.id().to_string();
    std::vector<char> const some(disk_bytes, 'x');
    {
        descriptor const file{::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)};
        bool const written =
            file.number() >= 0 &&
            ::write(file.number(), some.data(), some.size()) == static_cast<ssize_t>(some.size()) &&
            ::fdatasync(file.number()) == 0;
        if (!written)
            throw std::runtime_error("cannot write " + path.string());
    }
    std::filesystem::remove(path);
}

tcp::endpoint loopback(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

void ask(std::uint16_t port) {
    asio::io_context here;
    tcp::socket socket{here};
    socket.connect(loopback(port));
    asio::write(socket, asio::buffer("question\n", 9));
    std::string line;
    asio::read_until(socket, asio::dynamic_buffer(line), '\n');
}

asio::awaitable<void> ask_async(std::uint16_t port) {
    tcp::socket socket{co_await asio::this_coro::executor};
    co_await socket.async_connect(loopback(port), asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer("question\n", 9), asio::use_awaitable);
    std::string line;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
}

asio::awaitable<void> sleep_async(int milliseconds) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_after(std::chrono::milliseconds{milliseconds});
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<int> nothing_async() {
    co_return 0;
}

} // namespace

void add_bench_tasks(app& to) {
    to.task("peyk.bench.empty", [] { return 0; });
    to.task("peyk.bench.empty_async", nothing_async);
    to.task("peyk.bench.compute", compute);
    to.task("peyk.bench.disk", use_disk);
    to.task("peyk.bench.network", ask);
    to.task("peyk.bench.network_async", ask_async);
    to.task("peyk.bench.sleep", [](int milliseconds) {
        std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds});
    });
    to.task("peyk.bench.sleep_async", sleep_async);
}

} // namespace peyk::program
