#pragma once
// The file DURABLE: how far the log is known to be durable, and from where on it is needed. A log
// that ends before the one, or begins after the other, has lost something and must not be used.
//
// Two sectors of 512 bytes written in turn, so that a torn write leaves the one before:
//   u64 magic "peykmark" | u64 counter | u64 durable batch | u64 first needed batch | u64 checksum

#include "broker/storage/fault.hpp"
#include "broker/storage/file_system.hpp"
#include "broker/storage/log.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::storage {

struct mark_values {
    batch_number durable;   // every batch up to here was on disk
    batch_number needed{1}; // no batch before this one is needed

    auto operator<=>(mark_values const&) const = default;
};

// The newer of the valid slots in the bytes of the file, with its counter.
struct decoded_watermark {
    mark_values values;
    std::uint64_t counter = 0;
};
[[nodiscard]] std::optional<decoded_watermark> decode_watermark(std::string_view bytes);

// One thread at a time.
class watermark {
public:
    // Creates the file, on disk when this returns.
    [[nodiscard]] static checked<std::unique_ptr<watermark>>
    create(file_system& files, std::string const& path, mark_values values);
    // errc::corrupt when neither slot is valid.
    [[nodiscard]] static checked<std::unique_ptr<watermark>> open(file_system& files,
                                                                  std::string const& path);

    [[nodiscard]] mark_values const& values() const { return values_; }

    // Writes the other slot; it reaches the disk some time.
    [[nodiscard]] boost::system::result<void> write(mark_values values);
    [[nodiscard]] boost::system::result<void> sync();

private:
    watermark(std::unique_ptr<file> open_file, decoded_watermark const& now);

    std::unique_ptr<file> file_;
    mark_values values_;
    std::uint64_t counter_;
};

} // namespace peyk::storage
