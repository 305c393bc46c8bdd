#include "tests/torture/tasks.hpp"

#include "tests/torture/run_file.hpp"
#include <peyk/app.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

namespace peyk::test {
namespace {

using std::chrono::milliseconds;

milliseconds length_of(std::uint64_t number) {
    constexpr std::uint64_t longest = 12;
    return milliseconds{number * 7 % longest};
}

// What every task does around its work.
class attempt_at {
public:
    attempt_at(run_file& runs, context& about, std::uint64_t number)
        : runs_(runs), about_(about), number_(number),
          token_(runs.begin(about.id().to_string(), number, about.attempt())) {}

    std::string end() {
        auto const failing = about_.attempt() <= failures_planned(number_);
        if (!failing && tells_progress(number_))
            about_.progress(1, 1);
        runs_.end(token_, failing);
        if (failing)
            throw std::runtime_error{"not yet"};
        return result_of(number_, token_);
    }

private:
    run_file& runs_;
    context& about_;
    std::uint64_t number_;
    std::string token_;
};

void add_tasks(app& to, std::shared_ptr<run_file> const& runs) {
    auto const plain = [runs](context& about, std::uint64_t number) {
        attempt_at now{*runs, about, number};
        std::this_thread::sleep_for(length_of(number)); // the work itself
        return now.end();
    };
    to.task(threads_task, plain, {.pool = pool_kind::threads});
    to.task(prefork_task, plain, {.pool = pool_kind::prefork});
    to.task(async_task,
            [runs](context& about, std::uint64_t number) -> asio::awaitable<std::string> {
                attempt_at now{*runs, about, number};
                asio::steady_timer work{co_await asio::this_coro::executor, length_of(number)};
                co_await work.async_wait(asio::use_awaitable);
                co_return now.end();
            },
            {.pool = pool_kind::async});
    to.task(poison_task,
            [runs](context& about, std::uint64_t number) {
                runs->begin(about.id().to_string(), number, about.attempt());
                std::raise(SIGKILL);
            },
            {.pool = pool_kind::prefork});
}

} // namespace

std::uint32_t failures_planned(std::uint64_t number) {
    constexpr std::uint64_t one_in = 10;
    return number % one_in == 3 ? 1 : 0;
}

bool tells_progress(std::uint64_t number) {
    constexpr std::uint64_t one_in = 7;
    return number % one_in == 0;
}

std::string result_of(std::uint64_t number, std::string const& token) {
    return std::to_string(number) + ' ' + token;
}

int run_torture_worker(int argc, char const* const* argv) {
    app program{"peyk-torture-test"};
    if (char const* const file = std::getenv(run_file_variable)) {
        char const* const worker = std::getenv(worker_variable);
        add_tasks(program,
                  std::make_shared<run_file>(file, worker == nullptr ? 0 : std::atoi(worker)));
    }
    program.task(empty_task, [] {});
    program.task(empty_coroutine, []() -> asio::awaitable<void> { co_return; });
    return program.main(argc, argv);
}

} // namespace peyk::test
