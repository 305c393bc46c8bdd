#include "worker/examples/collector.hpp"

#include <algorithm>
#include <utility>

namespace example {
namespace {

// Waits out at once: enough that the broker never waits for us, few enough for any limit.
constexpr std::size_t asked_max = 256;

} // namespace

collector::collector(peyk::client through, std::vector<peyk::message_id> ids, time_point until)
    : client_(std::move(through)), until_(until), unasked_(std::move(ids)) {
    std::ranges::reverse(unasked_);
    for (std::size_t at = 0; at < asked_max; ++at) {
        if (auto const id = take_id())
            wait_for(*id);
    }
}

collector::~collector() {
    std::unique_lock lock{mutex_};
    unasked_.clear();
    changed_.wait(lock, [this] { return asked_ == 0; });
}

std::optional<peyk::message_id> collector::take_id() {
    std::lock_guard const lock{mutex_};
    if (unasked_.empty())
        return std::nullopt;
    auto const id = unasked_.back();
    unasked_.pop_back();
    ++asked_;
    return id;
}

void collector::wait_for(peyk::message_id id) {
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until_ - std::chrono::steady_clock::now());
    client_.async_wait(id,
                       std::max(left, std::chrono::milliseconds{1}),
                       [this, id](peyk::error_code error, peyk::status what) {
                           ended(id, error, std::move(what));
                       });
}

void collector::ended(peyk::message_id id, peyk::error_code error, peyk::status what) {
    bool const late = std::chrono::steady_clock::now() >= until_;
    // The broker may have been away for longer than one request waits.
    if (error && error != peyk::errc::closed && !late)
        return wait_for(id);
    if (auto const next = take_id())
        wait_for(*next);
    std::lock_guard const lock{mutex_};
    --asked_;
    if (!error)
        ended_.push_back(std::move(what));
    changed_.notify_all();
}

std::optional<peyk::status> collector::next() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !ended_.empty() || asked_ == 0; });
    if (ended_.empty())
        return std::nullopt;
    auto first = std::move(ended_.front());
    ended_.pop_front();
    return first;
}

} // namespace example
