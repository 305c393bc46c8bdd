#include "tests/torture/memory_run.hpp"

#include "tests/support/broker_process.hpp"
#include "tests/torture/tasks.hpp"
#include "tests/torture/torture_load.hpp"
#include "tests/torture/torture_worker.hpp"
#include <peyk/client.hpp>
#include <peyk/task_options.hpp>

#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <stdexcept>
#include <vector>

namespace peyk::test {
namespace {

constexpr std::uint64_t batch_size = 1'000;
constexpr std::size_t batches_ahead = 10;
constexpr std::chrono::seconds patience{60};

std::vector<message> make_batch(std::uint64_t count) {
    std::vector<message> batch(count);
    for (std::uint64_t at = 0; at < count; ++at) {
        batch[at].queue = torture_queue;
        batch[at].task = at % 2 == 0 ? empty_task : empty_coroutine;
        set_arguments(batch[at], {}, {});
    }
    return batch;
}

// Publishes and waits, a few batches ahead.
class empty_load {
public:
    explicit empty_load(std::string const& url) : client_(url) {}

    void run(std::uint64_t tasks) {
        while (published_ < tasks) {
            if (waiting_.size() == batches_ahead)
                await_oldest();
            publish(std::min(batch_size, tasks - published_));
        }
        while (!waiting_.empty())
            await_oldest();
    }

private:
    void publish(std::uint64_t count) {
        std::vector<message_id> ids;
        for (auto const& each : client_.publish(make_batch(count))) {
            if (each.error)
                throw std::runtime_error{"a publish is refused: " + each.error.message()};
            ids.push_back(each.id);
        }
        published_ += count;
        waiting_.push_back({ids, client_.async_wait_all(ids, patience, asio::use_future)});
    }
    void await_oldest() {
        auto oldest = std::move(waiting_.front());
        waiting_.pop_front();
        for (auto const& each : oldest.ended.get())
            if (each.state != state::success)
                throw std::runtime_error{"a task did not succeed: " + each.error.message};
        client_.forget(oldest.ids); // the broker is not what is measured
    }

    struct batch {
        std::vector<message_id> ids;
        std::future<std::vector<status>> ended;
    };

    client client_;
    std::uint64_t published_ = 0;
    std::deque<batch> waiting_;
};

} // namespace

memory_figures run_empty_tasks(memory_options const& with) {
    broker_process broker;
    broker.start();
    torture_worker worker{{.arguments = {"--url=" + broker.url(),
                                         "--pool=threads:4,async:50",
                                         "--prefetch=500",
                                         "--queues=" + std::string{torture_queue},
                                         "--loglevel=warning"},
                           .variables = {},
                           .log = broker.data().parent_path() / "worker.log"}};
    worker.start();
    memory_figures got;
    auto const begin = std::chrono::steady_clock::now();
    empty_load load{broker.url()};
    load.run(std::min(with.tasks_before, with.tasks));
    got.rss_bytes_before = worker.rss_bytes();
    load.run(with.tasks);
    got.rss_bytes_at_end = worker.rss_bytes();
    got.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (auto const status = worker.terminate(); status != 0)
        throw std::runtime_error{"the worker ended with status " + std::to_string(status)};
    return got;
}

} // namespace peyk::test
