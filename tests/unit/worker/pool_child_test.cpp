// Both ends of the socket between a worker and a process of its prefork pool, each against a test
// that plays the other one.
#include "worker/src/child_main.hpp"
#include "worker/src/pool_child.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace peyk::worker_detail {
namespace {

using namespace std::chrono_literals;
using google::protobuf::MessageLite;

delivery delivery_of(std::string const& task, std::uint64_t number) {
    delivery made;
    made.token = {1, number};
    made.task = task;
    made.content = encode(message_content{});
    return made;
}

// The test's own end.
class socket_end {
public:
    socket_end() {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
            throw std::runtime_error{"cannot make a socket"};
        own_ = ends[0];
        other_ = ends[1];
    }
    socket_end(socket_end const&) = delete;
    socket_end& operator=(socket_end const&) = delete;
    ~socket_end() { close(); }

    // Whoever takes it closes it.
    [[nodiscard]] int other() const { return other_; }

    // All of it arrives at once.
    void say(std::vector<MessageLite const*> const& all) const {
        std::string bytes;
        for (auto const* const each : all) {
            wire::append_frame_header(bytes, each->ByteSizeLong());
            each->AppendToString(&bytes);
        }
        ASSERT_EQ(::send(own_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    // The next frame; false: the other end has closed, or with MSG_DONTWAIT: nothing is there.
    bool hear(MessageLite& to, int flags = 0) {
        while (true) {
            if (auto const frame = frames_.next().value())
                return to.ParseFromArray(frame->data(), static_cast<int>(frame->size()));
            auto const room = frames_.prepare();
            auto const bytes = ::recv(own_, room.data(), room.size(), flags);
            if (bytes <= 0)
                return false;
            frames_.commit(static_cast<std::size_t>(bytes));
        }
    }
    void close() {
        if (own_ >= 0)
            ::close(own_);
        own_ = -1;
    }

private:
    int own_ = -1;
    int other_ = -1;
    wire::frame_reader frames_{pool_link::frame_max};
};

// A child leaves signals to its worker; this program wants them back.
class kept_signals {
public:
    kept_signals() {
        for (std::size_t at = 0; at < numbers.size(); ++at)
            ::sigaction(numbers[at], nullptr, &before_[at]);
    }
    kept_signals(kept_signals const&) = delete;
    kept_signals& operator=(kept_signals const&) = delete;
    ~kept_signals() {
        for (std::size_t at = 0; at < numbers.size(); ++at)
            ::sigaction(numbers[at], &before_[at], nullptr);
    }

private:
    static constexpr std::array<int, 3> numbers{SIGINT, SIGTERM, SIGQUIT};
    std::array<struct sigaction, 3> before_{};
};

TEST(PoolChild, HearsAStopThatComesRightBehindItsTask) {
    kept_signals const kept;
    task_registry tasks;
    tasks.add("waits", [](context& about) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock{mutex};
        never.wait_for(lock, about.stop_token(), 2s, [] { return false; });
        return about.cancelled();
    });
    worker_options const options;
    socket_end worker;
    std::thread child{[&] {
        run_as_child(tasks, options, worker.other());
    }};
    pool_wire::FromChild said;
    EXPECT_TRUE(worker.hear(said) && said.has_ready());
    pool_wire::ToChild run;
    write(*run.mutable_run(), delivery_of("waits", 1));
    pool_wire::ToChild stop;
    stop.mutable_stop();
    worker.say({&run, &stop});
    EXPECT_TRUE(worker.hear(said) && said.has_ended());
    EXPECT_EQ(said.ended().success().result(), "true");
    worker.close();
    child.join();
}

// A report of the first attempt makes somebody stop it, at the very moment when it ends.
class stopping_route final : public report_route {
public:
    explicit stopping_route(std::stop_source& of) : of_(of) {}
    void send(delivery_token, task_report, std::function<void(error_code)>) override {
        of_.request_stop();
    }

private:
    std::stop_source& of_;
};

TEST(PoolChild, AStopThatComesTooLateIsNotForTheNextTask) {
    auto made = spawn_child({"/bin/sleep", "sleep", "60"}).value();
    socket_end played; // the part of the process, which only has to be there
    ::close(made.socket);
    made.socket = played.other();
    asio::io_context loop{1};
    auto const child = std::make_shared<pool_child>(loop.get_executor(), made);
    std::stop_source stop;
    stopping_route route{stop};
    context const first{{.from = delivery_of("t", 1), .stop = stop.get_token()}};
    context const second{{.from = delivery_of("t", 2)}};
    auto const both = [&]() -> asio::awaitable<void> {
        co_await child->run(first, route);
        co_await child->run(second, route);
    };
    asio::co_spawn(loop, both, asio::detached);
    pool_wire::FromChild report;
    report.mutable_report()->set_log("a line\n");
    pool_wire::FromChild end;
    end.mutable_ended()->mutable_success()->set_result("1");
    played.say({&report, &end});
    loop.poll(); // the second one runs, and whatever was asked about the first one is sent
    pool_wire::ToChild told;
    for (std::uint64_t const number : {1, 2}) {
        ASSERT_TRUE(played.hear(told, MSG_DONTWAIT) && told.has_run());
        EXPECT_EQ(told.run().number(), number);
    }
    EXPECT_FALSE(played.hear(told, MSG_DONTWAIT)) << "a stop of another task";
    played.say({&end});
    loop.run();
    child->kill();
    ::waitpid(made.pid, nullptr, 0);
}

} // namespace
} // namespace peyk::worker_detail
