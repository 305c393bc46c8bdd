#pragma once
// Every maximum of the core, each with its reason and with what happens at it.

#include "broker/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace peyk::core {

struct limits {
    // A message's content. Over it: errc::message_too_large. 4 MiB: larger things belong in a file
    // store with the message naming them; a frame holds 16 MiB.
    std::size_t content_bytes_max = 4u << 20;
    // A stored result. Over it: the settlement is refused with errc::result_too_large.
    std::size_t result_bytes_max = 4u << 20;
    // Error type, message and trace together; longer ones are cut, never refused: a failure must
    // always be recordable.
    std::size_t error_bytes_max = 16u << 10;
    // Names of queues (letters, digits and . _ - : /) and tasks, in bytes.
    std::size_t name_bytes_max = 200;
    // Queues, and distinct names of queues and tasks together. Names are kept for the life of the
    // process. Over it: errc::too_many_queues, errc::too_many_names.
    std::size_t queues_max = 100'000;
    std::size_t names_max = 1'000'000;
    // Messages in one publish, settlements in one settle. Over it: errc::batch_too_large.
    std::size_t batch_max = 4'096;
    // Messages whose time has come that one advance() fires. A million results that expire in one
    // moment take a hundred calls, between which others are served.
    std::size_t advance_max = 10'000;
    // Sessions known, connected or in their grace period or remembered for their publishes. Over
    // it the longest idle one is forgotten; if all are in use: errc::too_many_sessions.
    std::size_t sessions_max = 20'000;
    std::size_t consumers_per_session_max = 256;
    std::size_t queues_per_consumer_max = 256;
    std::size_t watches_per_session_max = 100'000;
    // Bodies delivered to one session by one call. Over it the session counts as stalled until
    // set_stalled() says that its connection has taken them (output::held_back). 8 MiB: a fraction
    // of what a connection may have unsent before it is given up.
    std::size_t delivery_bytes_max = 8u << 20;
    // Unsettled deliveries of one consumer. 65,536: two commits' worth at full speed.
    std::uint32_t credit_max = 65'536;
    // Gaps in a session's accepted publishes (each is a refused publish that may be sent again).
    // Over it: errc::in_flight_exceeded.
    std::size_t sequence_gaps_max = 65'536;
    // Failed or lost runs remembered of one message; the oldest go.
    std::size_t history_max = 10;
    // The error of each of them; cut like error_bytes_max, but there are many.
    std::size_t history_error_bytes_max = 4u << 10;
    // What a task hands to its next attempt. Over it: errc::checkpoint_too_large.
    std::size_t checkpoint_bytes_max = 256u << 10;
    // What a task may say about its progress; longer texts are cut.
    std::size_t progress_text_max = 1'000;
    // The log of one message; over it the oldest lines go.
    std::size_t log_bytes_max = 64u << 10;
    // Why something is held, for people; longer texts are cut.
    std::size_t reason_bytes_max = 1'000;
    // Messages that make room for one publish, by the policy of a full queue. Over it a publish is
    // refused with errc::queue_full, and the next one finds more room.
    std::size_t overflow_ended_max = 1'000;
    std::size_t unique_key_bytes_max = 200;
    std::size_t retry_delays_max = 32;
    // Ordering, fairness and limit keys, labels, tags, in bytes; and how many of the last two.
    std::size_t key_bytes_max = 200;
    std::size_t labels_max = 8;
    std::size_t tags_max = 16;
    // Weights of shares and of queues; costs of messages.
    std::uint32_t weight_max = 1'000;
    std::uint32_t cost_max = 1'000'000;
    // Limits and shares. Over it: errc::too_many_limits.
    std::size_t limits_max = 10'000;
    // Sections, tracks, lanes and turns together. Over it: errc::too_many_lanes.
    std::size_t lanes_max = 2'000'000;
    // Limiters that exist only because their rate is owed something; over it the debt is forgotten.
    std::size_t idle_limiters_max = 1'000'000;
    // What a rate lets pass in this time may pass at once, whatever its burst: the clock and the
    // loop have a grain. Only rates over 100 a second notice.
    duration rate_grain{10};
    // What a program says of itself: how much, and together in bytes. More is cut off.
    std::size_t facts_max = 64;
    std::size_t facts_bytes_max = 16u << 10;
    std::size_t metrics_bytes_max = 64u << 10; // of a worker; more is left out
    duration worker_heartbeat_every{1'000};
    // Subscriptions to events, over all sessions. Over it: errc::too_many_listeners.
    std::size_t listeners_max = 1'000;
    // Names with statistics of their own; those that come later share the name "(others)".
    std::size_t series_max = 2'000;
    // Schedules, policies, holds and sweeps under way. Over it: errc::too_many_...
    std::size_t schedules_max = 10'000;
    std::size_t policies_max = 1'000;
    std::size_t holds_max = 10'000;
    std::size_t sweeps_max = 64;
    // Messages one sweep, or one list(), looks at in one go, and messages a sweep changes in it.
    std::size_t sweep_visits_max = 20'000;
    std::size_t sweep_changes_max = 1'000;
    // Time between two slots of a schedule with an interval: cron expressions cannot do it oftener.
    duration schedule_every_min{1'000};
    // A slot that is older counts as missed, like those that passed while the broker was down.
    duration misfire_after{60'000};
    // Fires of one schedule that misfire::run_all makes up for, the newest.
    std::size_t misfires_max = 1'000;
    // Bodies in memory. Over it durable bodies leave memory and are read back at delivery.
    std::size_t content_memory_bytes = 1u << 30;
    // Estimate of everything the core holds. Over it: publishes are refused, errc::memory_full.
    std::size_t memory_bytes_max = 8ull << 30;

    duration heartbeat{10'000}; // proposed to clients; between the two below
    duration heartbeat_min{100};
    duration heartbeat_max{60'000};
    int heartbeats_missed_max = 3;      // then a connected session counts as lost
    duration session_grace{30'000};     // a lost connection may come back that long
    duration session_memory{3'600'000}; // publishes of an ended session are still recognised
    // After an unclean start dispatch waits for the sessions that held leases, at most so long.
    duration settling{5'000};
    duration result_ttl{86'400'000};  // when the publisher gave none: 1 day
    duration dead_ttl{7'776'000'000}; // a dead letter is kept 90 days, without a policy
    std::uint16_t max_crashes = 3;    // when neither publisher nor policy gave it
    std::uint64_t dead_max = 100'000; // dead letters of one queue, without a policy
    // Of those too many, forgotten at each death: a maximum that was lowered stalls nobody.
    std::size_t dead_forgotten_max = 16;
};

} // namespace peyk::core
