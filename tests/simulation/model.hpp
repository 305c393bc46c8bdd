#pragma once
// What the journal says, kept in maps by the most naive replay there is. It knows which fact may
// follow which; a fact that may not is a violation. It decides nothing.

#include "broker/core/record.hpp"
#include "tests/simulation/draft.hpp"
#include "tests/simulation/lanes.hpp"
#include "tests/simulation/rules.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace peyk::simulation {

struct error_text {
    std::string type, text, trace;
    bool operator==(error_text const&) const = default;
};

struct model_run {
    bool crash = false;
    std::string worker;
};

struct model_message {
    draft_ptr what;
    std::string queue;  // where it is now
    std::string origin; // a dead letter: where it died, if that is not where it is kept
    core::wall_time published = core::unset;
    core::wall_time expires = core::unset;
    std::uint8_t priority = 4;
    std::uint16_t max_retries = 0;
    std::uint16_t most_retries = 0; // it ever had: a try that was granted stays so
    core::message_state state = core::message_state::ready;
    core::wall_time due = core::unset;
    bool retrying = false;
    bool waited = false; // was ever anything but ready since it was published
    bool redriven = false;
    bool keyless = false; // another had its unique key when it was redriven
    core::counters counters;
    error_text error;
    core::delivery_token lease;
    core::session_id holder;
    bool started = false;
    bool acknowledged = false; // early: its lease is the last, but for a verdict that asks for more

    // What its runs left behind.
    std::vector<model_run> runs;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string progress_text;
    std::string checkpoint;
    std::string log; // all of it

    // Final ones.
    bool expired = false;
    core::death death = core::death::none;
    std::string result;
    std::string content_type;
    core::delivery_token settled_by;
    core::wall_time finished = core::unset;
    core::wall_time until = core::never;

    [[nodiscard]] bool is_final() const { return state >= core::message_state::succeeded; }
    [[nodiscard]] bool waits() const { return !is_final() && state != core::message_state::leased; }
    // A message whose time has come is ready; no fact says so.
    [[nodiscard]] core::message_state state_at(core::wall_time now) const {
        bool const came = state == core::message_state::scheduled && due <= now;
        return came ? core::message_state::ready : state;
    }
    [[nodiscard]] bool has_expired(core::wall_time now) const {
        return expires != core::unset && expires <= now;
    }
};

struct model_session {
    bool consumes = false;
    bool ended = false;
    bool ended_once = false; // its publishes may have been forgotten since
    std::set<std::uint64_t> accepted;
};

using draft_map = std::map<core::message_id, draft_ptr>;

// Whether everything the selector asks holds for this message in this state.
[[nodiscard]] bool
chosen(core::owned_selector const& which, model_message const& m, core::message_state state);

class model {
public:
    // `drafts` outlives the model: everything anybody ever tried to publish.
    explicit model(draft_map const& drafts) : drafts_(&drafts) {}

    void apply(core::any_record const& record);

    // By number, so oldest first.
    [[nodiscard]] std::map<std::uint64_t, model_message> const& messages() const {
        return messages_;
    }
    [[nodiscard]] model_message const* find(core::message_id id) const;
    [[nodiscard]] model_message const* find(core::message_number number) const;
    [[nodiscard]] core::message_number number(core::message_id id) const {
        return {numbers_.at(id)};
    }
    // The message this token leases now.
    [[nodiscard]] model_message const* leased_by(core::delivery_token token) const;
    // The lease of this token was ended by a fact.
    [[nodiscard]] bool ended(core::delivery_token token) const { return ended_.contains(token); }
    // The message existed and nothing of it is kept.
    [[nodiscard]] bool gone(core::message_id id) const { return gone_.contains(id); }
    [[nodiscard]] std::map<core::session_id, model_session> const& sessions() const {
        return sessions_;
    }
    [[nodiscard]] bool accepted(core::session_id session, std::uint64_t sequence) const;
    [[nodiscard]] core::broker_epoch epoch() const { return epoch_; }
    [[nodiscard]] core::wall_time epoch_began() const { return epoch_began_; }
    [[nodiscard]] std::size_t unfinished() const;

