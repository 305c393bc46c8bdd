#include "broker/storage/file_log.hpp"

#include "broker/core/assert.hpp"
#include "broker/storage/log_scan.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace peyk::storage {

namespace {

using namespace std::chrono_literals;

// How far the watermark may lag behind: written that often, on the disk that often. What it cannot
// notice is a journal cut within the last second before an unclean stop.
constexpr auto mark_written_every = 100ms;
constexpr auto mark_synced_every = 1s;
// Free space is asked for that often; what the log itself takes in between is counted.
constexpr auto disk_looked_at_every = 100ms;

bool is_disk_full(boost::system::error_code code) {
    return code == boost::system::errc::no_space_on_device ||
           code == boost::system::error_code{122, boost::system::system_category()}; // EDQUOT
}

std::uint64_t random_identity() {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

} // namespace

checked<std::unique_ptr<file_log>> file_log::open(file_system& files, file_log_options options) {
    auto const identity = options.identity != 0 ? options.identity : random_identity();
    auto directory = journal_directory::open(files, options.directory, identity);
    if (!directory) {
        return directory.error();
    }
    auto mark = watermark::open(files, directory->file(file_name::durable));
    if (!mark) {
        return mark.error();
    }
    return std::unique_ptr<file_log>{
        new file_log{files, std::move(options), std::move(*directory), std::move(*mark)}};
}

file_log::file_log(file_system& files,
                   file_log_options options,
                   journal_directory directory,
                   std::unique_ptr<watermark> mark)
    : files_(files), options_(std::move(options)), directory_(std::move(directory)),
      mark_(std::move(mark)),
      ballast_(files, directory_.file(file_name::ballast), options_.ballast_bytes),
      segments_(files),
      supply_(files, directory_.path(), options_.segment_bytes, options_.background) {
    // Remains of the last run: prepared files are made anew.
    for (auto const* const name : {file_name::spare, file_name::spare_new, file_name::direct}) {
        static_cast<void>(files_.remove(directory_.file(name)));
    }
    if (options_.sync == sync_mode::interval && options_.background) {
        timer_ = std::make_unique<sync_timer>([this] {
            if (auto const synced = sync_written(); !synced) {
                fail(system_fault(synced.error(), segments_.newest()->path(), "syncing"));
            }
        });
    }
}

file_log::~file_log() {
    timer_.reset();
    if (!failed_ && writer_ && sync_written()) {
        static_cast<void>(write_mark(2, true));
    }
}

boost::system::result<replay_report> file_log::replay(visitor const& visit) {
    PEYK_ASSERT(!writer_);
    auto const listed = directory_.segments();
    if (!listed) {
        return fail(listed.error());
    }
    scanned_log found;
    auto const scanned = scan_log(
        files_,
        *listed,
        directory_.identity(),
        mark_->values(),
        [&](batch_view const& batch, segment const&) -> checked<void> {
            visit(batch.number, batch.payload);
            return {};
        },
        found);
    if (!scanned) {
        return fail(scanned.error());
    }
    if (auto const dropped = drop(found.obsolete); !dropped) {
        return dropped.error();
    }
    for (auto const& one : found.segments) {
        segments_.add(one);
    }
    next_ = found.next;
    needed_ = found.first;
    written_ = found.next.value - 1;
    if (auto const cut = cut_tail(found.tail); !cut) {
        return cut.error();
    }
    synced_ = written_.load();
    look_at_disk();
    if (free_bytes_ > free_bytes_min() + ballast_.wanted_bytes()) {
        ballast_.take();
    }
    supply_.prepare();
    return replay_report{.batches = found.batches,
                         .bytes = found.payload_bytes,
                         .torn_bytes = found.tail.dirty_end - found.tail.begin,
                         .first = found.first,
                         .next = found.next};
}

// Files that a killed process no longer needed, by a watermark that may be in the system's memory
// only: it must be on the disk before they go, or the one before it would miss them.
boost::system::result<void> file_log::drop(std::vector<std::string> const& obsolete) {
    if (obsolete.empty()) {
        return {};
    }
    boost::system::result<void> done;
    for (int slot = 0; slot < 2 && done; ++slot) {
        done = mark_->write(mark_->values());
    }
    if (done) {
        done = mark_->sync();
    }
    if (!done) {
        return fail(system_fault(done.error(), directory_.file(file_name::durable), "syncing"));
    }
    for (auto const& path : obsolete) {
        static_cast<void>(files_.remove(path));
    }
    return {};
}

boost::system::result<void> file_log::cut_tail(log_tail const& tail) {
    auto const last = segments_.newest();
    if (!last) {
        return {};
    }
    auto opened = files_.open(last->path(), open_mode::write);
    if (!opened) {
        return fail(system_fault(opened.error(), last->path(), "opening"));
    }
    std::shared_ptr<file> const target{std::move(*opened)};
    // The rest of a torn batch must not stand behind a later, shorter one.
    auto done = write_zeros(*target, tail.begin, tail.dirty_end);
    if (done) {
        done = target->allocate(last->file_bytes());
    }
    // What a killed process wrote may be in the system's memory only, and so may the file's name.
    // It counts from now on, so it must be on the disk.
    if (done) {
        done = target->sync();
    }
    if (done) {
        done = files_.sync_directory(directory_.path());
    }
    if (!done) {
        return fail(system_fault(done.error(), last->path(), "cutting the torn tail off"));
    }
    writer_.emplace(target, directory_.identity(), tail.begin, last->file_bytes());
    room_ = writer_->room();
    last->adopt(target);
    synced_file_ = target;
    return {};
}

boost::system::result<void> file_log::append(batch_number number, std::string_view payload) {
    if (failed_) {
        return make_error_code(errc::failed);
    }
    PEYK_ASSERT(number == next_);
    PEYK_ASSERT(payload.size() <= batch_payload_bytes_max);
    if (!writer_ || !writer_->fits(payload.size())) {
        if (auto const rolled = roll(payload.size()); !rolled) {
            return rolled;
        }
    }
    if (auto const written = write_batch(number, payload); !written) {
        return written;
    }
    if (auto const synced = sync_as_asked(); !synced) {
        return fail(system_fault(synced.error(),
                                 segments_.newest()->path(),
                                 "syncing (what the disk holds is unknown; restart the broker)"));
    }
    return keep_house();
}

boost::system::result<void> file_log::write_batch(batch_number number, std::string_view payload) {
    auto const offset = writer_->offset();
    batch_number const synced{synced_.load()};
    auto written = writer_->append(number, synced, payload);
    if (!written && is_disk_full(written.error()) && ballast_.release()) {
        written = writer_->append(number, synced, payload); // the same bytes at the same place
    }
    if (!written) {
        auto why = system_fault(written.error(), segments_.newest()->path(), "writing");
        why.offset = offset;
        return fail(std::move(why));
    }
    ++next_.value;
    segments_.newest()->appended(number, offset, writer_->offset());
    room_ = writer_->room();
    written_ = number.value;
    return {};
}

boost::system::result<void> file_log::sync_written() {
    std::lock_guard const lock{sync_mutex_};
    auto const upto = written_.load();
    if (!synced_file_ || synced_ == upto) {
        return {};
    }
    auto const synced = synced_file_->sync();
    if (synced) {
        synced_ = upto;
        last_sync_ = files_.now();
    }
    return synced;
}

boost::system::result<void> file_log::sync_as_asked() {
    switch (options_.sync) {
    case sync_mode::always:
        return sync_written();
    case sync_mode::interval:
        if (timer_) {
            timer_->arm(files_.now() + options_.sync_interval);
            return {};
        }
        return files_.now() - last_sync_ >= options_.sync_interval ? sync_written()
                                                                   : boost::system::result<void>{};
    case sync_mode::never:
        break;
    }
    return {};
}

boost::system::result<void> file_log::roll(std::size_t payload_bytes) {
    // 1. The next segment tells that everything before it is on the disk.
    if (auto const synced = sync_written(); !synced) {
        return fail(system_fault(synced.error(), segments_.newest()->path(), "syncing"));
    }
    auto made = take_file(segment_header_bytes + batch_bytes(payload_bytes));
    if (!made) {
        look_at_disk();
        return fail(system_fault(made.error(),
                                 directory_.path(),
                                 "making a segment of " + std::to_string(options_.segment_bytes) +
                                     " bytes where " + std::to_string(free_bytes_) + " are free"));
    }
    if (auto const begun = begin_segment(std::move(*made)); !begun) {
        return fail(system_fault(begun.error(), directory_.path(), "beginning a segment"));
    }
    supply_.prepare();
    return {};
}

boost::system::result<spare_file> file_log::take_file(std::uint64_t bytes) {
    auto made = supply_.take(bytes);
    // What is left of the disk in small pieces, the ballast, and that in small pieces. A journal
    // does not begin with them: a disk too small for it is told of at once.
    auto const lacks_room = [&] {
        return !made && is_disk_full(made.error()) && writer_;
    };
    if (lacks_room()) {
        made = supply_.take_small(bytes);
    }
    if (lacks_room() && ballast_.release()) {
        made = supply_.take(bytes);
    }
    if (lacks_room()) {
        made = supply_.take_small(bytes);
    }
    return made;
}

boost::system::result<void> file_log::begin_segment(spare_file made) {
    // 2. The header is on the disk before the file has its name, so a named segment has a header.
    auto const header = encode(segment_header{
        .first = next_, .identity = directory_.identity(), .file_bytes = made.bytes});
    auto done = write_all(*made.opened, 0, {header.data(), header.size()});
    if (done) {
        done = made.opened->sync();
    }
    auto const path = directory_.file(segment_name(next_));
    if (done) {
        done = files_.rename(made.path, path);
    }
    if (done) {
        done = files_.sync_directory(directory_.path());
    }
    if (!done) {
        return done;
    }
    std::shared_ptr<file> const target{std::move(made.opened)};
    auto const added = std::make_shared<segment>(path, next_, made.bytes);
    added->adopt(target);
    if (auto const before = segments_.newest()) {
        before->close(); // opened again by whoever reads, within the bound of open files
    }
    segments_.add(added);
    writer_.emplace(target, directory_.identity(), segment_header_bytes, made.bytes);
    room_ = writer_->room();
    std::lock_guard const lock{sync_mutex_};
    synced_file_ = target;
    return {};
}

boost::system::result<void> file_log::write_mark(int times, bool sync) {
    boost::system::result<void> done;
    for (int i = 0; i < times && done; ++i) {
        done = mark_->write({batch_number{synced_.load()}, needed_});
    }
    if (sync && done) {
        done = mark_->sync();
    }
    if (!done) {
        return fail(system_fault(done.error(), directory_.file(file_name::durable), "writing"));
    }
    return {};
}

boost::system::result<void> file_log::keep_house() {
    auto const now = files_.now();
    if (now - mark_written_ < mark_written_every) {
        return {};
    }
    bool const sync = now - mark_synced_ >= mark_synced_every;
    mark_written_ = now;
    if (sync) {
        mark_synced_ = now;
        look_at_disk();
        auto const wanted = ballast_.wanted_bytes() - ballast_.held_bytes();
        if (wanted != 0 && free_bytes_ > free_bytes_min() + wanted) {
            ballast_.take();
        }
    }
    return write_mark(1, sync);
}

boost::system::result<std::string>
file_log::read(batch_number number, std::size_t offset, std::size_t size) {
    auto const holder = segments_.find(number);
    if (!holder) {
        return make_error_code(errc::trimmed);
    }
    auto const opened = segments_.open(holder);
    if (!opened) {
        return opened.error() == boost::system::errc::no_such_file_or_directory
                   ? make_error_code(errc::trimmed)
                   : opened.error();
    }
    auto const at = holder->locate(**opened, number, directory_.identity());
    if (!at) {
        return at.error();
    }
    std::array<char, batch_head_bytes> head_bytes{};
    if (auto const got = (*opened)->read(*at, head_bytes.data(), head_bytes.size()); !got) {
        return got.error();
    }
    auto const head =
        decode_batch_head({head_bytes.data(), head_bytes.size()}, directory_.identity());
    if (!head || head->number != number) {
        return make_error_code(errc::corrupt);
    }
    if (offset >= head->payload_bytes) {
        return std::string{};
    }
    std::string bytes(std::min<std::size_t>(size, head->payload_bytes - offset), '\0');
    auto const got = (*opened)->read(*at + batch_head_bytes + offset, bytes.data(), bytes.size());
    if (!got) {
        return got.error();
    }
    bytes.resize(*got);
    return bytes;
}

boost::system::result<void> file_log::trim(batch_number before) {
    if (failed_) {
        return make_error_code(errc::failed);
    }
    auto const taken = segments_.take_before(std::min(before, next_));
    if (taken.empty()) {
        return {};
    }
    // The watermark first: a file that is needed by it is never missing.
    needed_ = segments_.find(taken.back()->next())->first();
    if (auto const marked = write_mark(2, true); !marked) {
        return marked;
    }
    for (auto const& one : taken) {
        // A file that stays is dropped at the next start.
        static_cast<void>(files_.remove(one->path()));
    }
    return {};
}

std::uint64_t file_log::bytes() const {
    return segments_.bytes();
}

batch_number file_log::oldest_segment_end() const {
    return segments_.oldest_end();
}

double file_log::disk_used() const {
    auto const total = disk_bytes_.load();
    auto const kept = std::min(total, free_bytes_min());
    auto const free = std::min(total, free_bytes());
    if (total == kept) {
        return 0;
    }
    return static_cast<double>(total - free) / static_cast<double>(total - kept);
}

std::uint64_t file_log::free_bytes_min() const {
    if (options_.free_bytes_min) {
        return *options_.free_bytes_min;
    }
    return std::max({2 * options_.segment_bytes, disk_bytes_.load() / 20, std::uint64_t{1} << 30});
}

std::uint64_t file_log::free_bytes() const {
    auto const free = free_bytes_.load();
    return free - std::min(free, supply_.made_bytes() - made_before_);
}

void file_log::look_at_disk() {
    looked_at_ = files_.now().time_since_epoch().count();
    made_before_ = supply_.made_bytes();
    if (auto const space = files_.space(directory_.path())) {
        free_bytes_ = space->free;
        disk_bytes_ = space->total;
    }
}

bool file_log::reserve(std::uint64_t bytes) {
    if (files_.now().time_since_epoch() - clock::duration{looked_at_.load()} >=
        disk_looked_at_every) {
        look_at_disk();
    }
    // A ballast that was given up is taken back first.
    auto const kept = free_bytes_min() + ballast_.wanted_bytes() - ballast_.held_bytes();
    auto const free = free_bytes();
    if (failed_ || free < kept) {
        return false;
    }
    auto const prepared = room_ + (supply_.ready() ? options_.segment_bytes : 0);
    auto const segments = (free - kept) / options_.segment_bytes; // A part of one holds nothing.
    return prepared + segments * options_.segment_bytes >= bytes;
}

boost::system::error_code file_log::fail(fault why) {
    if (is_disk_full(why.code)) {
        why.code = errc::disk_full;
        why.text += "; make room on the disk and start again";
    }
    std::lock_guard const lock{error_mutex_};
    if (!failed_.exchange(true)) {
        last_error_ = why.sentence();
    }
    return why.code;
}

std::string file_log::last_error() const {
    std::lock_guard const lock{error_mutex_};
    return last_error_;
}

} // namespace peyk::storage
