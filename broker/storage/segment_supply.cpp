#include "broker/storage/segment_supply.hpp"

#include "broker/storage/journal_directory.hpp"

#include <algorithm>

namespace peyk::storage {

namespace {

// Zeros are written and synced 4 MiB at a time: one large sync would hold up the commits beside it.
constexpr std::uint64_t slice_bytes = 4u << 20;
// Small files are this part of a segment: a full disk is used up, but not by a file per batch.
constexpr std::uint64_t small_part = 16;

} // namespace

segment_supply::segment_supply(file_system& files,
                               std::string directory,
                               std::uint64_t segment_bytes,
                               bool in_background)
    : files_(files), directory_(std::move(directory)), segment_bytes_(segment_bytes) {
    if (in_background) {
        thread_ = std::thread{[this] {
            run();
        }};
    }
}

segment_supply::~segment_supply() {
    if (thread_.joinable()) {
        {
            std::lock_guard const lock{mutex_};
            stop_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    if (spare_.opened) {
        static_cast<void>(files_.remove(spare_.path));
    }
}

void segment_supply::prepare() {
    {
        std::lock_guard const lock{mutex_};
        wanted_ = true;
    }
    changed_.notify_one();
}

bool segment_supply::ready() const {
    std::lock_guard const lock{mutex_};
    return spare_.opened != nullptr;
}

bool segment_supply::stopping() const {
    std::lock_guard const lock{mutex_};
    return stop_;
}

boost::system::result<spare_file> segment_supply::take(std::uint64_t bytes) {
    {
        std::lock_guard const lock{mutex_};
        if (spare_.opened && spare_.bytes >= bytes) {
            return std::exchange(spare_, {});
        }
    }
    return make(file_name::direct, std::max(bytes, segment_bytes_), false);
}

boost::system::result<spare_file> segment_supply::take_small(std::uint64_t bytes) {
    return make(file_name::direct, std::max(bytes, segment_bytes_ / small_part), false);
}

boost::system::result<spare_file>
segment_supply::make(char const* name, std::uint64_t bytes, bool zeroed) {
    spare_file made{nullptr, join(directory_, name), bytes};
    auto opened = files_.open(made.path, open_mode::create);
    if (!opened) {
        return opened.error();
    }
    made.opened = std::move(*opened);
    made_bytes_ += bytes; // Too early, and for nothing if it fails: until the disk is asked again.
    auto done = made.opened->allocate(bytes);
    for (std::uint64_t at = 0; zeroed && done && at < bytes && !stopping(); at += slice_bytes) {
        done = write_zeros(*made.opened, at, std::min(bytes, at + slice_bytes));
        if (done) {
            done = made.opened->sync();
        }
    }
    if (!done || (zeroed && stopping())) {
        made.opened.reset();
        static_cast<void>(files_.remove(made.path));
        return done ? boost::system::errc::make_error_code(boost::system::errc::interrupted)
                    : done.error();
    }
    return made;
}

void segment_supply::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || (wanted_ && !spare_.opened); });
        if (stop_) {
            return;
        }
        wanted_ = false;
        lock.unlock();
        // Failing is no error here: the log makes its own file then, and hears why it cannot.
        auto made = make(file_name::spare_new, segment_bytes_, true);
        auto const path = join(directory_, file_name::spare);
        bool const moved = made && files_.rename(made->path, path);
        lock.lock();
        if (moved) {
            made->path = path;
            spare_ = std::move(*made);
        }
    }
}

} // namespace peyk::storage
