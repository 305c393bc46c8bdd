#pragma once
// A log of known batches: what stands in batch n follows from n, so that a test can tell a log that
// is whole from one that is not.

#include "broker/storage/file_log.hpp"
#include "tests/support/memory_file_system.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace peyk::test {

inline constexpr char const* log_directory = "journal";

// Small segments, nothing in the background, no ballast.
inline storage::file_log_options small_options(std::string directory = log_directory) {
    return {.directory = std::move(directory),
            .segment_bytes = 4096,
            .ballast_bytes = 0,
            .free_bytes_min = 0,
            .background = false,
            .identity = 0x5eed};
}

inline std::string payload_of(std::uint64_t number) {
    std::string text = "batch " + std::to_string(number) + ": ";
    for (std::uint64_t i = 0; i < number * 37 % 211; ++i) {
        text += static_cast<char>('a' + (number + i) % 26);
    }
    return text;
}

// What a start finds.
struct recovered_log {
    std::unique_ptr<storage::file_log> log; // null: refused
    boost::system::error_code refused;
    std::string why;
    storage::replay_report report;
    std::uint64_t wrong = 0; // batches that are not what was written
};

inline recovered_log recover(storage::file_system& files,
                             storage::file_log_options options = small_options()) {
    recovered_log found;
    auto opened = storage::file_log::open(files, std::move(options));
    if (!opened) {
        found.refused = opened.error().code;
        found.why = opened.error().sentence();
        return found;
    }
    auto const replayed =
        (*opened)->replay([&](storage::batch_number number, std::string_view payload) {
            found.wrong += payload == payload_of(number.value) ? 0 : 1;
        });
    if (!replayed) {
        found.refused = replayed.error();
        found.why = (*opened)->last_error();
        return found;
    }
    found.report = *replayed;
    found.log = std::move(*opened);
    return found;
}

// Appends batches until `last`; the number of the last one that was confirmed.
inline std::uint64_t append_until(storage::file_log& log, std::uint64_t first, std::uint64_t last) {
    for (auto n = first; n <= last; ++n) {
        if (!log.append(storage::batch_number{n}, payload_of(n))) {
            return n - 1;
        }
    }
    return last;
}

// A closed journal of the batches 1 to `last`.
inline std::unique_ptr<memory_file_system> journal_of(std::uint64_t last) {
    auto files = std::make_unique<memory_file_system>();
    auto made = recover(*files);
    EXPECT_TRUE(made.log) << made.why;
    EXPECT_EQ(append_until(*made.log, 1, last), last);
    return files;
}

inline std::string path_of(std::string const& name) {
    return std::string{log_directory} + "/" + name;
}

} // namespace peyk::test
