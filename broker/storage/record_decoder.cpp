#include "broker/storage/record_codec.hpp"

#include "peyk/storage/v1/record.pb.h"

#include <array>
#include <limits>
#include <utility>

namespace peyk::storage {

namespace {

namespace record = core::record;

core::wall_time at(std::int64_t ms) {
    return core::wall_time{core::duration{ms}};
}

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
    template <class Message>
    [[nodiscard]] core::counters counters(Message const& from) {
        return {.attempts = to<std::uint16_t>(from.attempts()),
                .crashes = to<std::uint16_t>(from.crashes()),
                .deliveries = from.deliveries()};
    }
    [[nodiscard]] bool fits() const { return fits_; }

private:
    bool fits_ = true;
};

core::task_error get(v1::TaskError const& from) {
    return {.type = from.type(), .text = from.text(), .trace = from.trace()};
}

core::message get(v1::Message const& from, std::string_view content, narrowing& narrow) {
    return {.id = {from.id_high(), from.id_low()},
            .queue = from.queue(),
            .task = from.task(),
            .priority = narrow.to<std::uint8_t>(from.priority()),
            .eta = at(from.eta_ms()),
            .expires = at(from.expires_ms()),
            .retry = {.max_retries = narrow.to<std::uint16_t>(from.max_retries()),
                      .factor_percent = narrow.to<std::uint16_t>(from.retry_factor_percent()),
                      .base_ms = from.retry_base_ms(),
                      .max_ms = from.retry_max_ms(),
                      .spread = narrow.to_enum(from.retry_jitter(), core::jitter::full)},
            .result = {.ttl_s = from.result_ttl_s(),
                       .keep = !from.result_ignore(),
                       .track_started = from.track_started()},
            .max_crashes = narrow.to<std::uint16_t>(from.max_crashes()),
            .content = content};
}

record::published get(v1::Published const& from, std::string_view content, narrowing& narrow) {
    return {.number = {from.number()},
            .message = get(from.message(), content, narrow),
            .at = at(from.at_ms()),
            .session = {from.session_high(), from.session_low()},
            .sequence = {from.sequence()}};
}

record::message_kept get(v1::MessageKept const& from, std::string_view content, narrowing& narrow) {
    return {.number = {from.number()},
            .message = get(from.message(), content, narrow),
            .at = at(from.at_ms()),
            .state = narrow.to_enum(from.state(), core::message_state::dead),
            .due = at(from.due_ms()),
            .retrying = from.retrying(),
            .counters = narrow.counters(from),
            .last_error = get(from.last_error()),
            .lease = {{from.lease_epoch()}, from.lease_number()},
            .holder = {from.holder_high(), from.holder_low()},
            .started = from.started(),
            .content_bytes = static_cast<std::uint32_t>(content.size())};
}

record::finished get(v1::Finished const& from, std::string_view content, narrowing& narrow) {
    return {.number = {from.number()},
            .id = {from.id_high(), from.id_low()},
            .queue = from.queue(),
            .task = from.task(),
            .outcome = {.state = narrow.to_enum(from.state(), core::message_state::dead),
                        .expired = from.expired(),
                        .result = content,
                        .content_type = from.content_type(),
                        .error = get(from.error()),
                        .settled_by = {{from.lease_epoch()}, from.lease_number()},
                        .worker = from.worker(),
                        .finished = at(from.finished_ms())},
            .counters = narrow.counters(from),
            .published = at(from.published_ms()),
            .until = at(from.until_ms())};
}

record::requeued get(v1::Requeued const& from, narrowing& narrow) {
    return {.number = {from.number()},
            .due = at(from.due_ms()),
            .retrying = from.retrying(),
            .counters = narrow.counters(from),
            .error = get(from.error())};
}

using accepted_list = std::vector<std::pair<core::publish_sequence, core::publish_sequence>>;

std::optional<core::any_record> get(v1::SessionOpened const& from, accepted_list& accepted) {
    if (from.accepted_first_size() != from.accepted_last_size()) {
        return std::nullopt;
    }
    accepted.clear();
    for (int i = 0; i < from.accepted_first_size(); ++i) {
        accepted.push_back({{from.accepted_first(i)}, {from.accepted_last(i)}});
    }
    return record::session_opened{.session = {from.session_high(), from.session_low()},
                                  .name = from.name(),
                                  .consumes = from.consumes(),
                                  .accepted = accepted};
}

std::optional<core::any_record>
get(v1::Record const& from, std::string_view content, accepted_list& accepted, narrowing& narrow) {
    switch (from.fact_case()) {
    case v1::Record::kEpochStarted:
        return record::epoch_started{.epoch = {from.epoch_started().epoch()},
                                     .at = at(from.epoch_started().at_ms())};
    case v1::Record::kStoppedCleanly:
        return record::stopped_cleanly{};
    case v1::Record::kSessionOpened:
        return get(from.session_opened(), accepted);
    case v1::Record::kSessionEnded:
        return record::session_ended{
            .session = {from.session_ended().session_high(), from.session_ended().session_low()}};
    case v1::Record::kPublished:
        return get(from.published(), content, narrow);
    case v1::Record::kMessageKept:
        return get(from.message_kept(), content, narrow);
    case v1::Record::kLeased:
        return record::leased{
            .number = {from.leased().number()},
            .token = {{from.leased().lease_epoch()}, from.leased().lease_number()},
            .session = {from.leased().session_high(), from.leased().session_low()}};
    case v1::Record::kRequeued:
        return get(from.requeued(), narrow);
    case v1::Record::kStarted:
        return record::started{.number = {from.started().number()},
                               .at = at(from.started().at_ms())};
    case v1::Record::kFinished:
        return get(from.finished(), content, narrow);
    case v1::Record::kForgotten:
        return record::forgotten{.number = {from.forgotten().number()}};
    case v1::Record::FACT_NOT_SET:
        break;
    }
    return std::nullopt;
}

} // namespace

struct record_decoder::messages {
    v1::Record record;
    accepted_list accepted;
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
    narrowing narrow;
    auto const content = rest.substr(frame->content_offset(), frame->content_bytes);
    auto fact = get(message, content, messages_->accepted, narrow);
    if (!fact || !narrow.fits()) {
        return std::nullopt;
    }
    return decoded{std::move(*fact), static_cast<std::uint32_t>(frame->bytes())};
}

} // namespace peyk::storage
