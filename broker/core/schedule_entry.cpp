#include "broker/core/schedule_entry.hpp"

#include "broker/core/next_slot.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

wall_time slot_of_interval(wall_time start, duration every, wall_time after) {
    return after < start ? start : start + ((after - start) / every + 1) * every;
}

std::size_t size_of(std::span<std::string_view const> texts) {
    std::size_t size = 0;
    for (std::string_view const each : texts) {
        size += each.size();
    }
    return size;
}

} // namespace

void schedule_entry::take(schedule_spec const& from) {
    core::message const& m = from.message;
    placement const& place = m.placement;
    std::string_view const texts[] = {from.cron,
                                      from.zone,
                                      m.queue,
                                      m.task,
                                      m.content,
                                      place.ordering_key,
                                      place.fairness_key,
                                      place.limit_key};
    std::size_t const size = size_of(texts) + size_of(place.labels) + size_of(m.tags);
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
    spec.message.placement.ordering_key = keep(place.ordering_key);
    spec.message.placement.fairness_key = keep(place.fairness_key);
    spec.message.placement.limit_key = keep(place.limit_key);
    spec.message.placement.labels = keep(place.labels, labels_);
    spec.message.tags = keep(m.tags, tags_);
    spec.message.unique = {};
    std::string mistake;
    cron_ = spec.cron.empty() ? std::nullopt : cron_expression::parse(spec.cron, mistake);
}

std::string_view schedule_entry::keep(std::string_view text) {
    std::size_t const at = texts_.size();
    texts_ += text; // Never beyond what was reserved: views stay good.
    return std::string_view{texts_}.substr(at);
}

std::span<std::string_view const> schedule_entry::keep(std::span<std::string_view const> texts,
                                                       std::vector<std::string_view>& as) {
    as.clear();
    for (std::string_view const each : texts) {
        as.push_back(keep(each));
    }
    return as;
}

std::size_t schedule_entry::bytes() const {
    return sizeof(schedule_entry) + 2 * name.size() + texts_.capacity() +
           (labels_.size() + tags_.size()) * sizeof(std::string_view) +
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
           std::ranges::equal(a.retry_delays_ms, b.retry_delays_ms) &&
           a.placement.ordering_key == b.placement.ordering_key &&
           a.placement.fairness_key == b.placement.fairness_key &&
           a.placement.limit_key == b.placement.limit_key &&
           a.placement.cost == b.placement.cost &&
           std::ranges::equal(a.placement.labels, b.placement.labels) &&
           std::ranges::equal(a.tags, b.tags);
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
