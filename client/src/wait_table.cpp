#include "client/src/wait_table.hpp"

#include "client/src/client_frame.hpp"

#include <algorithm>
#include <tuple>

namespace peyk {

std::uint64_t wait_table::add(message_id id, steady_time deadline, wait_handler handler) {
    auto const [at, is_new] = entries_.try_emplace(id);
    if (is_new)
        unwatched_.push_back(id);
    at->second.waiters.push_back({next_number_, deadline, std::move(handler)});
    if (deadline != steady_time::max())
        deadlines_.insert({deadline, next_number_, id});
    return next_number_++;
}

void wait_table::remove(message_id id, std::uint64_t number) {
    if (auto const found = entries_.find(id); found != entries_.end())
        std::ignore = take_waiter(found, number);
}

// An empty handler if there is no such waiter.
wait_handler wait_table::take_waiter(entries::iterator from, std::uint64_t number) {
    auto& waiters = from->second.waiters;
    auto const mine = std::ranges::find(waiters, number, &waiter::number);
    if (mine == waiters.end())
        return {};
    auto handler = std::move(mine->handler);
    deadlines_.erase({mine->deadline, number, from->first});
    waiters.erase(mine);
    if (waiters.empty()) {
        leave(from->second);
        entries_.erase(from);
    }
    return handler;
}

void wait_table::stage(std::string& out, std::size_t batch_max, std::uint64_t& next_request) {
    for (std::size_t at = 0; at < unwatched_.size();) {
        wire::v1::ClientFrame frame;
        frame.set_request(next_request);
        auto& watch = *frame.mutable_watch();
        watch.set_until_final(true);
        auto const count = std::min(batch_max, unwatched_.size() - at);
        std::size_t live = 0;
        for (auto const end = at + count; at < end; ++at) {
            auto const found = entries_.find(unwatched_[at]);
            if (found == entries_.end() || found->second.watch != 0)
                continue;
            found->second.watch = next_request;
            set_id(*watch.add_ids(), found->first);
            ++live;
        }
        if (live == 0)
            continue;
        append_frame(out, frame);
        watches_.emplace(next_request++, live);
    }
    unwatched_.clear();
    for (auto const request : unwatch_) {
        wire::v1::ClientFrame frame;
        frame.mutable_unwatch()->set_watch(request);
        append_frame(out, frame);
    }
    unwatch_.clear();
}

std::vector<wait_handler> wait_table::take(message_id id) {
    std::vector<wait_handler> out;
    auto const found = entries_.find(id);
    if (found == entries_.end())
        return out;
    for (auto& each : found->second.waiters) {
        deadlines_.erase({each.deadline, each.number, id});
        out.push_back(std::move(each.handler));
    }
    // The broker ends the watch of this message by itself.
    if (auto const watch = watches_.find(found->second.watch); watch != watches_.end())
        if (--watch->second == 0)
            watches_.erase(watch);
    entries_.erase(found);
    return out;
}

bool wait_table::refuse(std::uint64_t request, std::vector<wait_handler>& out) {
    if (watches_.erase(request) == 0)
        return false;
    std::vector<message_id> ids;
    for (auto const& [id, each] : entries_)
        if (each.watch == request)
            ids.push_back(id);
    for (auto const id : ids)
        for (auto& handler : take(id))
            out.push_back(std::move(handler));
    return true;
}

std::vector<wait_handler> wait_table::take_expired(steady_time now) {
    std::vector<wait_handler> out;
    while (!deadlines_.empty() && deadlines_.begin()->at <= now) {
        auto const due = *deadlines_.begin();
        out.push_back(take_waiter(entries_.find(due.id), due.number));
    }
    return out;
}

void wait_table::leave(entry const& gone) {
    auto const watch = watches_.find(gone.watch);
    if (watch == watches_.end() || --watch->second > 0)
        return;
    unwatch_.push_back(watch->first);
    watches_.erase(watch);
}

std::vector<wait_handler> wait_table::take_all() {
    std::vector<wait_handler> out;
    for (auto& [id, each] : entries_)
        for (auto& waiting : each.waiters)
            out.push_back(std::move(waiting.handler));
    entries_.clear();
    unwatched_.clear();
    watches_.clear();
    unwatch_.clear();
    deadlines_.clear();
    return out;
}

void wait_table::rewind() {
    watches_.clear();
    unwatch_.clear();
    unwatched_.clear();
    for (auto& [id, each] : entries_) {
        each.watch = 0;
        unwatched_.push_back(id);
    }
}

steady_time wait_table::next_deadline() const {
    return deadlines_.empty() ? steady_time::max() : deadlines_.begin()->at;
}

} // namespace peyk
