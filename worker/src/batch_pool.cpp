#include "worker/src/batch_pool.hpp"

#include "worker/src/worker_log.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace peyk::worker_detail {

// A content that cannot be read is refused when it runs.
std::string batch_pool::key_of(delivery const& what) const {
    if (!settings_.key)
        return {};
    auto const content = what.decode();
    if (!content)
        return {};
    try {
        return settings_.key(*content);
    } catch (std::exception const& e) {
        log_error("Task {}[{}]: the key of its batch threw, so it has none: {}",
                  what.task,
                  what.id.to_string(),
                  e.what());
        return {};
    }
}

void batch_pool::submit(std::vector<delivery> batch) {
    {
        std::lock_guard const lock{mutex_};
        for (auto& each : batch) {
            auto& of = groups_[key_of(each)];
            if (of.waiting.empty())
                of.until = clock::now() + settings_.wait;
            of.waiting.push_back(std::move(each));
            ++held_;
        }
    }
    changed_.notify_one();
}

std::vector<delivery> batch_pool::take_back() {
    std::lock_guard const lock{mutex_};
    std::vector<delivery> all;
    for (auto& [key, of] : groups_)
        std::ranges::move(of.waiting, std::back_inserter(all));
    groups_.clear();
    held_ = 0;
    return all;
}

bool batch_pool::take_back(delivery_token token) {
    std::lock_guard const lock{mutex_};
    for (auto at = groups_.begin(); at != groups_.end(); ++at) {
        auto& waiting = at->second.waiting;
        if (std::erase_if(waiting, [&](delivery const& each) { return each.token == token; }) == 0)
            continue;
        --held_;
        if (waiting.empty())
            groups_.erase(at);
        return true;
    }
    return false;
}

// With all held that may be, nothing comes that would be worth waiting for.
bool batch_pool::is_due(group const& which) const {
    return stopped_ || held_ >= settings_.max || which.waiting.size() >= settings_.max ||
           which.until <= clock::now();
}

batch_pool::clock::time_point batch_pool::until_of(groups::value_type const& of) {
    return of.second.until;
}

// The one that is due and began first; none: the end.
batch_pool::groups::iterator batch_pool::first_due() {
    auto const first = std::ranges::min_element(groups_, {}, until_of);
    return first != groups_.end() && is_due(first->second) ? first : groups_.end();
}

std::vector<delivery> batch_pool::next() {
    std::unique_lock lock{mutex_};
    auto due = first_due();
    while (due == groups_.end() && !(stopped_ && groups_.empty())) {
        if (groups_.empty()) {
            changed_.wait(lock);
        } else {
            // A copy, for the group may be taken back meanwhile.
            auto const until = std::ranges::min_element(groups_, {}, until_of)->second.until;
            changed_.wait_until(lock, until);
        }
        due = first_due();
    }
    if (due == groups_.end())
        return {};
    auto batch = std::move(due->second.waiting);
    groups_.erase(due);
    held_ -= batch.size();
    return batch;
}

void batch_pool::run() {
    for (auto batch = next(); !batch.empty(); batch = next())
        run_(std::move(batch));
}

void batch_pool::stop() {
    {
        std::lock_guard const lock{mutex_};
        stopped_ = true;
    }
    changed_.notify_one();
}

} // namespace peyk::worker_detail
