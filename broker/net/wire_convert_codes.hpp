#pragma once
// Enumerators of the core and of net -> those of the wire, in one place. Part of wire_convert;
// nobody else includes it.

#include "broker/core/command.hpp"
#include "broker/core/event.hpp"
#include "broker/core/message.hpp"
#include "broker/core/obstacle.hpp"
#include "broker/net/error.hpp"

#include "peyk/wire/v1/admin.pb.h"
#include "peyk/wire/v1/event.pb.h"
#include "peyk/wire/v1/result.pb.h"
#include "peyk/wire/v1/session.pb.h"

namespace peyk::net {

[[nodiscard]] wire::v1::ErrorCode code_of(errc code);
[[nodiscard]] wire::v1::ErrorCode code_of(core::errc code);
[[nodiscard]] wire::v1::Misfire misfire_of(core::misfire misfire);
[[nodiscard]] wire::v1::State state_of(core::visible_state state);
[[nodiscard]] wire::v1::Detail detail_of(core::visible_detail detail);

// Enumerators that both sides number alike: whoever adds one adds it to both.
template <class Wire, class Core>
[[nodiscard]] constexpr Wire same_number(Core value) {
    return static_cast<Wire>(static_cast<int>(value));
}
static_assert(same_number<wire::v1::Death>(core::death::queue_full) == wire::v1::DEATH_QUEUE_FULL);
static_assert(same_number<wire::v1::HoldScope>(core::hold_scope::key) ==
              wire::v1::HOLD_KEY);
static_assert(same_number<wire::v1::MessageState>(core::message_state::dead) ==
              wire::v1::STATE_DEAD);
static_assert(same_number<wire::v1::Overflow>(core::overflow::dead_letter) ==
              wire::v1::OVERFLOW_DEAD_LETTER);
static_assert(same_number<wire::v1::Overlap>(core::overlap::replace) == wire::v1::OVERLAP_REPLACE);
static_assert(same_number<wire::v1::SweepAction>(core::sweep_action::edit) ==
              wire::v1::SWEEP_EDIT);
static_assert(same_number<wire::v1::EventKind>(core::event_kind::worker_offline) ==
              wire::v1::EVENT_WORKER_OFFLINE);
static_assert(same_number<wire::v1::ObstacleKind>(core::obstacle_kind::behind_others) ==
              wire::v1::OBSTACLE_BEHIND_OTHERS);
static_assert(same_number<wire::v1::Backoff>(core::backoff::list) == wire::v1::BACKOFF_LIST);
static_assert(same_number<wire::v1::Jitter>(core::jitter::full) == wire::v1::JITTER_FULL);
static_assert(same_number<wire::v1::UniqueUntil>(core::unique_until::ttl) == wire::v1::UNTIL_TTL);
static_assert(same_number<wire::v1::OnConflict>(core::on_conflict::keep_last) ==
              wire::v1::CONFLICT_KEEP_LAST);

} // namespace peyk::net
