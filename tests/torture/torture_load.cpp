#include "tests/torture/torture_load.hpp"

#include "tests/torture/tasks.hpp"
#include <peyk/task_options.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace peyk::test {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t tireless = 60'000; // crashes, retries: never run out
constexpr std::uint32_t poison_crashes_max = 2;
constexpr std::uint64_t batch_size = 25;
// Enough for every slot; a longer backlog makes restarts longer and shows nothing.
constexpr std::uint64_t ahead_max = 1'000;
constexpr std::chrono::seconds stuck_after{60};

client_options options_for(std::string const& url) {
    client_options options;
    options.url = url;
    options.name = "torture-publisher";
    options.backoff_min = milliseconds{5};
    options.backoff_max = milliseconds{100};
    options.connect_timeout = milliseconds{1'000};
    options.heartbeat = milliseconds{500};
    options.publish_timeout = milliseconds{120'000}; // outlives every fault
    return options;
}

std::string task_for(std::uint64_t number) {
    constexpr std::uint64_t round = 6;
    switch (number % round) {
    case 0:
        return prefork_task;
    case 1:
    case 2:
        return threads_task;
    default:
        return async_task;
    }
}

} // namespace

torture_load::torture_load(std::string const& url, size of)
    : size_(of), client_(options_for(url)), thread_([this] { run(); }) {}

torture_load::~torture_load() {
    {
        std::lock_guard const lock{mutex_};
        is_leaving_ = true;
    }
    changed_.notify_all();
    client_.close(); // what it waits for ends
    thread_.join();
}

void torture_load::run() {
    try {
        for (std::uint64_t first = 0; first < size_.tasks; first += batch_size) {
            await_room();
            std::vector<message> batch;
            for (auto at = first; at < std::min(first + batch_size, size_.tasks); ++at)
                batch.push_back(make_message(at));
            publish(std::move(batch), first);
        }
    } catch (...) {
        fail(std::current_exception());
    }
}

void torture_load::await_room() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return is_leaving_ || confirmed_ < ended_ + ahead_max; });
    if (is_leaving_)
        throw std::runtime_error{"publishing was given up"};
}

void torture_load::publish(std::vector<message> batch, std::uint64_t first) {
    auto const answers = client_.publish(std::move(batch));
    {
        std::lock_guard const lock{mutex_};
        for (auto number = first; auto const& each : answers) {
            if (each.error)
                throw std::runtime_error{"a publish is refused: " + each.error.message()};
            published_[each.id] = {.number = number, .poison = is_poison(number)};
            ++number;
        }
        confirmed_ += answers.size();
    }
    for (auto const& each : answers)
        client_.async_wait(
            each.id, std::nullopt, [this, id = each.id](error_code error, status const& what) {
                ended(id, error, what);
            });
}

void torture_load::publish_wave(std::string const& queue) {
    std::vector<message> wave;
    constexpr std::uint64_t all_pools = 6;
    auto first = size_.tasks - size_.tasks % all_pools + all_pools;
    {
        std::lock_guard const lock{mutex_};
        first += (confirmed_ / all_pools) * all_pools; // numbers of its own
    }
    for (auto number = first; number < first + all_pools; ++number) {
        wave.push_back(make_message(number));
        wave.back().queue = queue;
    }
    publish(std::move(wave), first);
    std::unique_lock lock{mutex_};
    auto const all = confirmed_;
    lock.unlock();
    await_ended(all);
}

void torture_load::ended(message_id id, error_code error, status const& what) {
    std::lock_guard const lock{mutex_};
    if (error) {
        if (!is_leaving_ && !failed_)
            failed_ = std::make_exception_ptr(
                std::runtime_error{"waiting for a message failed: " + error.message()});
    } else {
        auto& about = published_[id];
        about.ended_as = what.state;
        about.result = what.result;
        ++ended_;
    }
    changed_.notify_all();
}

void torture_load::fail(std::exception_ptr why) {
    std::lock_guard const lock{mutex_};
    if (!failed_)
        failed_ = std::move(why);
    changed_.notify_all();
}

void torture_load::await_ended(std::uint64_t count) {
    std::unique_lock lock{mutex_};
    while (ended_ < count && !failed_) {
        auto const before = ended_;
        changed_.wait_for(lock, stuck_after, [&] { return ended_ != before || failed_; });
        if (ended_ == before && !failed_)
            throw std::runtime_error{"nothing ends any more: " + std::to_string(ended_) + " of " +
                                     std::to_string(confirmed_) + " have"};
    }
    if (failed_)
        std::rethrow_exception(failed_);
}

std::map<message_id, published_task> torture_load::published() const {
    std::lock_guard const lock{mutex_};
    return published_;
}

bool torture_load::is_poison(std::uint64_t number) const {
    if (size_.poisons == 0 || number >= size_.tasks)
        return false;
    auto const every = std::max<std::uint64_t>(size_.tasks / size_.poisons, 1);
    return number % every == every / 2 && number / every < size_.poisons;
}

message torture_load::make_message(std::uint64_t number) const {
    auto const poison = is_poison(number);
    message made{.queue = torture_queue, .task = poison ? poison_task : task_for(number)};
    made.retry = retry_policy{.max_retries = poison ? 0 : tireless,
                              .backoff = backoff::fixed,
                              .base = milliseconds{10},
                              .jitter = jitter::none};
    made.max_crashes = poison ? poison_crashes_max : tireless;
    set_arguments(made, {std::to_string(number)}, {});
    return made;
}

} // namespace peyk::test
