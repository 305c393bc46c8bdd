#include "broker/core/schedule_entry.hpp"

#include "broker/core/next_slot.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

wall_time slot_of_interval(wall_time start, duration every, wall_time after) {
    return after < start ? start : start + ((after - start) / every + 1) * every;
}

} // namespace

void schedule_entry::take(schedule_spec const& from) {
    core::message const& m = from.message;
    std::string_view const texts[] = {from.cron, from.zone, m.queue, m.task, m.content};
    std::size_t size = 0;
    for (std::string_view const each : texts) {
        size += each.size();
    }
    texts_.clear();
    texts_.reserve(size);
    retry_delays_.assign(m.retry_delays_ms.begin(), m.retry_delays_ms.end());
    spec = from;
    spec.name = name;
    spec.cron = keep(from.cron);
    spec.zone = keep(from.zone);
    spec.message.queue = keep(m.queue);
    spec.message.task = keep(m.task);
    spec.message.content = keep(m.content);
    spec.message.retry_delays_ms = retry_delays_;
    spec.message.unique = {};
    std::string mistake;
    cron_ = spec.cron.empty() ? std::nullopt : cron_expression::parse(spec.cron, mistake);
}

std::string_view schedule_entry::keep(std::string_view text) {
    std::size_t const at = texts_.size();
    texts_ += text; // Never beyond what was reserved: views stay good.
    return std::string_view{texts_}.substr(at);
}

std::size_t schedule_entry::bytes() const {
    return sizeof(schedule_entry) + 2 * name.size() + texts_.capacity() +
           retry_delays_.size() * sizeof(std::uint32_t);
}

bool schedule_entry::same_slots(schedule_spec const& other) const {
    return spec.cron == other.cron && spec.zone == other.zone && spec.every == other.every &&
           spec.start == other.start;
}

bool schedule_entry::same(schedule_spec const& other) const {
    message const& a = spec.message;
    message const& b = other.message;
    return same_slots(other) && spec.end == other.end && spec.jitter == other.jitter &&
           spec.misfire == other.misfire && spec.overlap == other.overlap &&
           spec.paused == other.paused && spec.configured == other.configured &&
           spec.expires_after == other.expires_after && a.queue == b.queue && a.task == b.task &&
           a.priority == b.priority && a.retry == b.retry && a.result == b.result &&
           a.max_crashes == b.max_crashes && a.max_age_s == b.max_age_s && a.root == b.root &&
           a.parent == b.parent && a.content == b.content &&
           std::ranges::equal(a.retry_delays_ms, b.retry_delays_ms);
}

wall_time schedule_entry::slot_after(wall_time after, time_zones const* zones) const {
    wall_time const from = spec.start != unset ? std::max(after, spec.start - duration{1}) : after;
    wall_time slot = never;
    if (spec.every > duration{0}) {
        slot = slot_of_interval(spec.start != unset ? spec.start : since, spec.every, from);
    } else if (cron_ && zone_known(spec.zone, zones)) {
        slot = core::next_slot(*cron_, spec.zone, zones, from).value_or(never);
    }
    return spec.end != unset && slot >= spec.end ? never : slot;
}

wall_time schedule_entry::next_slot(time_zones const* zones) const {
    return slot_after(std::max(since, last_slot), zones);
}

std::uint64_t
schedule_entry::count_slots(wall_time first, wall_time last, time_zones const* zones) const {
    constexpr std::uint64_t counted_max = 10'000;
    if (spec.every > duration{0}) {
        return static_cast<std::uint64_t>((last - first) / spec.every) + 1;
    }
    std::uint64_t count = 1;
    for (wall_time slot = first; slot < last && count < counted_max; ++count) {
        slot = slot_after(slot, zones);
    }
    return count;
}

record::schedule_set schedule_entry::as_record() {
    return {this, spec, since, last_slot, last_message, fired, skipped};
}

} // namespace peyk::core
