#pragma once
// Looks at a journal without using it: is it whole, and if not, where does it break. verify() only
// reads; repair() cuts at the first fault, by explicit consent, and keeps what it cuts off.

#include "broker/core/record.hpp"
#include "broker/storage/fault.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/log.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace peyk::storage {

inline constexpr std::size_t record_kinds = std::variant_size_v<core::any_record>;

// "published", "leased", ...: of the alternative with that index.
[[nodiscard]] std::string_view record_kind_name(std::size_t index);

struct journal_summary {
    std::uint64_t segments = 0;
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::array<std::uint64_t, record_kinds> records_of_kind{};
    std::uint64_t payload_bytes = 0;
    std::uint64_t torn_bytes = 0; // at the end; never confirmed, cut off at the next start
    batch_number first{1};
    batch_number next{1};
    std::optional<fault> first_fault = {}; // absent: the journal is whole; counts are up to it
};

// Called with what was found so far, after each batch.
using verify_progress = std::function<void(journal_summary const&)>;

struct verify_options {
    // Look although a broker uses the journal. Its last batches may then look damaged.
    bool force = false;
    verify_progress progress = {};
};

// An error: nothing could be looked at (no journal there, errc::locked, newer format).
[[nodiscard]] checked<journal_summary>
verify(file_system& files, std::string const& directory, verify_options const& options = {});

struct repair_report {
    batch_number next{1};            // the next batch; all from here on are cut off
    std::optional<fault> found = {}; // absent: there was nothing to repair
    std::uint64_t salvaged_bytes = 0;
    std::vector<std::string> salvaged = {}; // files that hold what was cut off
};

// Cuts the journal at its first fault and lowers the watermark, so that the broker starts again.
// Takes the lock. What is cut off is lost to the broker, and kept in files named *.salvage.
[[nodiscard]] checked<repair_report> repair(file_system& files, std::string const& directory);

} // namespace peyk::storage
