#include "worker/src/child_main.hpp"

#include "worker/src/attempt_reports.hpp"
#include "worker/src/pool_format.hpp"
#include "worker/src/pool_link.hpp"
#include "worker/src/report_route.hpp"
#include "worker/src/resident_memory.hpp"
#include "worker/src/spawned_child.hpp"
#include "worker/src/task_call.hpp"
#include <peyk/client.hpp>
#include <peyk/context.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace peyk::worker_detail {
namespace {

// The worker says when to stop. A handler, and not SIG_IGN, which programs begun by a task would
// inherit.
void leave_signals_to_the_worker() {
    struct sigaction quiet {};
    quiet.sa_handler = [](int) {
    };
    quiet.sa_flags = SA_RESTART;
    for (int const each : {SIGINT, SIGTERM, SIGQUIT})
        ::sigaction(each, &quiet, nullptr);
}

// The attempt that runs, as the thread of the socket may touch it.
struct current_attempt {
    std::stop_source stop;
    std::shared_ptr<std::atomic<bool>> soft_limit_over = std::make_shared<std::atomic<bool>>(false);
};

// What no broker takes is refused here: the worker would take a frame too large for the end of this
// process, and the task for one that crashes.
outcome sendable(outcome ended) {
    auto const* const success = std::get_if<verdict::success>(&ended);
    if (success == nullptr || success->result.size() <= wire::frame_bytes_max)
        return ended;
    return verdict::failure{.error = {.type = "peyk::result_too_large",
                                      .message = "the result is larger than any broker takes",
                                      .trace = {}},
                            .permanent = true};
}

// Two threads: the one that calls run() runs tasks, the other one belongs to the socket.
class child_runtime final : public report_route {
public:
    child_runtime(task_registry const& registry, worker_options const& options, int socket)
        : registry_(registry), options_(options), guard_(loop_.get_executor()),
          link_(std::make_shared<pool_link>(loop_.get_executor(), socket)),
          publisher_([this] { return publisher(); }) {}
    ~child_runtime() override {
        loop_.stop();
        if (thread_.joinable())
            thread_.join();
    }

    int run() {
        asio::co_spawn(loop_, listen(), asio::detached);
        thread_ = std::thread{[this] {
            loop_.run();
        }};
        pool_wire::FromChild ready;
        ready.mutable_ready();
        say(std::move(ready));
        while (auto what = next()) {
            pool_wire::FromChild end;
            write(*end.mutable_ended(), sendable(run_one(std::move(*what))));
            end.mutable_ended()->set_rss_bytes(resident_bytes());
            one_ended(); // before the worker may send the next
            say(std::move(end));
        }
        return EXIT_SUCCESS;
    }

    void send(delivery_token, task_report what, std::function<void(error_code)> answered) override {
        pool_wire::FromChild report;
        write(*report.mutable_report(), what);
        asio::post(loop_,
                   [this, report = std::move(report), answered = std::move(answered)]() mutable {
                       answered_ = std::move(answered);
                       link_->send(report);
                   });
    }

private:
    void say(pool_wire::FromChild what) {
        asio::post(loop_, [this, what = std::move(what)] { link_->send(what); });
    }

    asio::awaitable<void> listen() {
        pool_wire::ToChild told;
        while (co_await link_->receive(told)) {
            if (told.has_run())
                begin(read(std::move(*told.mutable_run())));
            else if (told.has_stop())
                request_stop(told.stop().soft_limit_over());
            else if (answered_)
                std::exchange(answered_, {})({});
        }
        leave();
    }

    void begin(delivery what) {
        std::lock_guard const lock{mutex_};
        waiting_ = std::move(what);
        current_ = std::make_shared<current_attempt>(); // a stop may be right behind it
        changed_.notify_one();
    }

    void one_ended() {
        std::lock_guard const lock{mutex_};
        current_.reset();
    }

    void request_stop(bool soft_limit_over) {
        std::shared_ptr<current_attempt> now;
        {
            std::lock_guard const lock{mutex_};
            now = current_;
        }
        if (!now)
            return;
        if (soft_limit_over)
            *now->soft_limit_over = true;
        now->stop.request_stop();
    }

    // The worker is gone, or has no more use for this process.
    void leave() {
        std::lock_guard const lock{mutex_};
        if (current_)
            std::_Exit(EXIT_FAILURE); // nobody counts what it would end as
        is_over_ = true;
        changed_.notify_one();
    }

    std::optional<delivery> next() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return waiting_ || is_over_; });
        if (!waiting_)
            return std::nullopt;
        return std::exchange(waiting_, std::nullopt);
    }

    outcome run_one(delivery what) {
        auto const& task = *registry_.find(what.task); // the same program: the worker has it, too
        auto const token = what.token;
        auto content = what.decode();
        auto const reports = std::make_shared<attempt_reports>(*this, loop_.get_executor(), token);
        context::parts of{.from = std::move(what),
                          .content = std::move(content.value()),
                          .max_retries = 0,
                          .through = &publisher_,
                          .stop = current_->stop.get_token(),
                          .reports = reports,
                          .soft_limit_over = current_->soft_limit_over};
        of.max_retries =
            of.from.max_retries > 0 ? of.from.max_retries : task.settings.retries().max_retries;
        context with{std::move(of)};
        auto ended = call_task(registry_, task, with);
        reports->finish(true);
        return ended;
    }

    // Most tasks publish nothing: a connection is made for the first that does.
    client publisher() {
        std::lock_guard const lock{mutex_};
        if (!client_) {
            auto connection = options_.connection;
            connection.tasks.clear();
            client_.emplace(std::move(connection));
        }
        return *client_;
    }

    task_registry const& registry_;
    worker_options const& options_;
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::shared_ptr<pool_link> link_;          // of the loop's thread, as the next one
    std::function<void(error_code)> answered_; // hears of the report that is under way
    std::function<client()> publisher_;
    std::thread thread_;
    std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    std::optional<delivery> waiting_;
    std::shared_ptr<current_attempt> current_;
    std::optional<client> client_;
    bool is_over_ = false;
};

} // namespace

std::optional<int> socket_to_worker() {
    char const* const number = std::getenv(child_socket_variable);
    if (number == nullptr)
        return std::nullopt;
    ::unsetenv(child_socket_variable);
    return std::atoi(number);
}

int run_as_child(task_registry const& registry, worker_options const& options, int socket) {
    leave_signals_to_the_worker();
    return child_runtime{registry, options, socket}.run();
}

} // namespace peyk::worker_detail
