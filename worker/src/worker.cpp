#include "worker/src/lifecycle.hpp"
#include "worker/src/pool_plan.hpp"
#include "worker/src/processor.hpp"
#include "worker/src/remote_control.hpp"
#include "worker/src/worker_log.hpp"
#include <peyk/worker.hpp>

#include <boost/algorithm/string/join.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace peyk {

namespace {

// Enough to keep a network busy; what they hold is in the broker's care all the same.
constexpr std::uint32_t coroutines_default = 1'000;

std::uint32_t size_of(pool_share const& share) {
    if (share.pool == pool_kind::solo)
        return 1;
    if (share.concurrency > 0)
        return share.concurrency;
    if (share.pool == pool_kind::async)
        return coroutines_default;
    return std::max(1U, std::thread::hardware_concurrency());
}

} // namespace

char const* to_string(pool_kind pool) {
    switch (pool) {
    case pool_kind::solo:
        return "solo";
    case pool_kind::threads:
        return "threads";
    case pool_kind::prefork:
        return "prefork";
    case pool_kind::async:
        break;
    }
    return "async";
}

std::vector<pool_share> effective_pools(worker_options const& options) {
    auto pools = options.pools;
    if (pools.empty())
        pools.push_back({options.pool, options.concurrency});
    if (options.autoscale)
        pools.front().concurrency = options.autoscale->least;
    for (auto& each : pools)
        each.concurrency = size_of(each);
    return pools;
}

namespace {

void check_pools(worker_options const& options) {
    for (auto each = options.pools.begin(); each != options.pools.end(); ++each)
        if (std::find_if(std::next(each), options.pools.end(), [&](pool_share const& other) {
                return other.pool == each->pool;
            }) != options.pools.end())
            throw std::invalid_argument("the pool " + std::string{to_string(each->pool)} +
                                        " is there twice");
    auto const pools = effective_pools(options);
    if (auto const& range = options.autoscale) {
        if (pools.front().pool == pool_kind::solo)
            throw std::invalid_argument("the solo pool has one slot, always: no autoscale");
        if (range->least == 0 || range->most < range->least)
            throw std::invalid_argument("autoscale: at least 1, and the most no less than that");
    }
    if (options.children.command.empty() && std::ranges::any_of(pools, [](auto const& each) {
            return each.pool == pool_kind::prefork;
        }))
        throw std::invalid_argument("the prefork pool begins processes of this program: run the "
                                    "worker by app::main(), or name the command of the children");
}

worker_options checked(task_registry const& registry, worker_options options) {
    if (registry.tasks().empty())
        throw std::invalid_argument("a worker without tasks would wait for ever: register one");
    if (options.queues.empty())
        throw std::invalid_argument("a worker needs a queue");
    auto const& limits = options.time_limits;
    if (auto const why = mistake_in_limits(limits.soft, limits.hard); !why.empty())
        throw std::invalid_argument("time limits: " + std::string{why});
    check_pools(options);
    worker_detail::set_log_level(options.log_level);
    for (auto const kind : worker_detail::pools_without_tasks(registry, options))
        worker_detail::log_warn("no task runs in the pool {}: it is left out", to_string(kind));
    options.connection.tasks = registry.names();
    return options;
}

} // namespace

// Two threads and the pool's: the one that calls run() belongs to the pool, the other one runs the
// loop, which is the client's thread and the only one to touch processor and lifecycle.
class worker_runtime {
public:
    worker_runtime(task_registry const& registry, worker_options options)
        : options_(checked(registry, std::move(options))), guard_(loop_.get_executor()),
          client_(loop_.get_executor(), options_.connection),
          works_(registry,
                 options_,
                 client_,
                 {.idle = [this] { life_.work_is_idle(); },
                  .refused =
                      [this](std::string why) {
                          refused(std::move(why));
                      }}),
          life_(loop_, works_, client_, options_),
          control_(loop_, works_, life_, client_, options_) {
        life_.on_ended([this](worker_end how) { ended(how); });
    }

    // A destructor, and not run() alone, for the worker that never ran.
    ~worker_runtime() { leave_loop(); }
    worker_runtime(worker_runtime const&) = delete;
    worker_runtime& operator=(worker_runtime const&) = delete;

    void stop_on_signals() { life_.watch_signals(); }
    void on_abandoned(std::function<void()> what) { on_abandoned_ = std::move(what); }

    worker_end run() {
        announce();
        asio::post(loop_, [this] {
            works_.start();
            control_.start();
        });
        greet();
        thread_ = std::thread{[this] {
            loop_.run();
        }};
        works_.run();
        leave_loop();
        worker_detail::log_info("stopped");
        return how_;
    }

    void stop() {
        asio::post(loop_, [this] { life_.stop("asked to"); });
    }
    void stop_now() {
        asio::post(loop_, [this] { life_.stop_now("asked to"); });
    }
    [[nodiscard]] std::string const& failure() const { return failure_; }

private:
    void announce() const {
        worker_detail::log_info("peyk worker {}", client_.options().name);
        worker_detail::log_info("  broker       {}", options_.connection.url);
        worker_detail::log_info("  pool         {}", works_.pool_text());
        worker_detail::log_info("  concurrency  {}", works_.slots());
        worker_detail::log_info("  queues       {}", boost::algorithm::join(options_.queues, ", "));
        worker_detail::log_info("  tasks        {}",
                                boost::algorithm::join(options_.connection.tasks, ", "));
    }

    void greet() {
        client_.on_connection([this, lost = false](error_code error) mutable {
            if (error)
                worker_detail::log_warn(
                    "the broker is gone ({}); what runs goes on, connecting again",
                    error.message());
            else if (lost)
                worker_detail::log_info("connected again");
            lost = static_cast<bool>(error);
        });
        client_.async_ready([this](error_code error) {
            if (!error)
                worker_detail::log_info("ready");
            else if (error != errc::closed)
                worker_detail::log_warn("no broker at {} yet ({}), still trying",
                                        options_.connection.url,
                                        error.message());
        });
    }

    void refused(std::string why) {
        if (failure_.empty()) {
            failure_ = std::move(why);
            worker_detail::log_error("the broker refused this worker: {}", failure_);
        }
        life_.refused();
    }

    void ended(worker_end how) {
        how_ = how;
        control_.stop();
        if (how == worker_end::abandoned && on_abandoned_)
            on_abandoned_();
        works_.stop();
    }

    void leave_loop() {
        if (!thread_.joinable())
            return;
        // What is left are attempts that do not count any more; nothing waits for their answers.
        loop_.stop();
        thread_.join();
    }

    worker_options options_;
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    client client_;
    worker_detail::processor works_;
    worker_detail::lifecycle life_;
    worker_detail::remote_control control_;
    std::function<void()> on_abandoned_;
    std::thread thread_;
    std::string failure_;
    worker_end how_ = worker_end::drained;
};

worker::worker(task_registry const& registry, worker_options options)
    : runtime_(std::make_unique<worker_runtime>(registry, std::move(options))) {}
worker::~worker() = default;

void worker::stop_on_signals() {
    runtime_->stop_on_signals();
}

void worker::on_abandoned(std::function<void()> what) {
    runtime_->on_abandoned(std::move(what));
}

worker_end worker::run() {
    return runtime_->run();
}

void worker::stop() {
    runtime_->stop();
}

void worker::stop_now() {
    runtime_->stop_now();
}

std::string worker::failure() const {
    return runtime_->failure();
}

} // namespace peyk
