#include "worker/src/station.hpp"

#include "worker/src/batch_pool.hpp"
#include "worker/src/worker_log.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace peyk::worker_detail {
namespace {

bool takes_several(planned_pool const& plan, task_registry const& registry) {
    return plan.batch == nullptr && plan.share.pool != pool_kind::solo &&
           std::ranges::any_of(plan.tasks, [&](std::string const& name) {
               return slots_of(registry.find(name)) > 1;
           });
}

} // namespace

station::station(planned_pool const& plan, commons const& with, events on)
    : registry_(with.registry), name_(plan.name()), on_(std::move(on)),
      pool_(plan.batch != nullptr
                ? std::make_unique<batch_pool>(
                      plan.batch->batch,
                      [this](std::vector<delivery> all) { runner_.run_batch(std::move(all)); })
                : make_pool(plan.share, with.options.children, runners())),
      meter_(pool_->slots()), prefetch_(with.options.prefetch),
      credit_(static_cast<std::uint32_t>(pool_->slots()) + prefetch_),
      gate_(takes_several(plan, with.registry)
                ? std::optional<slot_gate>{std::in_place, pool_->slots(), prefetch_}
                : std::nullopt),
      consumer_(with.through, subscription(plan, with.options)),
      settler_(consumer_, [this] { one_settled(); }), executor_(with.through.get_executor()),
      runner_({with.registry,
               with.through,
               consumer_,
               running_,
               settler_,
               with.alarms,
               with.limits,
               meter_,
               [this](delivery_token token) {
                   asio::dispatch(executor_, [this, token] { disown(token); });
               },
               [this](delivery_token token, bool counted) {
                   if (gate_ || !counted)
                       asio::dispatch(executor_, [this, token] { left(token); });
               }}),
      scale_timer_(executor_) {}

pool_runners station::runners() {
    return {.run = [this](delivery what) { runner_.run(std::move(what)); },
            .run_async = [this](delivery what) { return runner_.run_async(std::move(what)); },
            .run_elsewhere =
                [this](delivery what, remote_call const& call) {
                    return runner_.run_elsewhere(std::move(what), call);
                },
            .broken =
                [this](std::string why) {
                    asio::post(executor_, [this, why = std::move(why)] { on_.refused(why); });
                }};
}

consumer_options station::subscription(planned_pool const& plan, worker_options const& options) {
    consumer_options wanted;
    wanted.queues = options.queues;
    wanted.tasks = plan.tasks;
    wanted.credit = credit_;
    wanted.on_recalled = [this](recall const& what) {
        recalled(what);
    };
    wanted.on_failed = [this](error_code error, std::string_view text) {
        on_.refused(error.message() + (text.empty() ? "" : ": ") + std::string{text});
    };
    return wanted;
}

void station::start() {
    receive();
}

void station::receive() {
    consumer_.async_receive_some(credit_, [this](error_code error, std::vector<delivery> batch) {
        received(error, std::move(batch));
    });
}

