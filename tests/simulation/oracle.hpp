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

enum class call_kind : std::uint8_t { command, advance, recovered, relocate, stop };

// One call of the core, seen from outside.
struct call {
    call_kind kind = call_kind::advance;
    core::moment now;
    core::any_command const* command = nullptr;
};

class oracle {
public:
    oracle(core::limits const& limits, draft_map const& drafts);

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
    void set_gate(bool disk_full) { disk_full_ = disk_full; }

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
        std::set<core::delivery_token> in_flight;

        [[nodiscard]] bool takes(draft const& d) const {
            return queues.contains(d.queue) && (tasks.empty() || tasks.contains(d.task));
        }
    };
    struct live_connection {
        core::steady_time heard;
        core::duration heartbeat{0};
        std::set<core::delivery_token> named; // held, said its Hello
        std::map<core::consumer_id, consumer> consumers;
        std::map<core::request_id, std::set<core::message_id>> watches;
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
    };
    // Each item of a command as it stood before the call: the message it names, or nothing.
    struct snapshot {
        std::vector<std::optional<std::pair<core::message_number, model_message>>> items;
        std::vector<bool> accepted; // of a publish: the sequence was accepted before
        bool awaited = false;       // of a Hello: after a restart, dispatch waits for this session
        bool forgetful = false;     // the session has ended once: its sequences may be forgotten
    };
    using question_key = std::pair<core::session_id, core::request_id>;

    void apply(core::any_record const& record);
    // Records: is there a reason for this one?
    void check_record(call const& what, core::any_record const& record, core::output const& out);
    void check_published(call const& what, core::record::published const& r) const;
    void check_leased(call const& what, core::record::leased const& r, core::output const& out);
    void check_dispatch(core::moment now, core::delivery const& d, core::message_number number);
    void check_requeued(call const& what, core::record::requeued const& r) const;
    void check_ended(call const& what, core::message_number number, bool expired) const;
    void check_lost_lease(call const& what, model_message const& m, core::message_number n) const;
    void lease_over(core::delivery_token token, core::session_id holder);

    void expect_deliveries(core::any_command const& command, core::output const& out);
    [[nodiscard]] snapshot look_at(core::any_command const& command) const;

    // Commands: is the answer right? Called after the records were applied.
    void check_answer(call const& what, snapshot const& before, core::output const& out);
    void answer(core::connect const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    void answer(core::disconnect const& c, call const& what);
    void answer(core::publish const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    void answer(core::settle const& c,
                call const& what,
                snapshot const& before,
                core::output const& out);
    void answer(core::cancel const& c, snapshot const& before, core::output const& out);
    void answer(core::subscribe const& c, core::output const& out);
    void check_verdict(core::settlement const& s,
                       call const& what,
                       model_message const& was,
                       core::message_number number) const;
    void check_retry(core::moment now,
                     model_message const& was,
                     model_message const& is,
                     core::message_number number) const;
    void check_status(core::status const& s, model_message const* m) const;
    void check_updates(core::output const& out);
    void check_closed(call const& what, core::output const& out);
    void check_hungry(core::moment now) const;
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
    bool advanced_ = false; // since it recovered
    core::steady_time recovered_at_{};
    bool disk_full_ = false;
};

} // namespace peyk::simulation
