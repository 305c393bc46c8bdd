#pragma once
// Each message back into its fact; the parts of record_decoder. Nobody else includes it. What is
// given back borrows from the message and from `room`.

#include "broker/core/record.hpp"
#include "broker/storage/stored_state.hpp"

#include "peyk/storage/v1/record.pb.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::storage::decoding {

namespace record = core::record;

// What a fact borrows and no message holds in its form. Until the next fact.
struct room {
    std::vector<std::pair<core::publish_sequence, core::publish_sequence>> accepted;
    std::vector<core::attempt> history;
    std::vector<std::string_view> labels;
    std::vector<std::string_view> tags;
};

// Narrows numbers that came from the disk, and remembers whether one did not fit.
class narrowing {
public:
    template <class To>
    [[nodiscard]] To to(std::uint32_t value) {
        fits_ = fits_ && value <= std::numeric_limits<To>::max();
        return static_cast<To>(value);
    }
    template <class Enum>
    [[nodiscard]] Enum to_enum(std::uint32_t value, Enum last) {
        fits_ = fits_ && value <= static_cast<std::uint32_t>(last);
        return static_cast<Enum>(value);
    }
    [[nodiscard]] core::message_state to_state(std::uint32_t number) {
        fits_ = fits_ && number < stored_states.size();
        return fits_ ? stored_states[number] : core::message_state::ready;
    }
    template <class Message>
    [[nodiscard]] core::counters counters(Message const& from) {
        return {.attempts = to<std::uint16_t>(from.attempts()),
                .crashes = to<std::uint16_t>(from.crashes()),
                .deliveries = from.deliveries()};
    }
    void expect(bool sound) { fits_ = fits_ && sound; }
    [[nodiscard]] bool fits() const { return fits_; }

private:
    bool fits_ = true;
};

[[nodiscard]] inline core::wall_time at(std::int64_t ms) {
    return core::wall_time{core::duration{ms}};
}

core::message
get_message(v1::Message const& from, std::string_view content, room& room, narrowing& narrow);

record::session_opened get(v1::SessionOpened const& from, room& room, narrowing& narrow);
record::published
get(v1::Published const& from, std::string_view content, room& room, narrowing& narrow);
record::message_kept
get(v1::MessageKept const& from, std::string_view content, room& room, narrowing& narrow);
record::leased get(v1::Leased const& from);
record::requeued get(v1::Requeued const& from, narrowing& narrow);
record::edited get(v1::Edited const& from, narrowing& narrow);
record::reported get(v1::Reported const& from);
record::finished
get(v1::Finished const& from, std::string_view content, room& room, narrowing& narrow);

record::policy_set get(v1::PolicySet const& from, narrowing& narrow);
record::hold_set get(v1::HoldSet const& from, narrowing& narrow);
record::hold_released get(v1::HoldReleased const& from, narrowing& narrow);
record::unique_taken get(v1::UniqueTaken const& from);
record::limit_set get(v1::LimitSet const& from);
record::limit_spent get(v1::LimitSpent const& from);
record::schedule_set
get(v1::ScheduleSet const& from, std::string_view content, room& room, narrowing& narrow);
record::sweep_began get(v1::SweepBegan const& from, narrowing& narrow);

} // namespace peyk::storage::decoding
