#include "tests/system/load_world.hpp"

#include <chrono>
#include <utility>

namespace peyk::test {
namespace {

constexpr std::chrono::seconds attempt_again_after{1};
constexpr std::chrono::seconds stuck_after{60};

} // namespace

void newest_ids::add(history_id id) {
    std::lock_guard const lock{mutex_};
    ids_.push_back(id);
    if (ids_.size() > kept_max) {
        ids_.pop_front();
    }
}

std::optional<history_id> newest_ids::any(std::mt19937_64& random) const {
    std::lock_guard const lock{mutex_};
    if (ids_.empty()) {
        return std::nullopt;
    }
    return ids_[random() % ids_.size()];
}

void broker_starts::add() {
    {
        std::lock_guard const lock{mutex_};
        ++count_;
    }
    changed_.notify_all();
}

std::uint64_t broker_starts::count() const {
    std::lock_guard const lock{mutex_};
    return count_;
}

void broker_starts::await_more_than(std::uint64_t seen) const {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, attempt_again_after, [&] { return count_ > seen; });
}

void publishing_gate::saw_backlog(std::uint64_t messages) {
    backlog_ = messages;
    notify();
}

void publishing_gate::close() {
    closed_ = true;
    notify();
}

// Nobody is between looking and waiting now.
void publishing_gate::notify() const {
    { std::lock_guard const lock{mutex_}; }
    changed_.notify_all();
}

bool publishing_gate::await_open_or_closed() {
    std::unique_lock lock{mutex_};
    if (changed_.wait_for(lock, stuck_after, [this] { return is_open() || is_closed(); }))
        return true;
    stuck_ = true;
    return false;
}

std::optional<pb::Welcome> load_world::connect(wire_link& link, pb::Hello hello) const {
    auto const start = starts.count();
    auto welcome = link.connect(port, std::move(hello));
    if (!welcome)
        starts.await_more_than(start);
    return welcome;
}

} // namespace peyk::test
