#pragma once
// Appends batches to one segment. Writes only; when to sync is the log's decision.

#include "broker/storage/file_system.hpp"
#include "broker/storage/log_format.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace peyk::storage {

class log_writer {
public:
    // Goes on at `offset` of a segment that has `file_bytes`.
    log_writer(std::shared_ptr<file> segment,
               std::uint64_t identity,
               std::uint64_t offset,
               std::uint64_t file_bytes);

    [[nodiscard]] bool fits(std::size_t payload_bytes) const;
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    [[nodiscard]] std::uint64_t room() const { return file_bytes_ - offset_; }
    [[nodiscard]] std::shared_ptr<file> const& target() const { return file_; }

    // Writes the batch at offset() and moves behind it. After an error nothing has moved.
    [[nodiscard]] boost::system::result<void>
    append(batch_number number, batch_number synced, std::string_view payload);

private:
    std::shared_ptr<file> file_;
    std::uint64_t identity_;
    std::uint64_t offset_;
    std::uint64_t file_bytes_;
};

} // namespace peyk::storage
