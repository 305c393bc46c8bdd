#pragma once
// A scan of a whole journal, records included, for verify() and repair(): what is lost of FORMAT
// and DURABLE is replaced by what the segments say, and reported as the fault.

#include "broker/storage/log_scan.hpp"
#include "broker/storage/verify.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peyk::storage {

struct journal_scan {
    journal_summary summary;
    scanned_log log;
    std::vector<listed_segment> listed;
    std::uint64_t identity = 0;
    mark_values marks;
};

// An error: there is no journal that could be scanned.
[[nodiscard]] checked<journal_scan>
scan_journal(file_system& files, std::string const& directory, verify_progress const& progress);

} // namespace peyk::storage
