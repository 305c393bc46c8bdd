#include "client/src/request_table.hpp"

#include <algorithm>
#include <utility>

namespace peyk {

void request_table::add(std::uint64_t request,
                        std::string frame,
                        steady_time deadline,
                        bool resend,
                        reply_handler handler) {
    pending_.emplace_hint(
        pending_.end(), request, entry{std::move(frame), deadline, resend, std::move(handler)});
    unsent_.push_back(request);
    deadlines_.emplace(deadline, request);
}

void request_table::stage(std::string& out) {
    for (auto const request : unsent_)
        if (auto const found = pending_.find(request); found != pending_.end())
            out.append(found->second.frame);
    unsent_.clear();
}

reply_handler request_table::take(std::uint64_t request) {
    auto const found = pending_.find(request);
    return found == pending_.end() ? reply_handler{} : remove(found);
}

reply_handler request_table::take_expired(steady_time now) {
    if (deadlines_.empty() || deadlines_.begin()->first > now)
        return {};
    return take(deadlines_.begin()->second);
}

reply_handler request_table::take_any() {
    return pending_.empty() ? reply_handler{} : remove(pending_.begin());
}

void request_table::rewind() {
    std::vector<std::uint64_t> again;
    for (auto at = pending_.begin(); at != pending_.end();) {
        auto const here = at++;
        auto const unsent = std::binary_search(unsent_.begin(), unsent_.end(), here->first);
        if (here->second.resend || unsent)
            again.push_back(here->first);
        else
            remove(here);
    }
    unsent_ = std::move(again);
}

steady_time request_table::next_deadline() const {
    return deadlines_.empty() ? steady_time::max() : deadlines_.begin()->first;
}

reply_handler request_table::remove(iterator at) {
    auto handler = std::move(at->second.handler);
    deadlines_.erase({at->second.deadline, at->first});
    pending_.erase(at);
    return handler;
}

} // namespace peyk
