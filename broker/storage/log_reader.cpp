#include "broker/storage/log_reader.hpp"

#include <algorithm>
#include <array>

namespace peyk::storage {

namespace {

// Read ahead in steps of 1 MiB: the disk's full speed without holding much.
constexpr std::size_t window_bytes = 1u << 20;

} // namespace

log_reader::log_reader(file& segment, std::string path, std::uint64_t identity)
    : file_(segment), path_(std::move(path)), identity_(identity) {}

checked<std::string_view> log_reader::view(std::uint64_t offset, std::size_t size) {
    bool const inside = offset >= window_at_ && offset + size <= window_at_ + window_.size();
    if (!inside) {
        if (!file_bytes_) {
            auto const size_now = file_.size();
            if (!size_now) {
                return system_fault(size_now.error(), path_, "asking the size");
            }
            file_bytes_ = *size_now;
        }
        // Never more than is there: what a batch says of its size is not trusted with memory.
        auto const there = *file_bytes_ - std::min(offset, *file_bytes_);
        window_.resize(std::min<std::uint64_t>(std::max(size, window_bytes), there));
        window_at_ = offset;
        auto const got = file_.read(offset, window_.data(), window_.size());
        if (!got) {
            window_.clear();
            return system_fault(got.error(), path_, "reading");
        }
        window_.resize(*got);
    }
    return std::string_view{window_}.substr(offset - window_at_, size);
}

checked<segment_header> log_reader::header() {
    auto const bytes = view(0, segment_header_bytes);
    if (!bytes) {
        return bytes.error();
    }
    auto const header = decode_segment_header(*bytes);
    if (!header) {
        return fault{errc::corrupt, path_, 0, "the header of the segment is damaged"};
    }
    if (header->version > format_version) {
        return fault{errc::newer_format,
                     path_,
                     0,
                     "format version " + std::to_string(header->version) +
                         " is newer than this program; use the newer one"};
    }
    if (header->identity != identity_) {
        return fault{errc::corrupt, path_, 0, "the segment belongs to another journal"};
    }
    return *header;
}

checked<std::optional<batch_view>> log_reader::next(batch_number expected) {
    auto const head_view = view(offset_, batch_head_bytes);
    if (!head_view) {
        return head_view.error();
    }
    auto const head = decode_batch_head(*head_view, identity_);
    if (!head || head->number != expected) {
        return std::optional<batch_view>{};
    }
    auto const whole = view(offset_, batch_head_bytes + head->payload_bytes);
    if (!whole) {
        return whole.error();
    }
    auto const payload = whole->substr(std::min(batch_head_bytes, whole->size()));
    if (payload.size() < head->payload_bytes ||
        payload_checksum(payload, expected, identity_) != head->payload_checksum) {
        return std::optional<batch_view>{};
    }
    batch_view const found{expected, offset_, payload};
    offset_ += batch_bytes(head->payload_bytes);
    return std::optional{found};
}

checked<log_tail> log_reader::examine_tail(batch_number expected) {
    log_tail tail{offset_, offset_, std::nullopt};
    // Windows overlap by a head, so that none is missed at a border.
    for (std::uint64_t at = offset_;;) {
        auto const bytes = view(at, window_bytes);
        if (!bytes) {
            return bytes.error();
        }
        auto const last = bytes->find_last_not_of('\0');
        if (last != std::string_view::npos) {
            tail.dirty_end = at + last + 1;
            for (std::size_t i = 0; i <= last && !tail.contradicted; i += batch_alignment) {
                auto const head = decode_batch_head(bytes->substr(i), identity_);
                if (head && head->synced >= expected) {
                    tail.contradicted = at + i;
                }
            }
        }
        if (bytes->size() < window_bytes) {
            return tail;
        }
        at += window_bytes - (batch_head_bytes / batch_alignment + 1) * batch_alignment;
    }
}

} // namespace peyk::storage
