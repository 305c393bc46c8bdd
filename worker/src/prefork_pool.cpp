#include "worker/src/prefork_pool.hpp"

#include "worker/src/worker_log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace peyk::worker_detail {
namespace {

using std::chrono::steady_clock;

// Before the next process is begun, after one that did not start.
constexpr std::chrono::milliseconds retry_min{200};
constexpr std::chrono::milliseconds retry_max{10'000};

// No two processes begun together are to end together.
constexpr double spread = 0.2;

std::chrono::milliseconds pause_after(std::uint32_t failures) {
    auto const doubled = retry_min * (1 << std::min(failures, 10U));
    return std::min(doubled, retry_max);
}

} // namespace

prefork_pool::prefork_pool(std::size_t slots, child_options children, pool_runners with)
    : children_(std::move(children)), with_(std::move(with)), slots_(slots),
      guard_(loop_.get_executor()) {}

bool prefork_pool::resize(std::size_t slots) {
    slots_ = slots;
    asio::post(loop_, [this] { adjust_slots(); });
    return true;
}

void prefork_pool::submit(std::vector<delivery> batch) {
    auto const count = batch.size();
    waiting_.push(std::move(batch));
    asio::post(loop_, [this, count] { wake_idle(count); });
}

void prefork_pool::run() {
    asio::post(loop_, [this] { adjust_slots(); });
    loop_.run();
}

void prefork_pool::stop() {
    asio::post(loop_, [this] {
        is_ending_ = true;
        for (auto& each : kept_) {
            if (each.is_serving)
                each.child->kill();
            each.bell.cancel();
        }
        guard_.reset();
    });
}

std::size_t prefork_pool::wanted_slots() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(kept_, [](slot const& each) { return !each.is_surplus; }));
}

// One slot more or less at a time: an idle one goes first.
void prefork_pool::adjust_slots() {
    if (is_ending_)
        return;
    for (auto now = wanted_slots(); now < slots_; ++now) {
        auto const made = kept_.emplace(kept_.end(), loop_);
        asio::co_spawn(loop_, keep(*made), [this, made](std::exception_ptr) { kept_.erase(made); });
    }
    for (auto now = wanted_slots(); now > slots_; --now) {
        auto const stays = [](slot const& each) {
            return !each.is_surplus;
        };
        auto gone = std::ranges::find_if(
            kept_, [&](slot const& each) { return stays(each) && each.is_idle; });
        if (gone == kept_.end())
            gone = std::ranges::find_if(kept_, stays);
        gone->is_surplus = true;
        gone->bell.cancel();
    }
}

bool prefork_pool::is_wanted(slot const& own) const {
    return !own.is_surplus && !is_ending_;
}

asio::awaitable<void> prefork_pool::keep(slot& own) {
    while (is_wanted(own)) {
        if (own.child && (own.child->has_ended() || is_due(own)))
            dismiss(own);
        if (!own.child)
            co_await begin_child(own); // takes a while: what is wanted may have changed
        else if (auto what = waiting_.pop())
            co_await serve(own, std::move(*what));
        else
            co_await pause(own, steady_clock::time_point::max());
    }
    dismiss(own);
}

asio::awaitable<void> prefork_pool::begin_child(slot& own) {
    std::string why;
    if (auto const made = spawn_child(children_.command); made) {
        own.child = std::make_shared<pool_child>(loop_.get_executor(), *made);
        own.child->watch([&own, child = std::weak_ptr{own.child}] {
            if (own.child == child.lock())
                own.bell.cancel();
        });
        if (co_await own.child->ready()) {
            log_info("process {} of the pool is ready", own.child->pid());
            set_limits(own);
            failed_starts_ = 0;
            has_started_ = true;
            co_return;
        }
        why = "it " + own.child->end_text() + " before it was ready";
        own.child.reset();
    } else {
        why = made.error().message();
    }
    if (!is_wanted(own))
        co_return;
    log_error("a process of the pool did not start: {}", why);
    if (++failed_starts_ >= failed_starts_max && !has_started_)
        with_.broken("no process of the prefork pool starts: " + why);
    co_await pause(own, steady_clock::now() + pause_after(failed_starts_));
}

void prefork_pool::set_limits(slot& own) {
    auto const part =
        1 - std::uniform_real_distribution{0.0, spread}(random_); // of each limit, for this child
    own.tasks_max = children_.tasks_max == 0
                        ? 0
                        : std::max(1U, static_cast<std::uint32_t>(children_.tasks_max * part));
    own.rss_bytes_max =
        static_cast<std::uint64_t>(static_cast<double>(children_.rss_bytes_max) * part);
    own.age_max = children_.age_max * part;
}

bool prefork_pool::is_due(slot const& own) {
    auto const& child = *own.child;
    return (own.tasks_max > 0 && child.tasks() >= own.tasks_max) ||
           (own.rss_bytes_max > 0 && child.rss_bytes() > own.rss_bytes_max) ||
           (own.age_max.count() > 0 && steady_clock::now() - child.born() > own.age_max);
}

void prefork_pool::dismiss(slot& own) {
    if (!own.child)
        return;
    if (own.child->has_ended() && !is_ending_)
        log_warn("process {} of the pool {}", own.child->pid(), own.child->end_text());
    own.child->close();
    own.child.reset();
}

asio::awaitable<void> prefork_pool::serve(slot& own, delivery what) {
    own.is_serving = true;
    remote_call const call = [&own](context const& with, report_route& to) {
        return own.child->run(with, to);
    };
    co_await with_.run_elsewhere(std::move(what), call);
    own.is_serving = false;
}

asio::awaitable<void> prefork_pool::pause(slot& own, steady_clock::time_point until) {
    boost::system::error_code woken;
    own.is_idle = own.child != nullptr;
    own.bell.expires_at(until);
    co_await own.bell.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    own.is_idle = false;
}

void prefork_pool::wake_idle(std::size_t count) {
    for (auto& each : kept_) {
        if (count == 0)
            return;
        if (!each.is_idle)
            continue;
        each.is_idle = false;
        each.bell.cancel();
        --count;
    }
}

} // namespace peyk::worker_detail
