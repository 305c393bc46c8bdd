#pragma once
// Watches every call of the core and everything that leaves it, and compares with two naive models:
// `recorded` (all facts so far) and `durable` (those whose batch is on disk). Throws a violation at
// the first promise broken. Written from the contract alone: it must not know how the core works.

#include "broker/core/broker_state.hpp"
#include "broker/storage/journal.hpp"
#include "tests/simulation/model.hpp"
#include "tests/simulation/owned_record.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace peyk::simulation {

enum class call_kind : std::uint8_t { command, advance, recovered, relocate, stall, stop };

// One call of the core, seen from outside.
struct call {
    call_kind kind = call_kind::advance;
    core::moment now;
    core::any_command const* command = nullptr;
};

class oracle {
public:
    oracle(core::limits const& limits, draft_map const& drafts);

    // The core was told that the session's connection takes nothing, or takes again.
    void stalled(core::session_id session, bool is);

    // The core was called and said `out`.
    void called(call const& what, core::output const& out);
    // The bytes of a delivery, as its client gets them.
    void delivered(core::delivery const& d, std::string_view content);
    // Something was heard from the session.
    void heard(core::session_id session, core::steady_time now);
    // A record of the last call stands there in the journal.
    void logged(core::any_record const& record, storage::placement where);
    using visitor = std::function<void(core::any_record const&, storage::placement)>;
    // All records of this batch and those before are on disk. Visits each of them once.
    void committed(storage::batch_number batch, visitor const& visit);
    // An effect left for its client.
    void released(core::any_effect const& effect);
    // The broker is gone: everything that was not durable never was.
    void crashed();
    void set_gate(bool disk_full);

    // Between two turns of the engine: nothing that is due may be left undone.
    void check_turn(core::broker_state const& core, core::moment now);
    // Every message, one by one.
    void check_states(core::broker_state const& core) const;

    [[nodiscard]] model const& recorded() const { return recorded_; }
    [[nodiscard]] model const& durable() const { return durable_; }
    [[nodiscard]] bool all_durable() const { return pending_.empty(); }

private:
    struct consumer {
        std::uint32_t credit = 0;
        std::set<std::string, std::less<>> queues;
        std::set<std::string, std::less<>> tasks;
        std::set<std::string, std::less<>> labels; // of its session
        std::set<core::delivery_token> in_flight;

        [[nodiscard]] bool takes(model_message const& m) const;
    };
    struct live_connection {
        core::steady_time heard;
        core::duration heartbeat{0};
        std::set<core::delivery_token> named; // held, said its Hello
        std::map<core::consumer_id, consumer> consumers;
        std::map<core::request_id, std::set<core::message_id>> watches;
        bool stalled = false;
        std::set<std::string, std::less<>> labels = {};
    };
    // When a delivery that is kept too long may go back, and when it must have.
    struct patience {
        core::wall_time may = core::never;
        core::wall_time must = core::never;
    };
    struct issue {
        core::message_id message;
        core::session_id session;
    };
    // What a request was about, until it is answered.
    struct question {
        std::vector<core::message_id> ids;
        std::vector<core::delivery_token> tokens;
        std::vector<bool> final_verdicts;
        std::size_t log_end = 0; // of a report
    };
    // Each item of a command as it stood before the call: the message it names, or nothing.
    struct snapshot {
        std::vector<std::optional<std::pair<core::message_number, model_message>>> items;
        bool awaited = false; // of a Hello: after a restart, dispatch waits for this session
        bool known = false;   // the policy, hold or schedule it names was there
    };
    using question_key = std::pair<core::session_id, core::request_id>;

