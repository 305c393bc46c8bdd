#pragma once
// One file of the log in memory: which batches it holds and, coarsely, where. Shared by whoever
// reads it, so that a trimmed segment stays readable to the end of the read.

#include "broker/storage/file_system.hpp"
#include "broker/storage/log_format.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace peyk::storage {

// All members may be called from any thread.
class segment {
public:
    segment(std::string path, batch_number first, std::uint64_t file_bytes);

    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] batch_number first() const { return first_; }
    [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }
    [[nodiscard]] batch_number next() const; // the number after its last batch
    [[nodiscard]] std::uint64_t used_bytes() const;

    // Batch `number` stands at `offset`, its end is `end`. Called in order.
    void appended(batch_number number, std::uint64_t offset, std::uint64_t end);

    // The open file; opened on first use.
    [[nodiscard]] boost::system::result<std::shared_ptr<file>> open(file_system& files);
    void adopt(std::shared_ptr<file> open_file);
    void close();
    [[nodiscard]] bool is_open() const;

    // Where the batch's head stands. Reads heads from the nearest mark on; errc::trimmed if the
    // batch is not in this segment.
    [[nodiscard]] boost::system::result<std::uint64_t>
    locate(file& open_file, batch_number number, std::uint64_t identity) const;

private:
    // Every 32 KiB at most one mark, so that a full segment of small batches costs 32 KiB of memory
    // and a batch is found with one read.
    struct mark {
        batch_number number;
        std::uint64_t offset;
    };

    std::string const path_;
    batch_number const first_;
    std::uint64_t const file_bytes_;

    mutable std::mutex mutex_; // guards all below
    std::vector<mark> marks_;
    batch_number next_;
    std::uint64_t used_bytes_ = segment_header_bytes;
    std::shared_ptr<file> file_;
};

} // namespace peyk::storage
