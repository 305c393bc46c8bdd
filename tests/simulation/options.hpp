#pragma once
// What one seed makes of a simulation ("swarm testing": each run exaggerates other things). Every
// number a run depends on is here and is printed before it starts.

#include "broker/core/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace peyk::simulation {

// Breakages of the simulated engine that the oracle must notice ("test the tester").
enum class mutant : std::uint8_t {
    none,
    drop_record,     // a record never reaches the journal
    confirm_early,   // effects leave before their batch is durable
    forget_leases,   // a restart does not replay leases
    deliver_twice,   // a delivery reaches a second client
    damage_content,  // a body changes on its way
    forget_settle,   // a settle is answered but not applied
    late_timer,      // the engine oversleeps the core's deadline
    forget_slots,    // a restart does not replay which slots of schedules are used up
    forget_holds,    // ... which queues and tasks are held
    forget_keys,     // ... who has which unique key
    forget_policies, // ... how queues behave
    forget_sweeps,   // ... which sweeps are under way
    forget_reports,  // ... what tasks said of themselves
    forget_stalls,   // the core is not told that a connection is full
    hasty,           // the core is told a time that has not come
    lose_dead,       // dead letters are forgotten at once
    forget_limits,   // a restart does not replay which limits there are
    forget_passes,   // ... what rates have let pass
    forget_turns,    // ... which ordering key a message has
    forget_edits,    // ... how messages were changed
    early_turns,     // deliveries that are withheld leave at once
    forget_early,    // a restart does not replay which deliveries are acknowledged early
    forget_labels,   // the core is told that a worker has every label
};

struct options {
    std::uint64_t seed = 1;
    std::uint64_t steps = 2'000;
    mutant breakage = mutant::none;

    // The world.
    std::size_t clients = 4;
    std::size_t queues = 2;
    std::size_t tasks = 2;          // task names; 0: plain messages only
    std::size_t messages_max = 200; // live at once
    std::size_t credit_max = 10;
    std::size_t batch_max = 8;
    std::size_t content_bytes = 100;
    std::size_t priorities = 3;
    // Permille of messages, and how far ahead.
    std::uint64_t eta_permille = 200;
    std::uint64_t eta_ms = 5'000;
    std::uint64_t expires_permille = 100;
    std::uint64_t expires_ms = 20'000;
    std::uint64_t plain_permille = 300;
    std::uint64_t keep_permille = 700;
    std::uint64_t track_permille = 300;
    std::uint64_t retries_max = 3;
    std::uint64_t consume_permille = 600; // of the clients
    std::uint64_t tick_ms = 20;
    std::uint64_t rule_permille = 50;    // of what clients do: queues, policies, holds, schedules
    std::uint64_t unique_permille = 200; // of messages
    std::uint64_t lane_permille = 300;   // of messages: with keys and labels; with it, limits

    // The faults, permille of steps.
    std::uint64_t crash_permille = 5;
    std::uint64_t stop_permille = 1; // clean restarts
    std::uint64_t disconnect_permille = 10;
    std::uint64_t goodbye_permille = 3;
    std::uint64_t freeze_permille = 3;
    std::uint64_t jump_permille = 5;
    std::uint64_t disk_permille = 0;
    std::uint64_t stall_permille = 3;

    // The store.
    std::size_t segment_bytes = 64 << 10;
    core::limits limits;

    // Rolls everything but `breakage` from the seed.
    static options roll(std::uint64_t seed, std::uint64_t steps);
    [[nodiscard]] std::string text() const;
};

} // namespace peyk::simulation
