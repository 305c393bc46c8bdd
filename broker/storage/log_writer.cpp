#include "broker/storage/log_writer.hpp"

#include <array>

namespace peyk::storage {

log_writer::log_writer(std::shared_ptr<file> segment,
                       std::uint64_t identity,
                       std::uint64_t offset,
                       std::uint64_t file_bytes)
    : file_(std::move(segment)), identity_(identity), offset_(offset), file_bytes_(file_bytes) {}

bool log_writer::fits(std::size_t payload_bytes) const {
    return offset_ + batch_bytes(payload_bytes) <= file_bytes_;
}

boost::system::result<void>
log_writer::append(batch_number number, batch_number synced, std::string_view payload) {
    auto const head =
        encode(batch_head{.payload_bytes = static_cast<std::uint32_t>(payload.size()),
                          .number = number,
                          .synced = synced,
                          .payload_checksum = payload_checksum(payload, number, identity_)},
               identity_);
    static constexpr std::array<char, batch_alignment> zeros{};
    auto const whole = batch_bytes(payload.size());
    std::array<std::string_view, 3> const pieces{
        std::string_view{head.data(), head.size()},
        payload,
        std::string_view{zeros.data(), whole - batch_head_bytes - payload.size()}};
    if (auto const written = file_->write(offset_, pieces); !written) {
        return written.error();
    }
    offset_ += whole;
    return {};
}

} // namespace peyk::storage
