#include "broker/storage/watermark.hpp"

#include "broker/storage/little_endian.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

namespace peyk::storage {

namespace {

constexpr std::size_t slot_bytes = 512;
constexpr std::size_t checked_bytes = 32;
constexpr std::string_view magic = "peykmark";

std::array<char, slot_bytes> encode_slot(mark_values values, std::uint64_t counter) {
    std::array<char, slot_bytes> slot{};
    magic.copy(slot.data(), magic.size());
    store(&slot[8], counter);
    store(&slot[16], values.durable.value);
    store(&slot[24], values.needed.value);
    store(&slot[32], static_cast<std::uint64_t>(XXH3_64bits(slot.data(), checked_bytes)));
    return slot;
}

std::optional<decoded_watermark> decode_slot(std::string_view slot) {
    if (slot.size() < checked_bytes + 8 || !slot.starts_with(magic) ||
        load<std::uint64_t>(&slot[32]) != XXH3_64bits(slot.data(), checked_bytes)) {
        return std::nullopt;
    }
    return decoded_watermark{{batch_number{load<std::uint64_t>(&slot[16])},
                              batch_number{load<std::uint64_t>(&slot[24])}},
                             load<std::uint64_t>(&slot[8])};
}

} // namespace

std::optional<decoded_watermark> decode_watermark(std::string_view bytes) {
    auto const a = decode_slot(bytes.substr(0, slot_bytes));
    auto const b = decode_slot(bytes.substr(std::min(slot_bytes, bytes.size())));
    if (a && b) {
        return a->counter > b->counter ? a : b;
    }
    return a ? a : b;
}

watermark::watermark(std::unique_ptr<file> open_file, decoded_watermark const& now)
    : file_(std::move(open_file)), values_(now.values), counter_(now.counter) {}

checked<std::unique_ptr<watermark>>
watermark::create(file_system& files, std::string const& path, mark_values values) {
    auto opened = files.open(path, open_mode::create);
    if (!opened) {
        return system_fault(opened.error(), path, "creating");
    }
    std::unique_ptr<watermark> mark{new watermark{std::move(*opened), {values, 0}}};
    for (int slot = 0; slot < 2; ++slot) {
        if (auto const written = mark->write(values); !written) {
            return system_fault(written.error(), path, "writing");
        }
    }
    if (auto const synced = mark->sync(); !synced) {
        return system_fault(synced.error(), path, "syncing");
    }
    return mark;
}

checked<std::unique_ptr<watermark>> watermark::open(file_system& files, std::string const& path) {
    auto const bytes = read_all(files, path, 2 * slot_bytes);
    if (!bytes) {
        return system_fault(bytes.error(), path, "reading");
    }
    auto const now = decode_watermark(*bytes);
    if (!now) {
        return fault{
            errc::corrupt,
            path,
            0,
            "neither slot of the watermark is valid; 'peyk journal repair' writes it anew"};
    }
    auto opened = files.open(path, open_mode::write);
    if (!opened) {
        return system_fault(opened.error(), path, "opening");
    }
    return std::unique_ptr<watermark>{new watermark{std::move(*opened), *now}};
}

boost::system::result<void> watermark::write(mark_values values) {
    auto const slot = encode_slot(values, counter_ + 1);
    auto const written =
        write_all(*file_, (counter_ + 1) % 2 * slot_bytes, {slot.data(), slot.size()});
    if (written) {
        ++counter_;
        values_ = values;
    }
    return written;
}

boost::system::result<void> watermark::sync() {
    return file_->sync();
}

} // namespace peyk::storage
