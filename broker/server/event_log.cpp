#include "broker/server/event_log.hpp"

#include "broker/core/selector.hpp"

#include <algorithm>
#include <utility>

namespace peyk::server {
namespace {

// Sequences of one process: more than it can ever make.
constexpr int sequence_bits = 40;

} // namespace

event_log::event_log(core::broker_epoch epoch, std::size_t listeners_max)
    : listeners_max_(listeners_max), last_(epoch.value << sequence_bits) {}

bool event_log::listen(core::session_id who, core::request_id request, net::listen const& to) {
    std::erase_if(listeners_,
                  [&](listener const& l) { return l.who == who && l.request == request; });
    if (listeners_.size() >= listeners_max_)
        return false;
    listener& made = listeners_.emplace_back();
    made.who = who;
    made.request = request;
    made.kinds = to.kinds;
    made.queue = to.queue;
    made.task = to.task;
    made.worker = to.worker;
    // A sequence that was never given out is as good as none.
    made.seen = to.after == 0 || to.after > last_ ? last_ : to.after;
    ever_ = true;
    return true;
}

std::uint64_t event_log::begins_at(core::session_id who, core::request_id request) const {
    auto const found = std::ranges::find_if(
        listeners_, [&](listener const& l) { return l.who == who && l.request == request; });
    return found == listeners_.end() ? last_ : found->seen;
}

void event_log::unlisten(core::session_id who, core::request_id request, core::steady_time now) {
    std::erase_if(listeners_,
                  [&](listener const& l) { return l.who == who && l.request == request; });
    left_ = now;
}

void event_log::forget(core::session_id who, core::steady_time now) {
    if (std::erase_if(listeners_, [&](listener const& l) { return l.who == who; }) != 0)
        left_ = now;
}

void event_log::add(std::vector<core::event>& events) {
    for (auto& each : events) {
        if (kept_.size() == kept_max)
            kept_.pop_front();
        kept_.push_back({++last_, std::move(each)});
    }
    events.clear();
}

bool event_log::chosen(listener const& by, core::event const& what) const {
    return (by.kinds == 0 || (by.kinds >> static_cast<unsigned>(what.kind) & 1u) != 0) &&
           core::matches(by.queue, what.queue) && core::matches(by.task, what.task) &&
           core::matches(by.worker, what.worker);
}

bool event_log::next_batch(listener& of, net::event_batch& into) const {
    into = {};
    if (of.seen == last_)
        return false;
    std::uint64_t const first = last_ - kept_.size() + 1;
    if (of.seen + 1 < first) {
        // Of a process before this one it is not known how many there were: at least one.
        bool const ours = of.seen >> sequence_bits == last_ >> sequence_bits;
        into.missed = ours ? first - of.seen - 1 : 1;
        of.seen = first - 1;
    }
    while (of.seen < last_ && into.events.size() < batch_max) {
        auto const& each = kept_[static_cast<std::size_t>(of.seen + 1 - first)];
        ++of.seen;
        if (chosen(of, each.event))
            into.events.push_back(&each);
    }
    into.last = of.seen;
    return !into.events.empty() || into.missed != 0;
}

void event_log::deliver(std::function<bool(core::session_id)> const& ready,
                        batch_sender const& send) {
    net::event_batch batch;
    for (auto& each : listeners_) {
        while (each.seen != last_ && ready(each.who)) {
            if (next_batch(each, batch))
                send(each.who, each.request, batch);
        }
    }
}

bool event_log::behind() const {
    return std::ranges::any_of(listeners_, [this](auto const& l) { return l.seen != last_; });
}

bool event_log::wanted(core::steady_time now) {
    if (!listeners_.empty())
        return true;
    if (ever_ && now - left_ < kept_after)
        return true;
    if (std::exchange(ever_, false)) {
        std::deque<net::numbered_event>{}.swap(kept_);
        ++last_; // nobody's: who comes back behind a lower one is told that something is missed
    }
    return false;
}

} // namespace peyk::server
