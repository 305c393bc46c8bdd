#include "broker/server/instructions.hpp"

#include <algorithm>
#include <utility>

namespace peyk::server {

std::optional<std::vector<std::uint64_t>> instructions::begin(core::session_id asker,
                                                              core::request_id request,
                                                              std::vector<addressee> const& workers,
                                                              core::duration wait,
                                                              core::steady_time now) {
    if (pending_.size() + workers.size() > pending_max)
        return std::nullopt;
    if (wait == core::duration{0})
        wait = wait_default;
    wait = std::min(wait, wait_max);
    std::vector<std::uint64_t> numbers;
    for (auto const& each : workers) {
        numbers.push_back(++last_);
        pending_.emplace(last_,
                         pending{each.session, each.name, asker, request, now + wait, wait});
    }
    return numbers;
}

void instructions::answer(table::iterator which,
                          bool ok,
                          std::string text,
                          std::vector<outcome_for>& out) {
    auto const done = std::move(which->second);
    pending_.erase(which);
    bool const more = std::ranges::any_of(pending_, [&](auto const& each) {
        return each.second.asker == done.asker && each.second.request == done.request;
    });
    out.push_back({done.asker, done.request, {done.name, ok, std::move(text), !more, 0}});
}

void instructions::replied(core::session_id worker,
                           net::instruction_reply const& reply,
                           std::vector<outcome_for>& out) {
    auto const found = pending_.find(reply.number);
    if (found != pending_.end() && found->second.worker == worker)
        answer(found, reply.ok, std::string{reply.text}, out);
}

void instructions::lost(core::session_id gone, std::vector<outcome_for>& out) {
    std::erase_if(pending_, [&](auto const& each) { return each.second.asker == gone; });
    for (auto next = pending_.begin(); next != pending_.end();) {
        auto const here = next++;
        if (here->second.worker == gone)
            answer(here, false, "was lost before it answered", out);
    }
}

void instructions::expire(core::steady_time now, std::vector<outcome_for>& out) {
    for (auto next = pending_.begin(); next != pending_.end();) {
        auto const here = next++;
        if (here->second.until > now)
            continue;
        auto const seconds = static_cast<double>(here->second.wait.count()) / 1'000;
        auto text = std::to_string(seconds);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.pop_back();
        answer(here, false, "did not answer within " + text + " s", out);
    }
}

core::steady_time instructions::next() const {
    core::steady_time first{core::duration::max()};
    for (auto const& [number, each] : pending_)
        first = std::min(first, each.until);
    return first;
}

} // namespace peyk::server
