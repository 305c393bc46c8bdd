#include "tests/system/lane_history.hpp"

#include <algorithm>
#include <sstream>

namespace peyk::test {
namespace {

constexpr std::size_t details_max = 20;

std::string name_of(run_event const& of) {
    auto const lane = of.lane == limited_lane ? "limited" : "key " + std::to_string(of.lane);
    return lane + " message " + std::to_string(of.number) + " (worker " +
           std::to_string(of.worker) + ", run " + std::to_string(of.run) + ")";
}

bool contains(std::vector<bool> const& numbers, std::uint64_t number) {
    return number < numbers.size() && numbers[number];
}

} // namespace

void lane_history::take(run_event const& what) {
    switch (what.kind) {
    case run_event_kind::begin:
        return begin(what);
    case run_event_kind::success:
        return end(what.run, true);
    case run_event_kind::failure:
        return end(what.run, false);
    case run_event_kind::death:
        return die(what.worker);
    }
}

void lane_history::begin(run_event const& what) {
    ++so_far_.runs;
    if (contains(succeeded_[what.lane], what.number))
        ++so_far_.again;
    if (what.lane != limited_lane) {
        begin_ordered(what);
    } else {
        ++limited_running_;
        so_far_.most_at_once = std::max(so_far_.most_at_once, limited_running_);
        if (limited_running_ > limit_) {
            blame(so_far_,
                  std::to_string(limited_running_) + " run at once since " + name_of(what));
        }
    }
    running_.emplace(what.run, what);
}

void lane_history::begin_ordered(run_event const& what) {
    auto& lane = ordered_[what.lane];
    if (lane.running != 0)
        blame(so_far_, name_of(what) + " begins while another of its key runs");
    if (what.number > lane.next)
        blame(so_far_,
              name_of(what) + " begins before " + std::to_string(lane.next) + " has succeeded");
    if (what.number < lane.begun)
        blame(so_far_, name_of(what) + " begins after later ones of its key");
    // What comes again must succeed again before the next.
    lane.next = std::min(lane.next, what.number);
    lane.begun = what.number;
    ++lane.running;
}

void lane_history::end(std::uint64_t run, bool success) {
    auto const found = running_.find(run);
    if (found == running_.end())
        return blame(so_far_, "run " + std::to_string(run) + " ends and does not run");
    auto const what = found->second;
    running_.erase(found);
    auto* const ordered = what.lane == limited_lane ? nullptr : &ordered_[what.lane];
    --(ordered ? ordered->running : limited_running_);
    if (!success) {
        ++so_far_.failures;
        return;
    }
    auto& numbers = succeeded_[what.lane];
    numbers.resize(std::max<std::size_t>(numbers.size(), what.number + 1));
    numbers[what.number] = true;
    if (ordered && what.number == ordered->next)
        ++ordered->next;
}

void lane_history::die(std::uint32_t worker) {
    for (auto at = running_.begin(); at != running_.end();) {
        if (at->second.worker != worker) {
            ++at;
            continue;
        }
        ++so_far_.cut_short;
        --(at->second.lane == limited_lane ? limited_running_ : ordered_[at->second.lane].running);
        at = running_.erase(at);
    }
}

lane_history::verdict
lane_history::check(std::map<std::uint32_t, std::uint64_t> const& published) const {
    auto made = so_far_;
    for (auto const& [run, what] : running_)
        blame(made, name_of(what) + " has not ended");
    for (auto const& [lane, count] : published) {
        made.messages += count;
        auto const found = succeeded_.find(lane);
        for (std::uint64_t number = 0; number < count; ++number) {
            if (found == succeeded_.end() || !contains(found->second, number))
                blame(made, name_of({.lane = lane, .number = number}) + " has not succeeded");
        }
    }
    // A load that never asks for more than the limit shows nothing.
    if (made.most_at_once < limit_)
        blame(made, "the limit of " + std::to_string(limit_) + " was not reached");
    return made;
}

void lane_history::blame(verdict& into, std::string text) const {
    ++into.faults;
    if (into.details.size() < details_max)
        into.details.push_back(std::move(text));
}

std::string lane_history::verdict::text() const {
    std::ostringstream out;
    out << messages << " messages in " << runs << " runs: " << failures << " failed, " << cut_short
        << " were cut short by the death of their worker, " << again
        << " came again after their success; most at once " << most_at_once << "; " << faults
        << " faults";
    for (auto const& each : details)
        out << "\n  " << each;
    return out.str();
}

} // namespace peyk::test
