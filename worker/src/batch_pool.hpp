#pragma once
// The pool of one batch task: collects messages until there are enough of one key, or the first of
// them has waited long enough, and runs them together on a thread of its own.

#include "worker/src/pool.hpp"
#include <peyk/batch.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace peyk::worker_detail {

class batch_pool final : public pool {
public:
    using batch_runner = std::function<void(std::vector<delivery>)>;

    batch_pool(batch_settings settings, batch_runner run)
        : settings_(std::move(settings)), run_(std::move(run)) {}

    // Messages held at once: those of one batch.
    [[nodiscard]] std::size_t slots() const override { return settings_.max; }
    [[nodiscard]] bool resize(std::size_t) override { return false; }
    void submit(std::vector<delivery> batch) override;
    [[nodiscard]] std::vector<delivery> take_back() override;
    [[nodiscard]] bool take_back(delivery_token token) override;
    void run() override;
    void stop() override;

private:
    using clock = std::chrono::steady_clock;

    // What waits for others of its key.
    struct group {
        clock::time_point until;
        std::vector<delivery> waiting;
    };
    using groups = std::map<std::string, group>;

    [[nodiscard]] static clock::time_point until_of(groups::value_type const& of);
    [[nodiscard]] std::vector<delivery> next();
    [[nodiscard]] groups::iterator first_due();
    [[nodiscard]] bool is_due(group const& which) const;
    [[nodiscard]] std::string key_of(delivery const& what) const;

    batch_settings settings_;
    batch_runner run_;
    std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    groups groups_;        // none is empty
    std::size_t held_ = 0; // in all groups
    bool stopped_ = false;
};

} // namespace peyk::worker_detail