    [[nodiscard]] policies_by_pattern const& policies() const { return policies_; }
    [[nodiscard]] holds_by_name const& holds() const { return holds_; }
    [[nodiscard]] limits_by_names const& limits() const { return limits_; }
    [[nodiscard]] std::map<std::string, std::uint32_t> const& shares() const { return shares_; }
    [[nodiscard]] std::map<std::string, model_key> const& keys() const { return keys_; }
    [[nodiscard]] std::map<std::string, model_schedule> const& schedules() const {
        return schedules_;
    }
    [[nodiscard]] std::map<std::uint64_t, model_sweep> const& sweeps() const { return sweeps_; }
    [[nodiscard]] std::set<std::string> const& queues() const { return queues_; }
    [[nodiscard]] core::owned_queue_settings settings(std::string_view queue) const {
        return settings_of(policies_, queue);
    }
    [[nodiscard]] bool
    held(core::hold_scope scope, std::string_view name, core::wall_time now) const;
    // Who has the turn of its ordering key in its queue; 0: nobody.
    [[nodiscard]] core::message_number turn_of(model_message const& m) const;
    [[nodiscard]] bool may_take_turn(core::message_number number) const;
    // What a limit's rate has let pass since it was set, in order.
    [[nodiscard]] passes passed(model_limit const& limit, core::session_id reader) const;
    // Some message there has a fairness key, and may come again.
    [[nodiscard]] bool fair(std::string const& queue) const;
    // Who has the key at this time; null: nobody.
    [[nodiscard]] model_key const* taken(std::string_view key, core::wall_time now) const;

private:
    void on(core::record::epoch_started const& r);
    void on(core::record::stopped_cleanly const& r);
    void on(core::record::session_opened const& r);
    void on(core::record::session_ended const& r);
    void on(core::record::published const& r);
    void on(core::record::message_kept const& r);
    void on(core::record::leased const& r);
    void on(core::record::requeued const& r);
    void on(core::record::rescheduled const& r);
    void on(core::record::edited const& r);
    void on(core::record::moved const& r);
    void on(core::record::redriven const& r);
    void on(core::record::reported const& r);
    void on(core::record::started const& r);
    void on(core::record::finished const& r);
    void on(core::record::forgotten const& r);
    void on(core::record::queue_created const& r);
    void on(core::record::queue_deleted const& r);
    void on(core::record::policy_set const& r);
    void on(core::record::policy_removed const& r);
    void on(core::record::hold_set const& r);
    void on(core::record::hold_released const& r);
    void on(core::record::limit_set const& r);
    void on(core::record::limit_spent const& r);
    void on(core::record::share_set const& r);
    void on(core::record::unique_taken const& r);
    void on(core::record::schedule_set const& r);
    void on(core::record::schedule_removed const& r);
    void on(core::record::slots_skipped const& r);
    void on(core::record::sweep_began const& r);
    void on(core::record::sweep_ended const& r);

    model_message& must_find(core::message_number number, char const* why);
    void end_lease(model_message& m);
    void end_turn(model_message const& m, core::message_number number);
    void count_passes(model_message const& m, core::record::leased const& r);
    void take_key(model_message& m, core::wall_time at);
    void leave_key(model_message const& m);
    // Something happened to it: no sweep need find it any more.
    void touched(core::message_number number);

    draft_map const* drafts_;
    std::map<std::uint64_t, model_message> messages_;
    std::map<core::message_id, std::uint64_t> numbers_;
    std::map<core::delivery_token, std::uint64_t> leases_;
    std::map<core::session_id, model_session> sessions_;
    std::set<core::delivery_token> ended_;
    std::set<core::message_id> gone_;
    core::broker_epoch epoch_;
    core::wall_time epoch_began_ = core::unset;
    policies_by_pattern policies_;
    holds_by_name holds_;
    limits_by_names limits_;
    std::map<std::string, std::uint32_t> shares_;
    passes_by_names passes_;
    std::map<std::pair<std::string, std::string>, core::message_number> turns_; // queue, key
    std::map<std::string, model_key> keys_;
    std::map<std::string, model_schedule> schedules_;
    std::map<std::uint64_t, model_sweep> sweeps_;
    std::set<std::string> queues_; // those that stay
};

// Throws a violation that tells `what` of `number`.
[[noreturn]] void violated(std::string const& what, core::message_number number);
void must(bool holds, std::string const& what);
void must(bool holds, char const* what, core::message_number number);
[[nodiscard]] error_text text_of(core::task_error const& e);

} // namespace peyk::simulation
