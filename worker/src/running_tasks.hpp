#pragma once
// The attempts that run now. Whoever takes one out of here, its end or its loss, settles it: so
// each is settled once. Thread-safe.

#include <peyk/delivery.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace peyk::worker_detail {

// What tells an attempt to stop, and what tells it to end at once.
struct stop_tokens {
    std::stop_token stop;
    std::stop_token kill;
};

class running_tasks {
public:
    // Nothing: all were abandoned, and nothing starts any more.
    [[nodiscard]] std::optional<stop_tokens> begin(delivery_token token);
    // False: it was abandoned, and what it ended as does not count.
    [[nodiscard]] bool end(delivery_token token);
    // Ends one and takes it out of here: its end will not count. False: it has ended.
    [[nodiscard]] bool abandon(delivery_token token);
    // Asks one to stop; it stays in here.
    void request_stop(delivery_token token);
    // Ends one that can be ended, asks any other to stop; it stays in here.
    void request_kill(delivery_token token);
    // Asks all to stop; none begins any more. They stay in here, and their ends count.
    void interrupt_all();
    [[nodiscard]] bool is_interrupted() const;
    // Ends all and takes them out of here; none begins any more.
    [[nodiscard]] std::vector<delivery_token> abandon_all();
    // True while a function runs, abandoned or not.
    [[nodiscard]] bool any() const;
    // Functions that still run though their attempts were abandoned.
    [[nodiscard]] std::size_t abandoned() const;

private:
    struct stop_sources {
        std::stop_source stop = {};
        std::stop_source kill = {};

        void request_all();
    };

    [[nodiscard]] stop_sources sources_of(delivery_token token) const;

    mutable std::mutex mutex_; // guards all below
    std::unordered_map<delivery_token, stop_sources> running_;
    std::size_t functions_ = 0;
    bool over_ = false;
};

} // namespace peyk::worker_detail