    void apply(core::any_record const& record, core::wall_time now);
    void take_records(call const& what, core::output const& out, std::size_t from, std::size_t to);
    // Records: is there a reason for this one? (oracle_reasons.cpp)
    void check_record(call const& what, std::size_t index, core::output const& out);
    void check_published(call const& what, core::record::published const& r) const;
    void check_fired(call const& what, core::record::published const& r) const;
    void check_skipped(call const& what, core::record::slots_skipped const& r) const;
    void check_leased(call const& what, core::record::leased const& r, core::output const& out);
    void check_dispatch(core::moment now, core::delivery const& d, core::message_number number);
    void check_order(core::moment now,
                     consumer const& to,
                     model_message const& m,
                     core::message_number number) const;
    void check_requeued(call const& what, std::size_t index, core::output const& out);
    void check_ended(call const& what,
                     std::size_t index,
                     core::message_number number,
                     bool expired,
                     core::output const& out);
    void check_forgotten(call const& what, core::message_number number);
    void check_edited(call const& what, core::any_record const& record);
    void check_lost_lease(call const& what, model_message const& m, core::message_number n) const;
    [[nodiscard]] bool displaced(call const& what,
                                 model_message const& m,
                                 std::size_t index,
                                 core::output const& out) const;
    [[nodiscard]] bool named_by(call const& what, model_message const& m) const;
    // There is a sweep that does this to this message now.
    [[nodiscard]] bool
    swept(core::sweep_action action, model_message const& m, core::message_number number) const;
    void lease_over(core::delivery_token token, core::session_id holder);
    void renew(core::delivery_token token, core::wall_time now, bool for_sure);
    [[nodiscard]] std::uint16_t max_crashes(model_message const& m) const;

    void expect_deliveries(core::any_command const& command, core::output const& out);
    [[nodiscard]] snapshot look_at(core::any_command const& command) const;

