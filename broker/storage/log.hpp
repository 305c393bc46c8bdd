#pragma once
// Where batches of bytes are kept in order: the one interface between the journal and whatever
// remembers for it (files by default). A batch is atomic and numbered without gaps from 1.

#include "broker/core/ids.hpp"
#include "broker/storage/error.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace peyk::storage {

using batch_number = core::number<struct batch_number_tag>; // from 1

// A position is a batch and an offset in it (a multiple of 8 bytes), so that it means the same to
// every backend: number << 24 | offset / 8.
[[nodiscard]] constexpr core::position position_of(batch_number batch, std::size_t offset) {
    return core::position{batch.value << 24 | offset / 8};
}
[[nodiscard]] constexpr batch_number batch_of(core::position at) {
    return batch_number{at.value >> 24};
}
[[nodiscard]] constexpr std::size_t offset_of(core::position at) {
    return static_cast<std::size_t>(at.value & 0xff'ffff) * 8;
}

class log {
public:
    // Called once per batch, in order. The bytes are valid during the call.
    using visitor = std::function<void(batch_number, std::string_view payload)>;

    virtual ~log() = default;

    // Visits every batch that is there, oldest first. Must be called once, before anything else.
    // Tells a torn tail (cut off, and counted) from corruption (an error that says where).
    virtual boost::system::result<struct replay_report> replay(visitor const& visit) = 0;

    // Makes `payload` durable as batch `number`, which must follow the last one. Blocks. An error
    // is final: the log refuses everything afterwards, because nobody can know what the disk holds.
    virtual boost::system::result<void> append(batch_number number, std::string_view payload) = 0;

    // Bytes [offset, offset + size) of the payload of a batch that was appended and not trimmed;
    // fewer only where the payload ends.
    // May be called from any thread, also while another appends.
    virtual boost::system::result<std::string>
    read(batch_number number, std::size_t offset, std::size_t size) = 0;

    // Nothing before batch `before` is needed any more. Space is given back in whole segments.
    virtual boost::system::result<void> trim(batch_number before) = 0;

    // Bytes the log takes, and the number of the batch after the last of its oldest segment (what
    // cleaning must move beyond to free it). The segment being written is never the oldest here: 0
    // when there is no other.
    virtual std::uint64_t bytes() const = 0;
    virtual batch_number oldest_segment_end() const = 0;

    // Tries to have room for `bytes` more that needs no new space on the disk. False: the disk is
    // (nearly) full, and what is accepted from now on might not be settled.
    virtual bool reserve(std::uint64_t bytes) = 0;

    // Of the disk space that may be used before reserve() refuses, the share that is, by whomever.
    virtual double disk_used() const { return 0; }

    // One sentence for people about the error that made it fail: where, what, what to do.
    virtual std::string last_error() const { return {}; }
};

struct replay_report {
    std::uint64_t batches = 0;
    std::uint64_t bytes = 0;
    std::uint64_t torn_bytes = 0; // cut off the tail: never confirmed to anybody
    batch_number first{1};        // oldest there
    batch_number next{1};         // number of the next batch to append
};

} // namespace peyk::storage
