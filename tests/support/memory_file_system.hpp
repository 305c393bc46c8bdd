#pragma once
// A file system in memory that behaves like a disk on its worst day: it knows what was synced and
// what was not, loses power in the middle of anything, tears writes at sectors, forgets new names,
// fills up, refuses the n-th operation and flips bits. Every choice comes from a seed.
//
// What survives a power loss: of each 512-byte sector, the synced bytes and any first part of the
// writes to it since; of names, the synced ones and any first part of the changes since.

#include "broker/storage/file_system.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace peyk::test {

enum class disk_operation : std::uint8_t {
    write,
    sync,
    allocate,
    resize,
    create,
    rename,
    remove,
    sync_directory,
};

enum class survival : std::uint8_t {
    synced_only, // all that was not synced is gone
    everything,  // as if only the process had died
    random,      // some sectors, some names
};

// All members may be called from any thread.
class memory_file_system final : public storage::file_system {
public:
    memory_file_system();
    ~memory_file_system() override;

    result<std::unique_ptr<storage::file>> open(std::string const& path,
                                                storage::open_mode mode) override;
    result<std::unique_ptr<storage::file_lock>> lock(std::string const& path,
                                                     storage::lock_mode mode) override;
    result<void> create_directory(std::string const& path) override;
    result<std::vector<std::string>> list(std::string const& directory) override;
    result<void> rename(std::string const& from, std::string const& to) override;
    result<void> remove(std::string const& path) override;
    result<void> sync_directory(std::string const& path) override;
    result<storage::disk_space> space(std::string const& directory) override;
    std::chrono::steady_clock::time_point now() override;

    void advance(std::chrono::milliseconds by);
    void set_capacity(std::uint64_t bytes);

    // Changing operations so far.
    [[nodiscard]] std::uint64_t operations() const;
    // The `nth` changing operation from now on (1: the next), of that kind if one is named, does
    // nothing and returns `error`; the ones after it succeed again.
    void fail_at(std::uint64_t nth, int error, std::optional<disk_operation> only = std::nullopt);
    // The power goes off within the `nth` changing operation from now on. All that follows fails.
    void power_off_at(std::uint64_t nth);
    // Turns the power off, if it is on, and on again. Locks are free, open files are dead.
    void restart(survival what, std::uint64_t seed);

    // Damage and inspection, past all rules. The file must exist.
    void flip_bit(std::string const& path, std::uint64_t bit);
    void put(std::string const& path, std::string bytes); // also creates
    [[nodiscard]] std::string contents(std::string const& path) const;
    [[nodiscard]] std::vector<std::string> paths() const;

    // An independent copy of the files as they are now, all of it synced.
    [[nodiscard]] std::unique_ptr<memory_file_system> copy() const;

private:
    class memory_file;
    class memory_lock;
    struct inode;
    struct name_change;
    using names = std::map<std::string, std::shared_ptr<inode>>;

    // Counts the operation; the error it must end with, if any.
    boost::system::error_code begin(disk_operation what);
    boost::system::error_code dead() const;
    void change_name(name_change change);
    [[nodiscard]] std::uint64_t used_bytes() const;
    void lose_power(survival what, std::mt19937_64& random);
    static void apply(name_change const& change, names& to);

    mutable std::mutex mutex_; // guards all below
    names now_;
    names durable_;
    std::vector<name_change> changes_; // since the last sync of the directory
    std::map<std::string, int> locks_; // holders; -1: exclusive
    std::uint64_t capacity_ = std::uint64_t{1} << 40;
    std::uint64_t operations_ = 0;
    std::uint64_t life_ = 0; // grows with each restart; files of an earlier life are dead
    bool power_ = true;

    struct planned_failure {
        std::uint64_t countdown = 0;
        boost::system::error_code error;
        std::optional<disk_operation> only;
    };
    std::optional<planned_failure> failure_;
    std::optional<std::uint64_t> power_off_;

    std::atomic<std::int64_t> clock_ms_{1'000'000};
};

} // namespace peyk::test
