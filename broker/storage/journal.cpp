#include "broker/storage/journal.hpp"

#include "broker/core/assert.hpp"
#include "broker/storage/record_codec.hpp"

#include <mutex>
#include <utility>

namespace peyk::storage {

namespace {

// A head is mostly shorter: content and head are then read in one go.
constexpr std::size_t head_bytes_guess = 512;
// A buffer that a burst made larger is not kept.
constexpr std::size_t kept_buffer_bytes_max = 16u << 20;
constexpr std::size_t kept_buffers_max = 4;

} // namespace

struct journal::members {
    std::unique_ptr<storage::log> log;
    std::uint64_t slack_bytes = 0;

    // Of the loop thread.
    record_encoder encoder;
    batch open{};
    std::vector<batch> spare; // empty, with their memory

    std::mutex error_mutex; // guards error
    std::string error;

    void note(std::string text) {
        std::lock_guard const lock{error_mutex};
        if (error.empty()) {
            error = std::move(text);
        }
    }
};

journal::journal(std::unique_ptr<log> log, std::uint64_t slack_bytes)
    : self_(std::make_shared<members>()) {
    self_->log = std::move(log);
    self_->slack_bytes = slack_bytes;
}

boost::system::result<replay_report> journal::recover(visitor const& visit) {
    record_decoder decoder;
    bool sound = true;
    auto const replayed = self_->log->replay([&](batch_number number, std::string_view payload) {
        for (std::size_t offset = 0; sound && offset < payload.size();) {
            auto const found = decoder.next(payload, offset);
            if (!found) {
                sound = false;
                self_->note("batch " + std::to_string(number.value) + " at byte " +
                            std::to_string(offset) +
                            ": a record that this program cannot understand; was the journal "
                            "written by a newer one?");
                return;
            }
            visit(found->record, position_of(number, offset), found->bytes);
            offset += found->bytes;
        }
    });
    if (!replayed) {
        return replayed.error();
    }
    if (!sound) {
        return make_error_code(errc::undecodable);
    }
    self_->open.number = replayed->next;
    return *replayed;
}

placement journal::add(core::any_record const& record) {
    auto& open = self_->open;
    PEYK_ASSERT(open.number.value != 0);
    auto const offset = open.payload.size();
    auto const bytes = self_->encoder.append(record, open.payload, open.copies);
    return {position_of(open.number, offset), bytes};
}

std::size_t journal::open_bytes() const {
    return self_->open.payload.size();
}

batch journal::seal() {
    batch next;
    if (!self_->spare.empty()) {
        next = std::move(self_->spare.back());
        self_->spare.pop_back();
    }
    auto& open = self_->open;
    next.number.value = open.number.value + (open.empty() ? 0 : 1);
    return std::exchange(open, std::move(next));
}

void journal::recycle(batch&& done) {
    if (self_->spare.size() < kept_buffers_max &&
        done.payload.capacity() <= kept_buffer_bytes_max) {
        done.payload.clear();
        done.copies.clear();
        done.trim_before = {};
        self_->spare.push_back(std::move(done));
    }
}

boost::system::result<void> journal::commit(batch& sealed) {
    for (auto const& copy : sealed.copies) {
        auto const content = read_content(copy.from, copy.bytes);
        if (!content) {
            self_->note("the content of a message, to be moved on, cannot be read from batch " +
                        std::to_string(batch_of(copy.from).value) + ": " +
                        content.error().message());
            return content.error();
        }
        fill_copy(sealed.payload, copy.offset, *content);
    }
    if (!sealed.empty()) {
        auto const appended = self_->log->append(sealed.number, sealed.payload);
        if (!appended) {
            return appended;
        }
    }
    return sealed.trim_before.value == 0 ? boost::system::result<void>{}
                                         : self_->log->trim(sealed.trim_before);
}

boost::system::result<std::string> journal::read_content(core::position at, std::uint32_t bytes) {
    auto const number = batch_of(at);
    auto const offset = offset_of(at);
    auto record = self_->log->read(number, offset, record_frame_bytes + head_bytes_guess + bytes);
    if (!record) {
        return record.error();
    }
    auto const frame = decode_frame(*record);
    if (!frame || frame->content_bytes != bytes) {
        return make_error_code(errc::corrupt);
    }
    auto const needed = frame->content_offset() + frame->content_bytes;
    if (record->size() < needed) {
        record = self_->log->read(number, offset, needed);
        if (!record) {
            return record.error();
        }
    }
    if (record->size() < needed || frame_checksum(*record, *frame) != frame->checksum) {
        return make_error_code(errc::corrupt);
    }
    record->erase(needed);
    record->erase(0, frame->content_offset());
    return record;
}

std::optional<core::position> journal::clean_before(std::uint64_t retained_bytes, bool full) const {
    auto const end = self_->log->oldest_segment_end();
    auto const total = self_->log->bytes();
    auto const slack_bytes = full ? 0 : self_->slack_bytes;
    if (end.value == 0 || total <= 2 * retained_bytes + slack_bytes) {
        return std::nullopt;
    }
    return position_of(end, 0);
}

void journal::trim(core::position oldest) {
    self_->open.trim_before = batch_of(oldest);
}

double journal::disk_used() const {
    return self_->log->disk_used();
}

bool journal::reserve(std::uint64_t bytes) {
    return self_->log->reserve(bytes);
}

std::uint64_t journal::bytes() const {
    return self_->log->bytes();
}

std::string journal::last_error() const {
    auto from_log = self_->log->last_error();
    std::lock_guard const lock{self_->error_mutex};
    return from_log.empty() ? self_->error : from_log;
}

} // namespace peyk::storage
