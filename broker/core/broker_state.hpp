#pragma once
// All queues, messages, leases and results of one broker: the single door to the core.
// Deterministic: the same calls at the same times give the same output, byte for byte.
// Not thread-safe; never blocks.
//
// Life of an instance:  replay()* -> recovered() -> (apply | advance | placed | evict | relocate)*

#include "broker/core/broker_stats.hpp"
#include "broker/core/command.hpp"
#include "broker/core/effect.hpp"
#include "broker/core/limits.hpp"
#include "broker/core/obstacle.hpp"
#include "broker/core/record.hpp"
#include "broker/core/statistics.hpp"
#include "broker/core/worker_view.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace peyk::core {

// Whether new messages are taken. Settling and delivering always go on.
enum class publish_gate : std::uint8_t { open, disk_full };

class broker_state {
public:
    // `seed` feeds the jitter of retries; the same seed gives the same jitter. `zones` outlives it;
    // without, schedules know UTC only.
    explicit broker_state(limits const& limits,
                          std::uint64_t seed = 0,
                          time_zones const* zones = nullptr);
    ~broker_state();
    broker_state(broker_state&&) noexcept;

    // What the configuration says, before recovered(). Not remembered: told anew at each start.
    // A policy or schedule set by a command wins over a configured one of the same name. Returns
    // what is wrong with it; ok: nothing.
    errc configure(set_policy const& policy);
    errc configure(set_schedule const& schedule, std::string& detail);
    // These before replay() too: deliveries of an earlier life count against their limits.
    errc configure(set_limit const& limit);
    errc configure(set_share const& share);

    // Takes over one remembered fact. `at` and `bytes`: where its record stands and its size.
    void replay(any_record const& fact, position at, std::uint32_t bytes);

    // Ends replay: a new epoch begins, leases of known sessions get their grace period, and, unless
    // the last stop was clean, dispatch waits for sessions that held leases (limits::settling).
    void recovered(moment now, output& out);

    // Applies one command. Appends to `out` what must be remembered and what is owed, in order.
    void apply(any_command const& what, moment now, output& out);

    // Fires what is due: eta or retry reached, message or result expired, session lost. At most
    // limits::advance_max messages; what is left stays due at once.
    void advance(moment now, output& out);

    // When advance() next has work. Never late: advancing to it, and only to it, fires everything.
    [[nodiscard]] deadline next_deadline() const;

    // A later connection of the session has said Hello already: this one was held up on its way.
    // It must not be applied: it would take the session over and hand back what it does not name.
    [[nodiscard]] bool is_overtaken(connect const& hello) const;

    // Something was heard from the session's connection: its lease is renewed. No record, no cost.
    void heard(session_id session, steady_time now);

    // The record of `owner` (a member of published, message_kept, finished, session_opened,
    // epoch_started; null: nothing to place) will stand at `at` and takes `bytes` of the journal.
    // Called for each such record, in order, before the next call of apply(), advance() or
    // relocate().
    void placed(retained* owner, position at, std::uint32_t bytes);

    // Everything at or before `durable` is on disk: bodies over limits::content_memory_bytes may
    // now leave memory, newest first, because the oldest are delivered next.
    void durable_up_to(position durable);

    // A delivery that was withheld, once every record up to it is durable. None if it was taken
    // back meanwhile. Borrowed until the next call.
    [[nodiscard]] std::optional<delivery> hand_over(delivery_token token);

    // Writes anew what stands in the journal before `before`, oldest first, until about
    // `bytes_max` are produced. Returns false when nothing is left there.
    bool relocate(position before, std::size_t bytes_max, output& out);

    // Nothing before this position is needed any more; `nowhere` when nothing is retained.
    [[nodiscard]] position oldest_retained() const;

    void set_gate(publish_gate gate);

    // The session's connection does not take what it is sent: nothing more is delivered to it until
    // it does.
    void set_stalled(session_id session, bool stalled, moment now, output& out);

    // A clean stop: appends the record that says so. Nothing may be applied afterwards.
    void stop(output& out);

    [[nodiscard]] broker_epoch epoch() const;
    [[nodiscard]] broker_stats stats() const;
    // Queues in name order after `after`, `count_max` at most.
    [[nodiscard]] std::vector<queue_stats> queues(std::string_view after,
                                                  std::size_t count_max) const;
    [[nodiscard]] std::optional<queue_stats> queue(std::string_view name) const;
    // The client-visible state of a message.
    [[nodiscard]] core::status status(message_id id) const;
    // A message as its publisher handed it over; none if nobody knows it.
    [[nodiscard]] std::optional<kept_message> whole(message_id id) const;
    // Messages a selector chooses, `count_max` at most; looks at limits::sweep_visits_max at most,
    // so a page may be empty and not the last. `from`: 0, then what the page before said.
    [[nodiscard]] message_page
    list(selector const& which, std::uint64_t from, std::size_t count_max) const;
    // What is in the way of a message, and of the ready messages of a queue (the most first; looks
    // at limits::sweep_visits_max places at most).
    [[nodiscard]] obstacle why(message_id id, moment now) const;
    [[nodiscard]] std::vector<obstacle_count> obstacles(std::string_view queue, moment now) const;
    // Sessions in the order of their ids after `after`, `count_max` at most, connected or in their
    // grace period; `workers_only`: with consumers.
    [[nodiscard]] std::vector<session_view>
    sessions(session_id after, std::size_t count_max, bool workers_only) const;
    [[nodiscard]] std::vector<limit_stats> limits_in_force() const;
    // Of one limit, the limiters that are busy or hold something back: those in which most runs
    // first, then those for which most waits. `count_max` at most.
    [[nodiscard]] std::vector<limiter_stats>
    limiters(limit_names const& of, std::size_t count_max, moment now) const;
    [[nodiscard]] std::vector<share_stats> shares() const;
    // Whether output::events is wanted.
    void listen(bool wanted);
    // Hands over what was counted since the last time: one sample per queue and per task with any.
    void take_samples(std::vector<named_sample>& into);
    [[nodiscard]] std::vector<policy_stats> policies() const;
    [[nodiscard]] std::vector<hold_stats> holds() const;
    // In name order after `after`.
    [[nodiscard]] std::vector<schedule_state> schedules(std::string_view after,
                                                        std::size_t count_max) const;
    [[nodiscard]] std::optional<schedule_state> schedule(std::string_view name) const;
    [[nodiscard]] std::vector<sweep_state> sweeps() const;
    // An estimate of everything the core holds, against limits::memory_bytes_max.
    [[nodiscard]] std::uint64_t memory_bytes() const;

    // A hash of all that replay must rebuild: equal before a clean crash and after replay.
    [[nodiscard]] std::uint64_t fingerprint() const;

private:
    struct members;
    std::unique_ptr<members> self_;
};

} // namespace peyk::core
