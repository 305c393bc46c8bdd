#include "worker/src/running_tasks.hpp"

#include <utility>

namespace peyk::worker_detail {

std::optional<std::stop_token> running_tasks::begin(delivery_token token) {
    std::lock_guard const lock{mutex_};
    if (over_)
        return std::nullopt;
    ++functions_;
    // A token is never used twice, so this is always a new entry.
    return running_.try_emplace(token).first->second.get_token();
}

bool running_tasks::end(delivery_token token) {
    std::lock_guard const lock{mutex_};
    --functions_;
    return running_.erase(token) > 0;
}

bool running_tasks::abandon(delivery_token token) {
    std::stop_source source{std::nostopstate};
    {
        std::lock_guard const lock{mutex_};
        auto const at = running_.find(token);
        if (at == running_.end())
            return false;
        source = std::move(at->second);
        running_.erase(at);
    }
    source.request_stop();
    return true;
}

std::size_t running_tasks::abandoned() const {
    std::lock_guard const lock{mutex_};
    return functions_ - running_.size();
}

void running_tasks::request_stop(delivery_token token) {
    std::stop_source source{std::nostopstate};
    {
        std::lock_guard const lock{mutex_};
        if (auto const at = running_.find(token); at != running_.end())
            source = at->second;
    }
    // Outside the lock: callbacks of the task run in here.
    source.request_stop();
}

void running_tasks::interrupt_all() {
    std::vector<std::stop_source> all;
    {
        std::lock_guard const lock{mutex_};
        over_ = true;
        for (auto const& [token, source] : running_)
            all.push_back(source);
    }
    for (auto& each : all)
        each.request_stop();
}

bool running_tasks::is_interrupted() const {
    std::lock_guard const lock{mutex_};
    return over_;
}

std::vector<delivery_token> running_tasks::abandon_all() {
    std::unordered_map<delivery_token, std::stop_source> all;
    {
        std::lock_guard const lock{mutex_};
        all.swap(running_);
        over_ = true;
    }
    std::vector<delivery_token> tokens;
    tokens.reserve(all.size());
    for (auto& [token, source] : all) {
        tokens.push_back(token);
        source.request_stop();
    }
    return tokens;
}

bool running_tasks::any() const {
    std::lock_guard const lock{mutex_};
    return functions_ > 0;
}

} // namespace peyk::worker_detail
