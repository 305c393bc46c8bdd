#pragma once
// The log in files of a directory; README.md describes them. Appends overwrite prepared segments, a
// sync ends each commit, the watermark follows, and what is trimmed goes in whole segments.

#include "broker/storage/ballast.hpp"
#include "broker/storage/fault.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/journal_directory.hpp"
#include "broker/storage/log.hpp"
#include "broker/storage/log_writer.hpp"
#include "broker/storage/segment_set.hpp"
#include "broker/storage/segment_supply.hpp"
#include "broker/storage/sync_timer.hpp"
#include "broker/storage/watermark.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace peyk::storage {

struct log_tail;

enum class sync_mode : std::uint8_t {
    always,   // append() returns when the batch is on the disk
    interval, // on the disk after `sync_interval` at the latest; a power loss takes that much
    never,    // when the system likes
};

struct file_log_options {
    std::string directory; // created if missing
    // 64 MiB: a segment is cleaned in a second, and 1,600 of them hold 100 GB.
    std::uint64_t segment_bytes = 64u << 20;
    sync_mode sync = sync_mode::always;
    std::chrono::milliseconds sync_interval{100};
    // Four segments: what is accepted can be settled and cleaned on a full disk.
    std::uint64_t ballast_bytes = 256u << 20;
    // reserve() refuses when less is free. Absent: 2 segments, 5 % of the disk or 1 GiB, whichever
    // is most.
    std::optional<std::uint64_t> free_bytes_min;
    // Prepare segments in a thread, and sync in one for `interval`. Off: every operation happens
    // inside the call that needs it, in the same order every time.
    bool background = true;
    // Of a new journal; 0: random.
    std::uint64_t identity = 0;
};

class file_log final : public log {
public:
    // Takes the directory's lock. Nothing is read but FORMAT and DURABLE: see replay(). The file
    // system must outlive the log.
    [[nodiscard]] static checked<std::unique_ptr<file_log>> open(file_system& files,
                                                                 file_log_options options);

    // A clean close: syncs what was written and says so in the watermark, unless the log failed.
    ~file_log() override;
    file_log(file_log const&) = delete;
    file_log& operator=(file_log const&) = delete;

    boost::system::result<replay_report> replay(visitor const& visit) override;
    boost::system::result<void> append(batch_number number, std::string_view payload) override;
    // Fewer bytes only where the payload ends.
    boost::system::result<std::string>
    read(batch_number number, std::size_t offset, std::size_t size) override;
    boost::system::result<void> trim(batch_number before) override;
    std::uint64_t bytes() const override;
    batch_number oldest_segment_end() const override;
    bool reserve(std::uint64_t bytes) override;
    double disk_used() const override;
    std::string last_error() const override;

private:
    using clock = std::chrono::steady_clock;

    file_log(file_system& files,
             file_log_options options,
             journal_directory directory,
             std::unique_ptr<watermark> mark);

    boost::system::result<void> drop(std::vector<std::string> const& obsolete);
    boost::system::result<void> cut_tail(log_tail const& tail);
    boost::system::result<void> roll(std::size_t payload_bytes);
    boost::system::result<spare_file> take_file(std::uint64_t bytes);
    boost::system::result<void> begin_segment(spare_file made);
    boost::system::result<void> write_batch(batch_number number, std::string_view payload);
    boost::system::result<void> sync_written();
    boost::system::result<void> sync_as_asked();
    boost::system::result<void> keep_house();
    boost::system::result<void> write_mark(int times, bool sync);
    [[nodiscard]] std::uint64_t free_bytes_min() const;
    [[nodiscard]] std::uint64_t free_bytes() const; // by now, as far as we know
    void look_at_disk();
    boost::system::error_code fail(fault why);

    file_system& files_;
    file_log_options const options_;
    journal_directory directory_;

    // Of the commit thread.
    std::unique_ptr<watermark> mark_;
    ballast ballast_;
    std::optional<log_writer> writer_; // of the newest segment
    batch_number next_{1};
    batch_number needed_{1}; // begin of the oldest segment
    clock::time_point mark_written_{};
    clock::time_point mark_synced_{};

    // Of any thread.
    segment_set segments_;
    segment_supply supply_;
    std::atomic<std::uint64_t> written_{0}; // last batch written
    std::atomic<std::uint64_t> synced_{0};  // last batch known to be on the disk
    std::atomic<std::uint64_t> room_{0};    // in the newest segment
    std::atomic<bool> failed_{false};

    std::atomic<std::uint64_t> free_bytes_{0}; // when it was looked at
    std::atomic<std::uint64_t> made_before_{0}; // supply_.made_bytes() then
    std::atomic<std::uint64_t> disk_bytes_{0};
    std::atomic<clock::duration::rep> looked_at_{0}; // when free_bytes_ was asked for

    std::mutex sync_mutex_; // held during a sync; guards synced_file_
    std::shared_ptr<file> synced_file_;
    clock::time_point last_sync_{};

    mutable std::mutex error_mutex_; // guards last_error_
    std::string last_error_;

    std::unique_ptr<sync_timer> timer_; // last: its thread uses what stands above
};

} // namespace peyk::storage
