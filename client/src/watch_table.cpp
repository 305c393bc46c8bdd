#include "client/src/watch_table.hpp"

#include "client/src/client_frame.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace peyk {
namespace {

// Unread updates of one watcher. A reader that is further behind misses the oldest of them.
constexpr std::size_t updates_max = 4'096;
// The log of one unread update. A reader that is further behind misses the first lines.
constexpr std::size_t unread_log_max = 256u << 10;

bool is_same_state(status const& a, status const& b) {
    return a.state == b.state && a.detail == b.detail && a.attempts == b.attempts &&
           a.deliveries == b.deliveries;
}

} // namespace

watch_state::watch_state(std::vector<message_id> ids, bool reports)
    : reports_(reports), open_(std::move(ids)) {}

void watch_state::next(steady_time deadline, watch_handler handler, completion_queue& due) {
    if (waiting_)
        return due.add(
            std::move(handler), error_code{errc::invalid_argument}, std::optional<status>{});
    waiting_ = std::move(handler);
    deadline_ = deadline;
    match(due);
}

void watch_state::update(status what, bool last, completion_queue& due) {
    if (last || what.is_final() || what.state == state::unknown)
        std::erase(open_, what.id);
    if (is_news(what))
        queue_unread(std::move(what));
    match(due);
}

// After a reconnect what is known comes again; of the log only what is new is kept.
bool watch_state::is_news(status& what) {
    auto const [at, is_new] = seen_.try_emplace(what.id, what);
    auto& seen = at->second;
    if (is_new) {
        seen.log.clear();
        return true;
    }
    auto const fresh = what.log_end - std::min(seen.log_end, what.log_end);
    if (what.log.size() > fresh)
        what.log.erase(0, what.log.size() - fresh);
    auto const news = !is_same_state(seen, what) ||
                      (reports_ && (!what.log.empty() || seen.progress != what.progress));
    auto log = std::exchange(what.log, {});
    seen = what;
    what.log = std::move(log);
    return news;
}

// Reports that nobody read in time become one.
void watch_state::queue_unread(status what) {
    if (!unread_.empty() && unread_.back().id == what.id && is_same_state(unread_.back(), what)) {
        what.log.insert(0, unread_.back().log);
        if (what.log.size() > unread_log_max)
            what.log.erase(0, what.log.size() - unread_log_max);
        unread_.back() = std::move(what);
        return;
    }
    if (unread_.size() == updates_max)
        unread_.pop_front();
    unread_.push_back(std::move(what));
}

void watch_state::fail(error_code why, completion_queue& due) {
    error_ = why;
    match(due);
}

void watch_state::expire(steady_time now, completion_queue& due) {
    if (deadline_ > now || !waiting_)
        return;
    deadline_ = steady_time::max();
    due.add(std::move(*std::exchange(waiting_, {})),
            error_code{errc::timeout},
            std::optional<status>{});
}

void watch_state::match(completion_queue& due) {
    if (!waiting_ || (unread_.empty() && !is_over()))
        return;
    std::optional<status> what;
    error_code error;
    if (!unread_.empty()) {
        what = std::move(unread_.front());
        unread_.pop_front();
    } else {
        error = error_;
    }
    deadline_ = steady_time::max();
    due.add(std::move(*std::exchange(waiting_, {})), error, std::move(what));
}

void watch_table::remove(watch_state const& state) {
    std::erase_if(unsent_, [&](auto const& each) { return each.get() == &state; });
    drop(state);
}

// The broker ends a watch by itself once nothing of it is open.
void watch_table::drop(watch_state const& state) {
    std::erase_if(open_, [&](auto const& each) {
        if (each.second.get() != &state)
            return false;
        if (!state.open_ids().empty())
            unwatch_.push_back(each.first);
        return true;
    });
}

void watch_table::stage(std::string& out, std::size_t batch_max, std::uint64_t& next_request) {
    for (auto const& state : unsent_) {
        std::span<message_id const> rest{state->open_ids()};
        while (!rest.empty()) {
            wire::v1::ClientFrame frame;
            frame.set_request(next_request);
            auto const slice = rest.first(std::min(batch_max, rest.size()));
            for (auto const id : slice)
                set_id(*frame.mutable_watch()->add_ids(), id);
            frame.mutable_watch()->set_reports(state->wants_reports());
            append_frame(out, frame);
            open_.emplace(next_request++, state);
            rest = rest.subspan(slice.size());
        }
    }
    unsent_.clear();
    for (auto const request : unwatch_) {
        wire::v1::ClientFrame frame;
        frame.mutable_unwatch()->set_watch(request);
        append_frame(out, frame);
    }
    unwatch_.clear();
}

bool watch_table::update(std::uint64_t request, status what, bool last, completion_queue& due) {
    auto const found = open_.find(request);
    if (found == open_.end())
        return false;
    auto const state = found->second;
    state->update(std::move(what), last, due);
    if (state->is_over())
        drop(*state);
    return true;
}

bool watch_table::refuse(std::uint64_t request, error_code why, completion_queue& due) {
    auto const found = open_.find(request);
    if (found == open_.end())
        return false;
    auto const state = found->second;
    open_.erase(found);
    state->fail(why, due);
    drop(*state);
    return true;
}

void watch_table::fail_all(error_code why, completion_queue& due) {
    rewind();
    for (auto const& state : unsent_)
        state->fail(why, due);
    unsent_.clear();
}

void watch_table::expire(steady_time now, completion_queue& due) {
    for (auto const& state : unsent_)
        state->expire(now, due);
    for (auto const& [request, state] : open_)
        state->expire(now, due);
}

void watch_table::rewind() {
    for (auto const& [request, state] : open_)
        if (unsent_.empty() || unsent_.back() != state)
            unsent_.push_back(state);
    open_.clear();
    unwatch_.clear();
}

steady_time watch_table::next_deadline() const {
    auto earliest = steady_time::max();
    for (auto const& state : unsent_)
        earliest = std::min(earliest, state->deadline());
    for (auto const& [request, state] : open_)
        earliest = std::min(earliest, state->deadline());
    return earliest;
}

} // namespace peyk
