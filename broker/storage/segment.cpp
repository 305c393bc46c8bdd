#include "broker/storage/segment.hpp"

#include "broker/storage/error.hpp"

#include <algorithm>

namespace peyk::storage {

namespace {

constexpr std::uint64_t mark_distance_bytes = 32u << 10;

} // namespace

segment::segment(std::string path, batch_number first, std::uint64_t file_bytes)
    : path_(std::move(path)), first_(first), file_bytes_(file_bytes), next_(first) {}

batch_number segment::next() const {
    std::lock_guard const lock{mutex_};
    return next_;
}

std::uint64_t segment::used_bytes() const {
    std::lock_guard const lock{mutex_};
    return used_bytes_;
}

void segment::appended(batch_number number, std::uint64_t offset, std::uint64_t end) {
    std::lock_guard const lock{mutex_};
    if (marks_.empty() || offset - marks_.back().offset >= mark_distance_bytes) {
        marks_.push_back({number, offset});
    }
    next_.value = number.value + 1;
    used_bytes_ = end;
}

boost::system::result<std::shared_ptr<file>> segment::open(file_system& files) {
    std::lock_guard const lock{mutex_};
    if (!file_) {
        auto opened = files.open(path_, open_mode::read);
        if (!opened) {
            return opened.error();
        }
        file_ = std::move(*opened);
    }
    return file_;
}

void segment::adopt(std::shared_ptr<file> open_file) {
    std::lock_guard const lock{mutex_};
    file_ = std::move(open_file);
}

void segment::close() {
    std::lock_guard const lock{mutex_};
    file_.reset();
}

bool segment::is_open() const {
    std::lock_guard const lock{mutex_};
    return file_ != nullptr;
}

boost::system::result<std::uint64_t>
segment::locate(file& open_file, batch_number number, std::uint64_t identity) const {
    mark from{};
    {
        std::lock_guard const lock{mutex_};
        auto const after = std::upper_bound(
            marks_.begin(), marks_.end(), number, [](batch_number n, mark const& m) {
                return n < m.number;
            });
        if (after == marks_.begin() || number >= next_) {
            return make_error_code(errc::trimmed);
        }
        from = *std::prev(after);
    }
    // All heads up to the next mark start within mark_distance_bytes of this one.
    std::string heads(mark_distance_bytes + batch_head_bytes, '\0');
    auto const got = number == from.number
                         ? boost::system::result<std::size_t>{0}
                         : open_file.read(from.offset, heads.data(), heads.size());
    if (!got) {
        return got.error();
    }
    heads.resize(*got);
    auto at = from.offset;
    for (auto n = from.number; n < number; ++n.value) {
        auto const skipped = at - from.offset;
        auto const head =
            skipped > heads.size()
                ? std::nullopt
                : decode_batch_head(std::string_view{heads}.substr(skipped), identity);
        if (!head || head->number != n) {
            return make_error_code(errc::corrupt);
        }
        at += batch_bytes(head->payload_bytes);
    }
    return at;
}

} // namespace peyk::storage
