// What concerns only who is connected: events, instructions to workers, and what the statistics
// count.

#include "broker/core/selector.hpp"
#include "broker/server/engine.hpp"

#include <algorithm>
#include <utility>

namespace peyk::server {
namespace {

constexpr core::duration minute{60'000};
// A listener that does not keep up is looked at again after this long, while there is one.
constexpr core::duration lagging_wait{100};
// Sessions one answer tells of; and those looked at in one go.
constexpr std::uint32_t sessions_default = 100;
constexpr std::uint32_t sessions_max = 1'000;
// What programs say of themselves in one answer, roughly: well within a frame.
constexpr std::size_t said_bytes_max = 4u << 20;

net::problem refusal(core::errc why) {
    net::problem p;
    p.request = why;
    return p;
}

bool matches_any(std::string_view pattern, std::vector<std::string> const& texts) {
    return pattern.empty() || std::ranges::any_of(texts, [pattern](auto const& text) {
               return core::matches(pattern, text);
           });
}

// One at least, if there is one.
std::size_t that_fit(std::vector<core::session_view> const& found) {
    std::size_t bytes = 0;
    auto const first_over = std::ranges::find_if(found, [&bytes](auto const& each) {
        bytes += each.metrics.size();
        for (auto const& [name, value] : each.facts)
            bytes += name.size() + value.size();
        return bytes > said_bytes_max;
    });
    return std::max<std::size_t>(1, static_cast<std::size_t>(first_over - found.begin()));
}

} // namespace

void engine::answer(net::session& to, core::request_id request, net::listen const& asked) {
    if (!events_.listen(to.id(), request, asked))
        return to.protocol().refuse(request, refusal(core::errc::too_many_listeners));
    state_.listen(true);
    // Says at once where it begins.
    to.protocol().answer(request, net::event_batch{{}, events_.begins_at(to.id(), request), 0});
    deliver_events();
}

void engine::answer(net::session& to, core::request_id, net::unlisten const& asked) {
    events_.unlisten(to.id(), asked.listen, clock_.now().steady);
}

void engine::forget_watching(core::session_id gone) {
    events_.forget(gone, clock_.now().steady);
    instructions_.lost(gone, outcomes_);
    tell_outcomes();
}

void engine::deliver_events() {
    events_.deliver(
        [this](core::session_id id) {
            auto const to = find(id);
            return to.session != nullptr && !to.session->protocol().out().crowded();
        },
        [this](core::session_id id, core::request_id request, net::event_batch const& batch) {
            auto const to = find(id);
            to.session->protocol().answer(request, batch);
            flush_soon(*to.session);
        });
    if (events_.behind())
        arm_watch_timer();
}

std::vector<core::session_view>
engine::matching_sessions(std::string_view name, std::string_view label, bool workers) const {
    std::vector<core::session_view> found;
    core::session_id after{};
    for (;;) {
        auto page = state_.sessions(after, sessions_max, workers);
        if (page.empty())
            return found;
        after = page.back().id;
        for (auto& each : page) {
            bool const named = name.empty() || core::matches(name, each.name) ||
                               name == net::public_id(each.id);
            if (named && matches_any(label, each.labels))
                found.push_back(std::move(each));
        }
    }
}

void engine::answer(net::session& to, core::request_id request, net::list_sessions const& asked) {
    auto found = matching_sessions(asked.name, asked.label, asked.workers);
    if (!asked.after.empty()) {
        auto const last = std::ranges::find_if(
            found, [&](auto const& each) { return net::public_id(each.id) == asked.after; });
        found.erase(found.begin(), last == found.end() ? last : std::next(last));
    }
    auto const count = asked.count_max == 0 ? sessions_default
                                            : std::min(asked.count_max, sessions_max);
    auto const fits = std::min<std::size_t>(count, that_fit(found));
    bool const more = found.size() > fits;
    if (more)
        found.resize(fits);
    to.protocol().answer(request, net::session_page{found, more, clock_.now().steady});
}

void engine::answer(net::session& to,
                    core::request_id request,
                    net::instruct_workers const& asked) {
    std::vector<addressee> workers;
    for (auto const& each : matching_sessions(asked.name, asked.label, true)) {
        if (each.connected && find(each.id).session != nullptr)
            workers.push_back({each.id, each.name});
    }
    if (workers.empty())
        return to.protocol().refuse(request, refusal(core::errc::unknown_worker));
    auto const numbers = instructions_.begin(
        to.id(), request, workers, core::duration{asked.wait_ms}, clock_.now().steady);
    if (!numbers)
        return to.protocol().refuse(request, refusal(core::errc::in_flight_exceeded));
    // Says at once how many are told.
    net::instructed told;
    told.workers = static_cast<std::uint32_t>(workers.size());
    to.protocol().answer(request, told);
    std::vector<std::string> const arguments(asked.arguments.begin(), asked.arguments.end());
    for (std::size_t i = 0; i < workers.size(); ++i) {
        auto& worker = *find(workers[i].session).session;
        worker.protocol().instruct({(*numbers)[i], asked.action, arguments});
        flush_soon(worker);
    }
    arm_watch_timer();
}

void engine::answer(net::session& from,
                    core::request_id,
                    net::instruction_reply const& told) {
    instructions_.replied(from.id(), told, outcomes_);
    tell_outcomes();
}

void engine::tell_outcomes() {
    for (auto const& each : std::exchange(outcomes_, {})) {
        if (auto const to = find(each.asker); to.session != nullptr) {
            to.session->protocol().answer(each.request, each.what);
            flush_soon(*to.session);
        }
    }
}

void engine::answer(net::session& to,
                    core::request_id request,
                    net::show_statistics const& asked) {
    count_minute(); // so that what has just happened is in it
    auto const found = statistics_.find(
        asked.kind, asked.name, asked.since, asked.hours, clock_.now().wall);
    to.protocol().answer(request, std::span{found});
}

void engine::count_minute() {
    samples_.clear();
    state_.take_samples(samples_);
    statistics_.add(samples_, clock_.now().wall);
}

void engine::arm_watch_timer() {
    if (stopped_ || failed_)
        return;
    auto at = std::min(minute_end_, instructions_.next());
    if (events_.behind())
        at = std::min(at, clock_.now().steady + lagging_wait);
    if (watch_at_ <= at)
        return;
    watch_at_ = at;
    watch_timer_.expires_at(std::chrono::steady_clock::time_point{at.time_since_epoch()});
    watch_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec)
            on_watch_timer();
    });
}

void engine::on_watch_timer() {
    watch_at_ = core::steady_time{core::duration::max()};
    if (stopped_ || failed_)
        return;
    auto const now = clock_.now().steady;
    instructions_.expire(now, outcomes_);
    tell_outcomes();
    deliver_events();
    if (minute_end_ <= now) {
        count_minute();
        statistics_.flush();
        minute_end_ = now + minute;
        state_.listen(events_.wanted(now));
    }
    arm_watch_timer();
}

} // namespace peyk::server
