#pragma once
// One schedule the broker knows.

#include "broker/core/cron_expression.hpp"
#include "broker/core/deadline_index.hpp"
#include "broker/core/record.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/schedule.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::core {

// The unique key of a schedule's messages, where overlap is not allowed: this and its name.
inline constexpr std::string_view schedule_key_prefix = "schedule:";

// In the deadline index while it has a slot to come and is not paused.
struct schedule_entry final : retained {
    explicit schedule_entry(std::string_view named) : retained(kind::schedule), name(named) {}

    // Keeps a copy of everything borrowed, which is not its own.
    void take(schedule_spec const& from);

    // Whether two have the same slots.
    [[nodiscard]] bool same_slots(schedule_spec const& other) const;
    // Whether nothing at all is different.
    [[nodiscard]] bool same(schedule_spec const& other) const;
    // The first slot later than `after`; never: there is none.
    [[nodiscard]] wall_time slot_after(wall_time after, time_zones const* zones) const;
    // The first slot that is not used up.
    [[nodiscard]] wall_time next_slot(time_zones const* zones) const;
    // From one slot to another, both included. Counts to 10,000, further only with an interval.
    [[nodiscard]] std::uint64_t
    count_slots(wall_time first, wall_time last, time_zones const* zones) const;
    [[nodiscard]] record::schedule_set as_record();
    [[nodiscard]] std::size_t bytes() const;

    std::uint32_t deadline_slot = no_deadline_slot;
    std::string name;
    schedule_spec spec; // its texts are its own
    wall_time since = unset;
    wall_time last_slot = unset;
    wall_time next = never;         // slot
    wall_time caught_up_to = unset; // missed slots up to this one may fire
    message_id last_message;
    std::uint64_t fired = 0;
    std::uint64_t skipped = 0;

private:
    std::string_view keep(std::string_view text);
    std::span<std::string_view const> keep(std::span<std::string_view const> texts,
                                           std::vector<std::string_view>& as);

    std::optional<cron_expression> cron_;
    std::string texts_;
    std::vector<std::uint32_t> retry_delays_;
    std::vector<std::string_view> labels_;
    std::vector<std::string_view> tags_;
};

} // namespace peyk::core
