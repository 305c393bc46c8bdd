#include "client/src/listen_table.hpp"

#include "client/src/client_frame.hpp"
#include "client/src/wire_views.hpp"

#include <algorithm>
#include <utility>

namespace peyk {

void listen_state::next(steady_time deadline, event_handler handler, completion_queue& due) {
    if (waiting_)
        return due.add(std::move(handler), error_code{errc::invalid_argument}, event{});
    waiting_ = std::move(handler);
    deadline_ = deadline;
    match(due);
}

void listen_state::take(wire::v1::Events const& from, completion_queue& due) {
    missed_ += from.missed();
    for (auto const& each : from.events()) {
        if (unread_.size() == event_listener::unread_max) {
            auto const dropped = 1 + unread_.front().missed;
            unread_.pop_front();
            unread_.front().missed += dropped;
        }
        unread_.push_back(to_event(each));
        unread_.back().missed = std::exchange(missed_, 0);
    }
    filter_.after = std::max<std::uint64_t>(filter_.after, from.last());
    match(due);
}

void listen_state::fail(error_code why, completion_queue& due) {
    error_ = why;
    match(due);
}

void listen_state::expire(steady_time now, completion_queue& due) {
    if (deadline_ > now || !waiting_)
        return;
    deadline_ = steady_time::max();
    due.add(std::move(*std::exchange(waiting_, {})), error_code{errc::timeout}, event{});
}

void listen_state::match(completion_queue& due) {
    if (!waiting_ || (unread_.empty() && !error_))
        return;
    event what;
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

void listen_table::remove(listen_state const& state) {
    std::erase_if(unsent_, [&](auto const& each) { return each.get() == &state; });
    auto const found = std::ranges::find_if(
        open_, [&](auto const& each) { return each.second.get() == &state; });
    if (found == open_.end())
        return;
    unlisten_.push_back(found->first);
    open_.erase(found);
}

void listen_table::stage(std::string& out, std::uint64_t& next_request) {
    for (auto& state : unsent_) {
        wire::v1::ClientFrame frame;
        frame.set_request(next_request);
        to_wire(state->filter(), *frame.mutable_listen());
        append_frame(out, frame);
        open_.emplace(next_request++, std::move(state));
    }
    unsent_.clear();
    for (auto const request : std::exchange(unlisten_, {})) {
        wire::v1::ClientFrame frame;
        frame.mutable_unlisten()->set_listen(request);
        append_frame(out, frame);
    }
}

void listen_table::take(std::uint64_t request,
                        wire::v1::Events const& from,
                        completion_queue& due) {
    if (auto const found = open_.find(request); found != open_.end())
        found->second->take(from, due);
}

bool listen_table::refuse(std::uint64_t request, error_code why, completion_queue& due) {
    auto const found = open_.find(request);
    if (found == open_.end())
        return false;
    found->second->fail(why, due);
    open_.erase(found);
    return true;
}

void listen_table::fail_all(error_code why, completion_queue& due) {
    rewind();
    for (auto const& state : std::exchange(unsent_, {}))
        state->fail(why, due);
}

void listen_table::expire(steady_time now, completion_queue& due) {
    for (auto const& state : unsent_)
        state->expire(now, due);
    for (auto const& [request, state] : open_)
        state->expire(now, due);
}

void listen_table::rewind() {
    for (auto& [request, state] : open_)
        unsent_.push_back(std::move(state));
    open_.clear();
    unlisten_.clear();
}

steady_time listen_table::next_deadline() const {
    auto earliest = steady_time::max();
    for (auto const& state : unsent_)
        earliest = std::min(earliest, state->deadline());
    for (auto const& [request, state] : open_)
        earliest = std::min(earliest, state->deadline());
    return earliest;
}

} // namespace peyk
