// Messages as their publishers handed them over -> server frames.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_codes.hpp"
#include "broker/net/wire_convert_frames.hpp"

#include "peyk/wire/v1/frame.pb.h"

namespace peyk::net {

namespace wire = peyk::wire::v1;

void fill(wire::Message& to, core::message const& from) {
    to.set_queue(text(from.queue));
    to.set_task(text(from.task));
    to.set_priority(from.priority);
    auto& retry = *to.mutable_retry();
    retry.set_max_retries(from.retry.max_retries);
    retry.set_base_ms(from.retry.base_ms);
    retry.set_factor_percent(from.retry.factor_percent);
    retry.set_max_ms(from.retry.max_ms);
    retry.set_jitter(same_number<wire::Jitter>(from.retry.spread));
    retry.set_backoff(same_number<wire::Backoff>(from.retry.curve));
    for (auto const delay : from.retry_delays_ms)
        retry.add_delays_ms(delay);
    retry.set_max_age_s(from.max_age_s);
    auto& result = *to.mutable_result();
    result.set_ttl_s(from.result.ttl_s);
    result.set_ignore(!from.result.keep);
    result.set_track_started(from.result.track_started);
    if (from.max_crashes != 0)
        to.set_max_crashes(from.max_crashes);
    to.set_content(std::string{from.content});
    to.set_ordering_key(text(from.placement.ordering_key));
    to.set_fairness_key(text(from.placement.fairness_key));
    to.set_limit_key(text(from.placement.limit_key));
    to.set_cost(from.placement.cost);
    for (auto const label : from.placement.labels)
        to.add_labels(text(label));
    for (auto const tag : from.tags)
        to.add_tags(text(tag));
}

namespace {

void fill_whole(wire::Message& to, core::message const& from) {
    fill(to, from);
    to.set_eta_ms(ms_of(from.eta));
    to.set_expires_ms(ms_of(from.expires));
    if (!from.unique.key.empty()) {
        auto& unique = *to.mutable_unique();
        unique.set_key(text(from.unique.key));
        unique.set_until(same_number<wire::UniqueUntil>(from.unique.until));
        unique.set_on_conflict(same_number<wire::OnConflict>(from.unique.conflict));
        unique.set_ttl_s(from.unique.ttl_s);
    }
    to.set_root_high(from.root.high);
    to.set_root_low(from.root.low);
    to.set_parent_high(from.parent.high);
    to.set_parent_low(from.parent.low);
}

} // namespace

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<told_message const> messages) {
    wire::ServerFrame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_whole_messages();
    for (auto const& each : messages) {
        auto& item = *list.add_messages();
        auto& message = *item.mutable_message();
        if (each.content != content_state::unknown)
            fill_whole(message, each.message);
        message.set_id_high(each.message.id.high);
        message.set_id_low(each.message.id.low);
        item.set_content(same_number<wire::ContentState>(each.content));
    }
    append(out, f);
}

} // namespace peyk::net