    // Commands: is the answer right? Called after the records were applied.
    // oracle_lanes.cpp
    void check_limits(model_message const& m,
                      core::record::leased const& r,
                      core::wall_time now,
                      bool adopted) const;
    void check_turn_order(model_message const& m, core::message_number number) const;
    void check_went(core::delivery const& d);
    void begins_anew(core::any_record const& record);
    void check_obstacles(core::broker_state const& core, core::moment now) const;
    void check_limited(core::obstacle const& why,
                       model_message const& m,
                       core::message_number number,
                       core::moment now,
                       core::wall_time next) const;
    bool
    check_limit_answers(call const& what, snapshot const& before, core::output const& out);
    void answer(core::edit const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    [[nodiscard]] std::uint32_t running(core::owned_limit_names const& names) const;
    using leases_by_session = std::map<core::session_id, std::size_t>;
    [[nodiscard]] leases_by_session kept_leases() const;
    [[nodiscard]] std::optional<core::session_id>
    who_waits_for(model_message const& m, leases_by_session const& kept) const;
    [[nodiscard]] bool free_to_go(model_message const& m, core::message_number number) const;
    [[nodiscard]] bool same_lane(model_message const& a, model_message const& b) const;
    void check_answer(call const& what, snapshot const& before, core::output const& out);
    void answer(core::connect const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    void answer(core::disconnect const& c, call const& what);
    // oracle_publish.cpp: item by item, each judged by what stood before it.
    void publish_all(core::publish const& c, call const& what, core::output const& out);
    std::size_t publish_one(core::publish const& c,
                            std::size_t item,
                            core::effect::published const& answer,
                            call const& what,
                            core::output const& out,
                            std::size_t at);
    [[nodiscard]] bool refusable(core::message const& m, core::errc code, core::moment now) const;
    [[nodiscard]] bool full(std::string_view queue, std::size_t bytes) const;
    [[nodiscard]] bool overfull(std::string_view queue) const;
    // Its policy, or a hold, can keep messages out that come from elsewhere.
    [[nodiscard]] bool selective(std::string_view queue, core::wall_time now) const;
    void answer(core::settle const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    void answer(core::start const& c, core::output const& out);
    void answer(core::cancel const& c, snapshot const& before, core::output const& out);
    void answer(core::subscribe const& c, core::output const& out);
    // oracle_edits.cpp
    bool check_edits(call const& what, snapshot const& before, core::output const& out);
    bool check_rules(call const& what, snapshot const& before, core::output const& out);
    void
    answer(core::reschedule const& c, call const& what, snapshot const& b, core::output const& o);
    void answer(core::forget const& c, snapshot const& before, core::output const& out);
    void answer(core::redrive const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    void answer(core::report const& c, core::output const& out);
    void answer(core::get const& c, core::output const& out);
    void answer(core::delete_queue const& c, core::output const& out);
    void check_swept(call const& what, core::output const& out);
    [[nodiscard]] bool held_back(core::verdict::rate_limited const& by,
                                 model_message const& was,
                                 core::wall_time now) const;
    // A queue may refuse what a sweep brings, or might have while it went.
    [[nodiscard]] bool
    may_keep_out(std::string const& queue, core::sweep_id by, core::wall_time now);
    void check_verdict(core::settlement const& s,
                       call const& what,
                       model_message const& was,
                       core::message_number number) const;
    [[nodiscard]] bool counted_as_crash(model_message const* is,
                                        model_message const& was,
                                        core::moment now) const;
    [[nodiscard]] bool died(model_message const* is,
                            model_message const& was,
                            core::moment now,
                            core::death why) const;
    void check_retry(core::moment now,
                     model_message const& was,
                     model_message const& is,
                     core::message_number number) const;
    void check_status(core::status const& s, model_message const* m) const;
    void check_whole(core::status const& s, model_message const& m) const;
    void check_updates(core::output const& out);
    void check_closed(call const& what, core::output const& out);
    void check_hungry(core::moment now) const;
    void check_schedules();
    void note_selective_queues();
    void check_queues(core::broker_state const& core) const;
    [[nodiscard]] bool held_back(model_message const& m, core::wall_time now) const;
    void check_deadline(core::broker_state const& core) const;

    core::limits limits_;
    model recorded_;
    model durable_;
    std::deque<std::pair<storage::placement, owned_record>> pending_;

    std::map<core::session_id, live_connection> connections_;
    std::map<core::session_id, core::steady_time> lost_at_; // disconnected, since when
    std::set<core::session_id> just_lost_;                  // since the core was last told the time
    std::map<core::delivery_token, issue> issued_;          // for ever
    std::set<core::delivery_token> started_;
    std::set<core::delivery_token> settled_; // accepted, not taken back by a crash
    std::set<core::message_id> asked_again_; // by a verdict, not by a policy
    std::set<core::message_id> done_;        // a final settle was confirmed
    std::set<core::message_id> confirmed_;   // a publish was confirmed
    std::map<question_key, question> questions_;
    // Of the last call: each message whose lease ended, as it stood then; nothing: it was
    // forgotten.
    std::map<core::delivery_token, std::optional<model_message>> ended_as_;
    core::moment advanced_to_{};
    core::moment last_turn_{};
    bool advanced_ = false;  // since it recovered
    bool advancing_ = false; // the last call told the core the time
    core::steady_time recovered_at_{};
    bool disk_full_ = false;
    core::wall_time full_until_ = core::unset; // fires may wait a little longer
    std::map<core::delivery_token, patience> patience_;
    struct going_on {
        core::steady_time since;
        std::uint64_t changed = 0; // before
        std::set<std::string> selective; // queues that may have kept something out meanwhile
    };
    std::map<std::uint64_t, going_on> sweeps_;
    // Of each schedule: since when it has its slots, and up to when all were used up.
    std::map<std::string, std::pair<core::wall_time, core::wall_time>> fired_up_to_;
    // Of each ordering key in its queue: what has left for a client, in the order in which it did
    // so for the first time. No crash takes that back.
    std::map<std::pair<std::string, std::string>, std::vector<core::message_id>> went_;
    // Of the last call: taken from their holders by something else than a verdict.
    std::set<core::message_number> taken_away_;
};

} // namespace peyk::simulation
