#pragma once
// Walks the batches of one segment in order. The end of the log is not an error here; what stands
// behind it is judged by examine_tail().

#include "broker/storage/fault.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/log_format.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::storage {

struct batch_view {
    batch_number number;
    std::uint64_t offset = 0; // of its head, in the file
    std::string_view payload; // valid until the next call
};

// What stands behind the last valid batch.
struct log_tail {
    std::uint64_t begin = 0;
    std::uint64_t dirty_end = 0;               // behind the last byte that is not zero, or `begin`
    std::optional<std::uint64_t> contradicted; // a batch there says that the missing one was synced
};

class log_reader {
public:
    // `path` is for messages only. The file must outlive the reader.
    log_reader(file& segment, std::string path, std::uint64_t identity);

    // Reads and checks the segment's header. First.
    [[nodiscard]] checked<segment_header> header();

    // The batch `expected`; nullopt: no valid one stands here, the log or the segment ends.
    [[nodiscard]] checked<std::optional<batch_view>> next(batch_number expected);

    // Where the next batch would stand.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }

    [[nodiscard]] checked<log_tail> examine_tail(batch_number expected);

private:
    // Bytes [offset, offset + size) of the file, fewer where it ends; valid until the next call.
    checked<std::string_view> view(std::uint64_t offset, std::size_t size);

    file& file_;
    std::string path_;
    std::uint64_t identity_;
    std::optional<std::uint64_t> file_bytes_; // asked for with the first read
    std::uint64_t offset_ = segment_header_bytes;
    std::string window_;
    std::uint64_t window_at_ = 0;
};

} // namespace peyk::storage
