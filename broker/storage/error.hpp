#pragma once
// What can go wrong with the journal, one enumerator per meaning.

#include <boost/system/error_code.hpp>

#include <cstdint>

namespace peyk::storage {

enum class errc : std::uint8_t {
    ok = 0,
    locked,           // another process uses the directory
    not_a_journal,    // the directory holds other things
    newer_format,     // written by a newer version of the program
    corrupt,          // a checksum does not match before the end
    gap,              // a batch number is missing
    behind_watermark, // the journal ends before what was once reported durable
    undecodable,      // the checksum is right but the record means nothing: our bug or a newer one
    trimmed,          // that position is not kept any more
    failed,           // an earlier write failed; what the disk holds is unknown
    disk_full,
};

[[nodiscard]] boost::system::error_category const& error_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

} // namespace peyk::storage

template <>
struct boost::system::is_error_code_enum<peyk::storage::errc> : std::true_type {};
