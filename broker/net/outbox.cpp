#include "broker/net/outbox.hpp"

#include "broker/core/assert.hpp"

namespace peyk::net {
namespace {

// A busy session keeps its buffer between flushes; one that has become quiet (heartbeats only)
// gives it back after a few of them.
constexpr std::size_t kept_bytes = 16u << 10;
constexpr int quiet_flushes_max = 4;

} // namespace

void outbox::sent(std::size_t bytes) {
    PEYK_ASSERT(bytes <= size());
    begin_ += bytes;
    if (begin_ == bytes_.size()) {
        drop();
    } else if (begin_ > bytes_.size() / 2) {
        // Less than half is moved, so each byte moves at most once on average.
        bytes_.erase(0, begin_);
        begin_ = 0;
    }
}

void outbox::drop() {
    quiet_flushes_ = bytes_.size() > kept_bytes ? 0 : quiet_flushes_ + 1;
    begin_ = 0;
    bytes_.clear();
    bool const huge = bytes_.capacity() > 2 * limits_.high_bytes;
    bool const unused = bytes_.capacity() > kept_bytes && quiet_flushes_ >= quiet_flushes_max;
    if (huge || unused)
        std::string().swap(bytes_);
}

} // namespace peyk::net
