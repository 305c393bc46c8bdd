#pragma once
// Brings the core back to what the journal remembers.

#include "broker/core/broker_state.hpp"
#include "broker/server/clock.hpp"
#include "broker/storage/file_log.hpp"
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

// Opens the directory, replays it into `state` and ends the replay. Says how it went in the log.
// Throws std::runtime_error with one sentence for people if the journal cannot be used.
[[nodiscard]] recovered_journal
recover(storage::file_log_options const& options, core::broker_state& state, clock& time);

} // namespace peyk::server
