#pragma once
// The broker's memory: core records in, durable batches out, records back after a restart.
//
// Threads: add(), seal() and the cleaning calls belong to the loop thread; commit() to the commit
// thread; read_content() to any. One batch is open (loop) while at most one is being committed.
//
// A record in a batch: head length, content length, checksum, head (protobuf), content (raw bytes).
// The content stands apart so that it can be read back, and moved by cleaning, without its head.

#include "broker/core/ids.hpp"
#include "broker/core/record.hpp"
#include "broker/storage/log.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace peyk::storage {

// A body that is only on disk and must be copied into a batch by the commit thread.
struct content_copy {
    core::position from;
    std::size_t offset = 0; // in the batch, of the record
    std::uint32_t bytes = 0;
};

// Records on their way to the disk. Move-only by nature of its size; reused through recycle().
struct batch {
    batch_number number;
    std::string payload;
    std::vector<content_copy> copies;
    batch_number trim_before; // noted while it was open: may go when this batch is durable

    [[nodiscard]] bool empty() const { return payload.empty(); }
};

// Where one record will stand, and what it takes.
struct placement {
    core::position at;
    std::uint32_t bytes = 0;
};

class journal {
public:
    using visitor =
        std::function<void(core::any_record const&, core::position, std::uint32_t bytes)>;

    // Garbage that is not worth cleaning: two segments of the default size.
    static constexpr std::uint64_t default_slack_bytes = 128u << 20;

    // The log is used by this journal alone.
    explicit journal(std::unique_ptr<log> log, std::uint64_t slack_bytes = default_slack_bytes);

    // Visits every remembered record in order. Once, first. A record that cannot be decoded is an
    // error that names its batch (see last_error()).
    boost::system::result<replay_report> recover(visitor const& visit);

    // Encodes one record into the open batch.
    placement add(core::any_record const& record);

    [[nodiscard]] std::size_t open_bytes() const; // of the open batch
    [[nodiscard]] batch seal(); // takes the open batch, perhaps empty; opens the next
    void recycle(batch&& done); // gives the buffer back

    // Fills in the copies, checks, writes, syncs. Commit thread. An error is final.
    boost::system::result<void> commit(batch& sealed);

    // The content of the record at `at`, which has `bytes` (of content, not of the record),
    // checked. Any thread. errc::trimmed: the record was moved and its segment is gone; ask the
    // core again.
    boost::system::result<std::string> read_content(core::position at, std::uint32_t bytes);

    // Cleaning. The position relocation must reach to free the oldest segment, if it is worth it:
    // garbage (all bytes less the retained ones) exceeds the retained ones and the slack. So the
    // log takes at most twice what it must keep, and the slack. Nullopt also when only the segment
    // being written is there. A `full` disk allows no slack: its garbage may be all the room there
    // is.
    [[nodiscard]] std::optional<core::position> clean_before(std::uint64_t retained_bytes,
                                                             bool full = false) const;
    // Everything before `oldest` may go once what was added up to now is durable, because what is
    // needed may have been moved into the open batch. Cheap: done by the commit of that batch,
    // which may be empty otherwise.
    void trim(core::position oldest);

    [[nodiscard]] bool reserve(std::uint64_t bytes);
    [[nodiscard]] double disk_used() const; // see log
    [[nodiscard]] std::uint64_t bytes() const;
    // One sentence for people about the last error: file, offset, what to do.
    [[nodiscard]] std::string last_error() const;

private:
    struct members;
    std::shared_ptr<members> self_;
};

} // namespace peyk::storage
