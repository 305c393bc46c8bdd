#pragma once
// Brings the core back to what the journal remembers.

#include "broker/core/broker_state.hpp"
#include "broker/server/clock.hpp"
#include "broker/server/config.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/journal.hpp"

#include <memory>

namespace peyk::server {

struct recovered_journal {
    std::unique_ptr<storage::file_system> files; // outlives the journal
    std::unique_ptr<storage::journal> journal;
    core::output output; // of broker_state::recovered()
    double seconds = 0;
};

// Tells `state` the configured policies, schedules, limits and shares. Throws config_error, in a
// sentence, for one that cannot be.
void configure(core::broker_state& state, config const& settings);

// configure(), then opens the directory, replays it and ends the replay. Says how it went in the
// log. Throws what configure() does, and std::runtime_error, with one sentence for people, if the
// journal cannot be used.
[[nodiscard]] recovered_journal
recover(config const& settings, core::broker_state& state, clock& time);

} // namespace peyk::server
