#include "broker/storage/journal_scan.hpp"

#include "broker/storage/record_codec.hpp"

#include <algorithm>
#include <array>

namespace peyk::storage {

namespace {

constexpr std::size_t format_bytes_max = 256;

// The identity that the first readable segment names.
std::optional<std::uint64_t> identity_of_segments(file_system& files,
                                                  std::vector<listed_segment> const& listed) {
    for (auto const& one : listed) {
        auto const bytes = read_all(files, one.path, segment_header_bytes);
        auto const header = bytes ? decode_segment_header(*bytes) : std::nullopt;
        if (header && header->version <= format_version) {
            return header->identity;
        }
    }
    return std::nullopt;
}

checked<void> read_format(file_system& files, std::string const& directory, journal_scan& scan) {
    auto const path = join(directory, file_name::format);
    auto const text = read_all(files, path, format_bytes_max);
    auto const known = text ? decode_format(*text, path)
                            : checked<std::uint64_t>{system_fault(text.error(), path, "reading")};
    if (known) {
        scan.identity = *known;
        return {};
    }
    if (known.error().code == errc::newer_format) {
        return known.error();
    }
    auto const identity = identity_of_segments(files, scan.listed);
    if (!identity) {
        return fault{errc::not_a_journal, directory, 0, "there is no journal in this directory"};
    }
    scan.identity = *identity;
    scan.summary.first_fault = known.error();
    return {};
}

void read_marks(file_system& files, std::string const& directory, journal_scan& scan) {
    auto const path = join(directory, file_name::durable);
    auto const mark = watermark::open(files, path);
    if (mark) {
        scan.marks = (*mark)->values();
        return;
    }
    scan.marks.needed = scan.listed.empty() ? batch_number{1} : scan.listed.front().first;
    if (!scan.summary.first_fault) {
        scan.summary.first_fault = mark.error();
    }
}

// Counts the records of a batch; a fault if one means nothing.
class record_counter {
public:
    record_counter(journal_summary& summary, verify_progress const& progress)
        : summary_(summary), progress_(progress) {}

    checked<void> count(batch_view const& batch, segment const& of) {
        for (std::size_t offset = 0; offset < batch.payload.size();) {
            auto const found = decoder_.next(batch.payload, offset);
            if (!found) {
                return fault{errc::undecodable,
                             of.path(),
                             batch.offset + batch_head_bytes + offset,
                             "a record of batch " + std::to_string(batch.number.value) +
                                 " cannot be understood; was it written by a newer program?"};
            }
            ++summary_.records;
            ++summary_.records_of_kind[found->record.index()];
            offset += found->bytes;
        }
        ++summary_.batches;
        summary_.payload_bytes += batch.payload.size();
        if (progress_) {
            progress_(summary_);
        }
        return {};
    }

private:
    journal_summary& summary_;
    verify_progress const& progress_;
    record_decoder decoder_;
};

} // namespace

checked<journal_scan>
scan_journal(file_system& files, std::string const& directory, verify_progress const& progress) {
    journal_scan scan;
    auto listed = list_segments(files, directory);
    if (!listed) {
        return listed.error();
    }
    scan.listed = std::move(*listed);
    if (auto const known = read_format(files, directory, scan); !known) {
        return known.error();
    }
    read_marks(files, directory, scan);

    // Where the begin is lost the rest is worth a look all the same.
    if (auto const missing = missing_begin(scan.listed, scan.marks)) {
        scan.summary.first_fault = scan.summary.first_fault.value_or(*missing);
        scan.marks.needed = scan.listed.front().first;
    }
    record_counter counter{scan.summary, progress};
    auto const sound = scan_log(
        files,
        scan.listed,
        scan.identity,
        scan.marks,
        [&](batch_view const& batch, segment const& of) { return counter.count(batch, of); },
        scan.log);
    if (!sound && !scan.summary.first_fault) {
        scan.summary.first_fault = sound.error();
    }
    scan.summary.segments = scan.log.segments.size();
    scan.summary.first = scan.log.first;
    scan.summary.next = scan.log.next;
    scan.summary.torn_bytes = sound ? scan.log.tail.dirty_end - scan.log.tail.begin : 0;
    return scan;
}

} // namespace peyk::storage
