#pragma once
// The files around the segments: who may be here (LOCK), what is here (FORMAT) and which segments.
//
// FORMAT is two lines of text: `peyk journal 1` (the format version) and `identity <16 hex
// digits>`. It is written last when a journal is made: a directory without it holds nothing yet.

#include "broker/storage/fault.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/log.hpp"
#include "broker/storage/watermark.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::storage {

namespace file_name {
inline constexpr char const* lock = "LOCK";
inline constexpr char const* format = "FORMAT";
inline constexpr char const* format_new = "FORMAT.new";
inline constexpr char const* durable = "DURABLE";
inline constexpr char const* ballast = "BALLAST";
inline constexpr char const* spare = "spare";         // a prepared segment
inline constexpr char const* spare_new = "spare.new"; // one in preparation
inline constexpr char const* direct = "segment.new";  // made in need, when no spare was ready
} // namespace file_name

[[nodiscard]] std::string join(std::string const& directory, std::string_view name);

[[nodiscard]] std::string encode_format(std::uint64_t identity);
// The identity; an error if the text is damaged or the version is a newer one.
[[nodiscard]] checked<std::uint64_t> decode_format(std::string_view text, std::string const& path);

struct listed_segment {
    batch_number first;
    std::string path;
};

class journal_directory {
public:
    // Takes the lock and reads FORMAT; a new directory becomes an empty journal with `identity`.
    [[nodiscard]] static checked<journal_directory>
    open(file_system& files, std::string path, std::uint64_t identity);

    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] std::string file(std::string_view name) const { return join(path_, name); }
    [[nodiscard]] std::uint64_t identity() const { return identity_; }

    // The segments, oldest first.
    [[nodiscard]] checked<std::vector<listed_segment>> segments() const;

private:
    journal_directory(file_system& files, std::string path);
    checked<void> make(std::uint64_t identity);
    checked<void> must_be_empty() const;

    file_system* files_;
    std::string path_;
    std::unique_ptr<file_lock> lock_;
    std::uint64_t identity_ = 0;
};

// Of any directory, without a lock.
[[nodiscard]] checked<std::vector<listed_segment>> list_segments(file_system& files,
                                                                 std::string const& directory);

} // namespace peyk::storage
