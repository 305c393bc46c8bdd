#include "client/src/request_table.hpp"

#include <utility>

namespace peyk {

void request_table::add(std::uint64_t request,
                        std::string frame,
                        steady_time deadline,
                        request_kind kind,
                        reply_handler handler) {
    pending_.emplace_hint(pending_.end(),
                          request,
                          entry{std::move(frame), deadline, kind, false, std::move(handler)});
    unsent_.push_back(request);
    deadlines_.emplace(deadline, request);
}

void request_table::expect_more(std::uint64_t request, reply_handler handler) {
    pending_.emplace(request,
                     entry{{}, steady_time::max(), {on_loss::fail}, true, std::move(handler)});
}

void request_table::stage(std::string& out, request_place place) {
    std::erase_if(unsent_, [&](std::uint64_t request) {
        auto const found = pending_.find(request);
        if (found == pending_.end())
            return true;
        if (found->second.kind.place != place)
            return false;
        found->second.sent = true;
        out.append(found->second.frame);
        return true;
    });
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

std::vector<reply_handler> request_table::rewind() {
    std::vector<reply_handler> failed;
    unsent_.clear();
    for (auto at = pending_.begin(); at != pending_.end();) {
        auto const here = at++;
        auto const was_sent = std::exchange(here->second.sent, false);
        auto const lost = here->second.kind.lost;
        if (!was_sent || lost == on_loss::ask_again)
            unsent_.push_back(here->first);
        else if (auto handler = remove(here); lost == on_loss::fail)
            failed.push_back(std::move(handler));
    }
    return failed;
}

steady_time request_table::next_deadline() const {
    return deadlines_.empty() ? steady_time::max() : deadlines_.begin()->first;
}

reply_handler request_table::remove(iterator at) {
    auto handler = std::move(at->second.handler);
    deadlines_.erase({at->second.deadline, at->first}); // not there for expect_more()
    pending_.erase(at);
    return handler;
}

} // namespace peyk
