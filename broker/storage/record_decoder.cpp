#include "broker/storage/record_codec.hpp"
#include "broker/storage/record_decoding.hpp"

#include <algorithm>
#include <utility>

namespace peyk::storage {

namespace decoding {

record::session_opened get(v1::SessionOpened const& from, room& room, narrowing& narrow) {
    narrow.expect(from.accepted_first_size() == from.accepted_last_size());
    room.accepted.clear();
    for (int i = 0; i < std::min(from.accepted_first_size(), from.accepted_last_size()); ++i) {
        room.accepted.push_back({{from.accepted_first(i)}, {from.accepted_last(i)}});
    }
    return {.session = {from.session_high(), from.session_low()},
            .name = from.name(),
            .consumes = from.consumes(),
            .accepted = room.accepted};
}

namespace {

// Facts of a field or two are decoded on the spot. Nullopt: no fact of this version.
std::optional<core::any_record>
get_any(v1::Record const& from, std::string_view content, room& room, narrowing& narrow) {
    switch (from.fact_case()) {
    case v1::Record::kEpochStarted:
        return record::epoch_started{.epoch = {from.epoch_started().epoch()},
                                     .at = at(from.epoch_started().at_ms())};
    case v1::Record::kStoppedCleanly:
        return record::stopped_cleanly{};
    case v1::Record::kSessionOpened:
        return get(from.session_opened(), room, narrow);
    case v1::Record::kSessionEnded:
        return record::session_ended{
            .session = {from.session_ended().session_high(), from.session_ended().session_low()}};
    case v1::Record::kPublished:
        return get(from.published(), content, room, narrow);
    case v1::Record::kMessageKept:
        return get(from.message_kept(), content, room, narrow);
    case v1::Record::kLeased:
        return get(from.leased());
    case v1::Record::kRequeued:
        return get(from.requeued(), narrow);
    case v1::Record::kRescheduled:
        return record::rescheduled{.number = {from.rescheduled().number()},
                                   .due = at(from.rescheduled().due_ms())};
    case v1::Record::kEdited:
        return get(from.edited(), narrow);
    case v1::Record::kMoved:
        return record::moved{.number = {from.moved().number()}, .queue = from.moved().queue()};
    case v1::Record::kRedriven:
        return record::redriven{.number = {from.redriven().number()},
                                .queue = from.redriven().queue(),
                                .reset_counters = from.redriven().reset_counters(),
                                .at = at(from.redriven().at_ms()),
                                .keyless = from.redriven().keyless()};
    case v1::Record::kReported:
        return get(from.reported());
    case v1::Record::kStarted:
        return record::started{.number = {from.started().number()},
                               .at = at(from.started().at_ms()),
                               .acknowledged = from.started().acknowledged()};
    case v1::Record::kFinished:
        return get(from.finished(), content, room, narrow);
    case v1::Record::kForgotten:
        return record::forgotten{.number = {from.forgotten().number()}};
    case v1::Record::kQueueCreated:
        return record::queue_created{.name = from.queue_created().name()};
    case v1::Record::kQueueDeleted:
        return record::queue_deleted{.name = from.queue_deleted().name()};
    case v1::Record::kPolicySet:
        return get(from.policy_set(), narrow);
    case v1::Record::kPolicyRemoved:
        return record::policy_removed{.pattern = from.policy_removed().pattern()};
    case v1::Record::kHoldSet:
        return get(from.hold_set(), narrow);
    case v1::Record::kHoldReleased:
        return get(from.hold_released(), narrow);
    case v1::Record::kLimitSet:
        return get(from.limit_set());
    case v1::Record::kLimitSpent:
        return get(from.limit_spent());
    case v1::Record::kShareSet:
        return record::share_set{.key = from.share_set().key(),
                                 .weight = from.share_set().weight()};
    case v1::Record::kUniqueTaken:
        return get(from.unique_taken());
    case v1::Record::kScheduleSet:
        return get(from.schedule_set(), content, room, narrow);
    case v1::Record::kScheduleRemoved:
        return record::schedule_removed{.name = from.schedule_removed().name()};
    case v1::Record::kSlotsSkipped:
        return record::slots_skipped{.name = from.slots_skipped().name(),
                                     .last_slot = at(from.slots_skipped().last_slot_ms()),
                                     .count = from.slots_skipped().count()};
    case v1::Record::kSweepBegan:
        return get(from.sweep_began(), narrow);
    case v1::Record::kSweepEnded:
        return record::sweep_ended{.id = {from.sweep_ended().id()}};
    case v1::Record::FACT_NOT_SET:
        break;
    }
    return std::nullopt;
}

} // namespace

} // namespace decoding

struct record_decoder::messages {
    v1::Record record;
    decoding::room room;
};

record_decoder::record_decoder() : messages_(std::make_unique<messages>()) {}
record_decoder::~record_decoder() = default;

std::optional<record_decoder::decoded> record_decoder::next(std::string_view batch,
                                                            std::size_t offset) {
    auto const rest = batch.substr(std::min(offset, batch.size()));
    auto const frame = decode_frame(rest);
    if (!frame || frame->bytes() > rest.size() || frame_checksum(rest, *frame) != frame->checksum) {
        return std::nullopt;
    }
    auto& message = messages_->record;
    if (!message.ParseFromArray(&rest[record_frame_bytes], static_cast<int>(frame->head_bytes))) {
        return std::nullopt;
    }
    decoding::narrowing narrow;
    auto const content = rest.substr(frame->content_offset(), frame->content_bytes);
    auto fact = decoding::get_any(message, content, messages_->room, narrow);
    if (!fact || !narrow.fits()) {
        return std::nullopt;
    }
    return decoded{std::move(*fact), static_cast<std::uint32_t>(frame->bytes())};
}

} // namespace peyk::storage
