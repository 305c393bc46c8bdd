#pragma once
// The engine of a simulation: core and journal held together as the broker's engine does it, one
// call at a time, so that a crash can fall between any two of them. The oracle sees everything.

#include "broker/core/broker_state.hpp"
#include "broker/storage/journal.hpp"
#include "tests/simulation/client.hpp"
#include "tests/simulation/options.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/store.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace peyk::simulation {

class pump {
public:
    // To the client at the other end of this connection of the session, if it still is.
    struct address {
        core::session_id session;
        std::uint64_t connection = 0;
    };
    using deliver_to = std::function<void(address, letter)>;
    using tracer = std::function<void(std::string const&)>;

    pump(options const& with, draft_map& drafts, deliver_to deliver, tracer trace);

    // Recovers what the store holds and begins a new epoch.
    void start(core::moment now);
    // The process is gone. A batch being committed may or may not have reached the disk.
    void crash(dice& chance);
    // A clean stop.
    void stop(core::moment now);

    // One turn of the engine: what is due, then these commands, then cleaning, then a commit.
    void turn(core::moment now, std::deque<parcel>& inbox, std::size_t commands_max);
    // The commit thread is done with its batch.
    void finish_commit();
    [[nodiscard]] bool committing() const { return sealed_.has_value(); }

    void heard(core::session_id session, core::moment now);
    // The connection takes nothing for now, or takes again.
    [[nodiscard]] bool knows(core::session_id session, std::uint64_t connection) const;
    void stall(core::session_id session, bool stalled, core::moment now);
    [[nodiscard]] core::deadline next_deadline() const { return core_->next_deadline(); }
    [[nodiscard]] core::broker_stats stats() const { return core_->stats(); }
    [[nodiscard]] oracle const& watcher() const { return oracle_; }
    [[nodiscard]] store& disk() { return store_; }
    [[nodiscard]] bool healthy() const { return healthy_; }

private:
    template <class Call>
    void run(call what, Call&& what_to_do);
    void know_drafts(core::output const& out);
    void replay_with_mutant(core::any_record const& record, core::position at, std::uint32_t bytes);
    void write_down(core::output const& out);
    void send_out(core::output const& out);
    void send_delivery(core::delivery const& d);
    void release();
    void run_command(core::moment now, parcel const& p);
    [[nodiscard]] address address_of(core::session_id session) const;
    void clean(core::moment now);
    void begin_commit();
    void compare_with_replay(core::broker_state const& core, char const* when) const;
    [[nodiscard]] bool breaks(mutant m) const { return options_.breakage == m; }
    void replay_shadow(core::any_record const& record, storage::placement where);

    options const& options_;
    draft_map& drafts_; // what schedules publish is added
    deliver_to deliver_;
    tracer trace_;
    store store_;
    oracle oracle_;
    dice breakage_dice_;
    sim_zones const zones_;
    core::limits limits_; // the core's
    std::unique_ptr<core::broker_state> core_;
    std::unique_ptr<core::broker_state> shadow_; // replays what is durable, for ever
    core::output out_;
    std::optional<storage::batch> sealed_;
    storage::batch_number logged_; // batch of the last record
    storage::batch_number committed_;
    core::position last_position_{}; // of the last record logged
    core::position sealed_position_{};
    struct waiting_effect {
        storage::batch_number after;
        address to;
        std::variant<core::any_effect, core::delivery_token> what; // a token: of who is withheld
    };
    std::deque<waiting_effect> waiting_;
    std::map<core::session_id, std::uint64_t> connections_; // of each session, the newest
    bool healthy_ = false;
};

} // namespace peyk::simulation
