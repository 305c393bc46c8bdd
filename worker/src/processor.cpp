#include "worker/src/processor.hpp"

#include "worker/src/worker_log.hpp"

#include <boost/asio/dispatch.hpp>

#include <algorithm>
#include <utility>

namespace peyk::worker_detail {

processor::processor(task_registry const& registry,
                     worker_options const& options,
                     client through,
                     events on)
    : registry_(registry), on_(std::move(on)),
      pool_(make_pool(
          options,
          [this](delivery what) { runner_.run(std::move(what)); },
          [this](delivery what) { return runner_.run_async(std::move(what)); })),
      prefetch_(options.prefetch), credit_(static_cast<std::uint32_t>(pool_->slots()) + prefetch_),
      queues_(options.queues), consumer_(through, subscription(registry, options)),
      settler_(consumer_, [this] { one_settled(); }), executor_(through.get_executor()),
      alarms_(executor_), limits_(options.time_limits),
      runner_({registry, through, consumer_, running_, settler_, alarms_, limits_, [this] {
                   asio::dispatch(executor_, [this] { adjust_credit(); });
               }}) {}

consumer_options processor::subscription(task_registry const& registry,
                                         worker_options const& options) {
    consumer_options wanted;
    wanted.queues = options.queues;
    wanted.tasks = registry.names();
    wanted.credit = credit_;
    wanted.on_recalled = [this](recall const& what) {
        recalled(what);
    };
    wanted.on_failed = [this](error_code error, std::string_view text) {
        on_.refused(error.message() + (text.empty() ? "" : ": ") + std::string{text});
    };
    return wanted;
}

void processor::start() {
    receive();
}

void processor::receive() {
    consumer_.async_receive_some(credit_, [this](error_code error, std::vector<delivery> batch) {
        received(error, std::move(batch));
    });
}

void processor::received(error_code error, std::vector<delivery> batch) {
    if (error) {
        if (!stopping_)
            on_.refused(error.message());
        return;
    }
    in_hand_ += batch.size();
    if (stopping_)
        release(batch);
    else
        take(std::move(batch));
    receive();
}

void processor::take(std::vector<delivery> batch) {
    if (logs(spdlog::level::info)) {
        for (auto const& each : batch)
            log_info(
                "Task {}[{}] received, attempt {}", each.task, each.id.to_string(), each.attempt);
    }
    pool_->submit(std::move(batch));
}

bool processor::resize(std::size_t slots) {
    if (!pool_->resize(slots))
        return false;
    credit_ = static_cast<std::uint32_t>(slots) + prefetch_;
    adjust_credit();
    return true;
}

bool processor::limit_time(std::string const& task, time_limits limits) {
    if (registry_.find(task) == nullptr)
        return false;
    limits_.set(task, limits);
    return true;
}

void processor::adjust_credit() {
    auto const held =
        static_cast<std::uint32_t>(std::min<std::size_t>(running_.abandoned(), credit_));
    if (!stopping_)
        consumer_.set_credit(credit_ - held);
}

bool processor::add_queue(std::string const& name) {
    if (std::ranges::find(queues_, name) != queues_.end())
        return false;
    queues_.push_back(name);
    consumer_.set_queues(queues_);
    return true;
}

bool processor::drop_queue(std::string const& name) {
    auto const found = std::ranges::find(queues_, name);
    if (found == queues_.end() || queues_.size() == 1)
        return false;
    queues_.erase(found);
    consumer_.set_queues(queues_);
    return true;
}

void processor::stop_receiving() {
    if (stopping_)
        return;
    stopping_ = true;
    consumer_.async_close([this](error_code) {
        closed_ = true;
        look_whether_idle();
    });
    release(pool_->take_back());
}

void processor::release(std::vector<delivery> const& unstarted) {
    for (auto const& each : unstarted) {
        log_info("Task {}[{}] handed back before it started", each.task, each.id.to_string());
        settler_.settle(each.token, verdict::release{});
    }
}

void processor::interrupt_running() {
    running_.interrupt_all();
}

void processor::release_running() {
    for (auto const& token : running_.abandon_all())
        settler_.settle(token, verdict::release{});
}

// From now on the broker refuses what the attempt ends as. These pools cannot kill it.
void processor::recalled(recall const& what) {
    log_warn("delivery {}.{} was taken back{}: {}",
             what.token.epoch,
             what.token.number,
             what.terminate ? ", to be terminated" : "",
             what.reason);
    if (pool_->take_back(what.token))
        one_settled();
    else
        running_.request_stop(what.token);
}

void processor::one_settled() {
    --in_hand_;
    ++processed_;
    look_whether_idle();
}

void processor::look_whether_idle() {
    if (stopping_ && idle())
        on_.idle();
}

} // namespace peyk::worker_detail
