#include "worker/src/running_tasks.hpp"

#include <utility>

namespace peyk::worker_detail {

// Who can be ended at once need not stop first.
void running_tasks::stop_sources::request_all() {
    kill.request_stop();
    stop.request_stop();
}

std::optional<stop_tokens> running_tasks::begin(delivery_token token) {
    std::lock_guard const lock{mutex_};
    if (over_)
        return std::nullopt;
    ++functions_;
    // A token is never used twice, so this is always a new entry.
    auto const& made = running_.try_emplace(token).first->second;
    return stop_tokens{made.stop.get_token(), made.kill.get_token()};
}

bool running_tasks::end(delivery_token token) {
    std::lock_guard const lock{mutex_};
    --functions_;
    return running_.erase(token) > 0;
}

bool running_tasks::abandon(delivery_token token) {
    stop_sources sources{std::stop_source{std::nostopstate}, std::stop_source{std::nostopstate}};
    {
        std::lock_guard const lock{mutex_};
        auto const at = running_.find(token);
        if (at == running_.end())
            return false;
        sources = std::move(at->second);
        running_.erase(at);
    }
    sources.request_all();
    return true;
}

std::size_t running_tasks::abandoned() const {
    std::lock_guard const lock{mutex_};
    return functions_ - running_.size();
}

running_tasks::stop_sources running_tasks::sources_of(delivery_token token) const {
    std::lock_guard const lock{mutex_};
    auto const at = running_.find(token);
    if (at == running_.end())
        return {std::stop_source{std::nostopstate}, std::stop_source{std::nostopstate}};
    return at->second;
}

// Outside the lock, as all of them: callbacks of the task run in here.
void running_tasks::request_stop(delivery_token token) {
    sources_of(token).stop.request_stop();
}

void running_tasks::request_kill(delivery_token token) {
    sources_of(token).request_all();
}

void running_tasks::interrupt_all() {
    std::vector<std::stop_source> all;
    {
        std::lock_guard const lock{mutex_};
        over_ = true;
        for (auto const& [token, source] : running_)
            all.push_back(source.stop);
    }
    for (auto& each : all)
        each.request_stop();
}

bool running_tasks::is_interrupted() const {
    std::lock_guard const lock{mutex_};
    return over_;
}

std::vector<delivery_token> running_tasks::abandon_all() {
    std::unordered_map<delivery_token, stop_sources> all;
    {
        std::lock_guard const lock{mutex_};
        all.swap(running_);
        over_ = true;
    }
    std::vector<delivery_token> tokens;
    tokens.reserve(all.size());
    for (auto& [token, source] : all) {
        tokens.push_back(token);
        source.request_all();
    }
    return tokens;
}

bool running_tasks::any() const {
    std::lock_guard const lock{mutex_};
    return functions_ > 0;
}

} // namespace peyk::worker_detail
