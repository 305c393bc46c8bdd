#pragma once
// Walks all segments of a log and tells a whole log, with or without a torn tail, from a damaged
// one. Reads only. Recovery and `peyk journal verify` share it, so that they never disagree.

#include "broker/storage/fault.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/journal_directory.hpp"
#include "broker/storage/log_reader.hpp"
#include "broker/storage/segment.hpp"
#include "broker/storage/watermark.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace peyk::storage {

struct scanned_log {
    std::vector<std::shared_ptr<segment>> segments; // oldest first
    std::vector<std::string> obsolete; // files of segments before the needed ones: a trim cut short
    std::uint64_t batches = 0;
    std::uint64_t payload_bytes = 0;
    batch_number first{1};
    batch_number next{1};
    log_tail tail; // of the last segment
};

// The fault when the oldest segment begins behind the first batch that is needed.
[[nodiscard]] std::optional<fault> missing_begin(std::vector<listed_segment> const& listed,
                                                 mark_values needed);

// A fault from the visitor stops the scan with it.
using batch_visitor = std::function<checked<void>(batch_view const&, segment const&)>;

// `so_far`, also filled when a fault is returned, is what was found sound before it.
[[nodiscard]] checked<void> scan_log(file_system& files,
                                     std::vector<listed_segment> listed,
                                     std::uint64_t identity,
                                     mark_values needed,
                                     batch_visitor const& visit,
                                     scanned_log& so_far);

} // namespace peyk::storage