void station::received(error_code error, std::vector<delivery> batch) {
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

void station::take(std::vector<delivery> batch) {
    if (logs(spdlog::level::info)) {
        for (auto const& each : batch)
            log_info(
                "Task {}[{}] received, attempt {}", each.task, each.id.to_string(), each.attempt);
    }
    if (!gate_) {
        begin(std::move(batch));
        return grow_with(in_hand_);
    }
    for (auto& each : batch) {
        auto const wanted = slots_of(registry_.find(each.task));
        gate_->push(std::move(each), wanted);
    }
    grow_with(gate_->wanted()); // before what is larger than the pool takes all of it
    begin_next();
}

// By one; but what wants several slots may wait for them, and then nothing comes.
void station::grow_with(std::size_t in_use) {
    if (!scale_)
        return;
    auto const now = pool_->slots();
    auto then = now;
    while (auto const more = scale_->received(in_use, then)) {
        then = *more;
        if (!gate_)
            break;
    }
    if (then != now)
        give_slots(then);
}

void station::begin_next() {
    if (stopping_)
        return;
    if (auto next = gate_->admit(); !next.empty())
        begin(std::move(next));
    adjust_credit();
}

// Its slots are free.
void station::left(delivery_token token) {
    if (!gate_)
        return adjust_credit();
    gate_->left(token);
    begin_next();
}

// It keeps its slots, and the broker does not count it any more.
void station::disown(delivery_token token) {
    if (gate_)
        gate_->disown(token);
    adjust_credit();
}

void station::begin(std::vector<delivery> batch) {
    auto const early = std::ranges::stable_partition(batch, [this](delivery const& each) {
        auto const* const task = registry_.find(each.task);
        return task == nullptr || task->settings.ack == ack::late;
    });
    for (auto& each : early)
        acknowledge(std::move(each));
    batch.erase(early.begin(), early.end());
    if (!batch.empty())
        pool_->submit(std::move(batch));
}

// It begins when the broker has it on disk that it will not come again.
void station::acknowledge(delivery what) {
    auto const token = what.token;
    consumer_.async_acknowledge(token, [this, what = std::move(what)](error_code error) mutable {
        std::vector<delivery> one;
        one.push_back(std::move(what));
        if (error) { // Its lease was over, or the client is being closed: it is not ours any more.
            log_warn("Task {}[{}] could not be acknowledged: {}",
                     one.front().task,
                     one.front().id.to_string(),
                     error.message());
            one_settled();
            left(one.front().token);
        } else if (stopping_) {
            release(one);
        } else {
            pool_->submit(std::move(one));
        }
    });
}

bool station::resize(std::size_t slots) {
    if (!pool_->resize(slots))
        return false;
    scale_.reset();
    give_slots(slots);
    return true;
}

bool station::autoscale(std::optional<slot_range> between) {
    if (!pool_->resize(pool_->slots()))
        return false;
    scale_timer_.cancel();
    scale_.reset();
    if (!between)
        return true;
    scale_.emplace(*between);
    give_slots(std::clamp<std::size_t>(pool_->slots(), between->least, between->most));
    look_at_scale_later();
    return true;
}

void station::look_at_scale_later() {
    scale_timer_.expires_after(autoscaler::looked_every);
    scale_timer_.async_wait([this](error_code error) {
        if (error || !scale_ || stopping_)
            return;
        give_slots(scale_->looked(gate_ ? gate_->wanted() : in_hand_, pool_->slots()));
        look_at_scale_later();
    });
}

void station::give_slots(std::optional<std::size_t> slots) {
    if (!slots || !pool_->resize(*slots))
        return;
    meter_.resize(*slots, run_meter::clock::now());
    credit_ = static_cast<std::uint32_t>(*slots) + prefetch_;
    if (!gate_)
        return adjust_credit();
    gate_->resize(*slots);
    begin_next();
}

void station::adjust_credit() {
    if (stopping_)
        return;
    if (gate_)
        return consumer_.set_credit(static_cast<std::uint32_t>(gate_->credit()));
    auto const held =
        static_cast<std::uint32_t>(std::min<std::size_t>(running_.abandoned(), credit_));
    consumer_.set_credit(credit_ - held);
}

void station::stop_receiving() {
    if (stopping_)
        return;
    stopping_ = true;
    scale_timer_.cancel();
    consumer_.async_close([this](error_code) {
        closed_ = true;
        look_whether_idle();
    });
    release(pool_->take_back());
    if (gate_)
        release(gate_->take_all());
}

void station::release(std::vector<delivery> const& unstarted) {
    meter_.count(run_end::handed_back, unstarted.size());
    for (auto const& each : unstarted) {
        log_info("Task {}[{}] handed back before it started", each.task, each.id.to_string());
        settler_.settle(each.token, verdict::release{});
    }
}

void station::interrupt_running() {
    running_.interrupt_all();
}

void station::release_running() {
    for (auto const& token : running_.abandon_all()) {
        meter_.count(run_end::handed_back);
        settler_.settle(token, verdict::release{});
    }
}

// From now on the broker refuses what the attempt ends as.
void station::recalled(recall const& what) {
    log_warn("delivery {}.{} was taken back{}: {}",
             what.token.epoch,
             what.token.number,
             what.terminate ? ", to be terminated" : "",
             what.reason);
    if ((gate_ && gate_->remove(what.token)) || pool_->take_back(what.token)) {
        one_settled();
        if (gate_)
            left(what.token);
        return;
    }
    if (gate_)
        disown(what.token);
    if (what.terminate)
        running_.request_kill(what.token);
    else
        running_.request_stop(what.token);
}

void station::one_settled() {
    --in_hand_;
    ++processed_;
    look_whether_idle();
}

void station::look_whether_idle() {
    if (stopping_ && idle())
        on_.idle();
}

} // namespace peyk::worker_detail
