#include "broker/storage/journal_scan.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace peyk::storage {

namespace {

constexpr char const* salvage_suffix = ".salvage";
// Copied in pieces of 1 MiB.
constexpr std::size_t copy_bytes = 1u << 20;

class repairer {
public:
    repairer(file_system& files, std::string const& directory, journal_scan const& scan)
        : files_(files), directory_(directory), scan_(scan) {}

    // Each step leaves a journal that is refused, until the last one: it may be interrupted
    // anywhere and run again.
    checked<repair_report> run() {
        report_.found = scan_.summary.first_fault;
        report_.next = scan_.log.next;
        auto done = keep_rest_of_last();
        if (done) {
            done = set_segments_aside();
        }
        if (done) {
            done = cut_last();
        }
        if (done) {
            done = write_format();
        }
        if (done) {
            done = write_marks();
        }
        if (!done) {
            return done.error();
        }
        return std::move(report_);
    }

private:
    // Where the last sound batch of the last sound segment ends.
    [[nodiscard]] std::uint64_t cut_at() const { return scan_.log.segments.back()->used_bytes(); }

    checked<void> keep_rest_of_last() {
        if (scan_.log.segments.empty()) {
            return {};
        }
        auto const& from_path = scan_.log.segments.back()->path();
        auto const to_path = from_path + ".from-" + std::to_string(cut_at()) + salvage_suffix;
        auto const end = dirty_end(from_path);
        if (!end || *end <= cut_at()) {
            return end ? checked<void>{} : checked<void>{end.error()};
        }
        cut_until_ = *end;
        auto const from = files_.open(from_path, open_mode::read);
        if (!from) {
            return system_fault(from.error(), from_path, "opening");
        }
        auto const to = files_.open(to_path, open_mode::create);
        if (!to) {
            return system_fault(to.error(), to_path, "creating");
        }
        std::string piece;
        for (auto at = cut_at(); at < *end; at += piece.size()) {
            piece.resize(std::min<std::uint64_t>(copy_bytes, *end - at));
            auto const got = (*from)->read(at, piece.data(), piece.size());
            if (!got || *got != piece.size()) {
                return fault{got ? make_error_code(errc::corrupt) : got.error(),
                             from_path,
                             at,
                             "the part to be cut off cannot be read"};
            }
            if (auto const written = write_all(**to, at - cut_at(), piece); !written) {
                return system_fault(written.error(), to_path, "writing");
            }
        }
        if (auto const synced = (*to)->sync(); !synced) {
            return system_fault(synced.error(), to_path, "syncing");
        }
        report_.salvaged_bytes += *end - cut_at();
        report_.salvaged.push_back(to_path);
        return sync_directory();
    }

    // Behind the last byte of the file that is not zero.
    checked<std::uint64_t> dirty_end(std::string const& path) const {
        auto const opened = files_.open(path, open_mode::read);
        if (!opened) {
            return system_fault(opened.error(), path, "opening");
        }
        std::uint64_t end = 0;
        std::string piece(copy_bytes, '\0');
        for (std::uint64_t at = 0;; at += copy_bytes) {
            auto const got = (*opened)->read(at, piece.data(), piece.size());
            if (!got) {
                return system_fault(got.error(), path, "reading");
            }
            auto const last = std::string_view{piece}.substr(0, *got).find_last_not_of('\0');
            if (last != std::string_view::npos) {
                end = at + last + 1;
            }
            if (*got < piece.size()) {
                return end;
            }
        }
    }

    // Segments that the scan did not reach, newest first: the gap stays visible meanwhile.
    checked<void> set_segments_aside() {
        for (auto one = scan_.listed.rbegin(); one != scan_.listed.rend(); ++one) {
            bool const reached = std::ranges::any_of(
                scan_.log.segments, [&](auto const& s) { return s->path() == one->path; });
            bool const obsolete =
                std::ranges::find(scan_.log.obsolete, one->path) != scan_.log.obsolete.end();
            if (reached || obsolete) {
                continue;
            }
            if (auto const end = dirty_end(one->path)) {
                report_.salvaged_bytes += *end;
            }
            auto const aside = one->path + salvage_suffix;
            if (auto const moved = files_.rename(one->path, aside); !moved) {
                return system_fault(moved.error(), one->path, "renaming");
            }
            report_.salvaged.push_back(aside);
        }
        return sync_directory();
    }

    checked<void> cut_last() {
        if (cut_until_ == 0) {
            return {};
        }
        auto const& path = scan_.log.segments.back()->path();
        auto opened = files_.open(path, open_mode::write);
        if (!opened) {
            return system_fault(opened.error(), path, "opening");
        }
        auto done = write_zeros(**opened, cut_at(), cut_until_);
        if (done) {
            done = (*opened)->sync();
        }
        return done ? checked<void>{} : checked<void>{system_fault(done.error(), path, "cutting")};
    }

    checked<void> write_format() {
        auto const path = join(directory_, file_name::format);
        auto const temporary = join(directory_, file_name::format_new);
        auto opened = files_.open(temporary, open_mode::create);
        if (!opened) {
            return system_fault(opened.error(), temporary, "creating");
        }
        auto done = write_all(**opened, 0, encode_format(scan_.identity));
        if (done) {
            done = (*opened)->sync();
        }
        if (done) {
            done = files_.rename(temporary, path);
        }
        return done ? sync_directory() : checked<void>{system_fault(done.error(), path, "writing")};
    }

    checked<void> write_marks() {
        auto const made = watermark::create(files_,
                                            join(directory_, file_name::durable),
                                            {{scan_.log.next.value - 1}, scan_.log.first});
        return made ? sync_directory() : checked<void>{made.error()};
    }

    checked<void> sync_directory() {
        auto const synced = files_.sync_directory(directory_);
        return synced ? checked<void>{}
                      : checked<void>{system_fault(synced.error(), directory_, "syncing")};
    }

    file_system& files_;
    std::string const& directory_;
    journal_scan const& scan_;
    repair_report report_;
    std::uint64_t cut_until_ = 0;
};

} // namespace

checked<repair_report> repair(file_system& files, std::string const& directory) {
    auto const listed = list_segments(files, directory);
    if (!listed) {
        return listed.error();
    }
    auto const lock = files.lock(join(directory, file_name::lock), lock_mode::exclusive);
    if (!lock) {
        return lock.error() == errc::locked
                   ? fault{errc::locked, directory, 0, "a broker uses the journal; stop it first"}
                   : system_fault(lock.error(), directory, "locking");
    }
    auto scanned = scan_journal(files, directory, {});
    if (!scanned) {
        return scanned.error();
    }
    if (!scanned->summary.first_fault) {
        return repair_report{.next = scanned->log.next};
    }
    return repairer{files, directory, *scanned}.run();
}

} // namespace peyk::storage
