#pragma once
// The disk of a simulated broker: the real journal and log on a file system in memory that forgets
// what was not synced, tears writes and fills up.

#include "broker/storage/journal.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/options.hpp"
#include "tests/support/memory_file_system.hpp"

#include <memory>
#include <string>

namespace peyk::simulation {

class store {
public:
    explicit store(options const& with);

    // Recovers the journal. An error: see last_error().
    boost::system::result<storage::replay_report> open(storage::journal::visitor const& visit);
    [[nodiscard]] storage::journal& journal() { return *journal_; }
    [[nodiscard]] std::string last_error() const;

    // A clean close.
    void close();
    // The power goes off in the middle of the next operations, sometimes.
    void threaten(dice& chance);
    // The process, or the whole machine, is gone.
    void crash(dice& chance);
    // Something else fills the disk, or makes room again.
    void set_full(bool full);
    void pass_time(core::duration by) { files_.advance(by); }

private:
    options const& options_;
    test::memory_file_system files_;
    std::unique_ptr<storage::journal> journal_;
    std::string error_;
};

} // namespace peyk::simulation
