#include "broker/storage/log_scan.hpp"

#include <algorithm>

namespace peyk::storage {

namespace {

constexpr char const* advice =
    "; restore a copy, or see 'peyk journal verify' and 'peyk journal repair'";

std::string number_text(batch_number number) {
    return std::to_string(number.value);
}

class scanner {
public:
    scanner(file_system& files,
            std::uint64_t identity,
            batch_visitor const& visit,
            scanned_log& out)
        : files_(files), identity_(identity), visit_(visit), out_(out) {}

    // Sorts out what a trim left behind; the first one left must hold the first needed batch.
    checked<void> drop_obsolete(std::vector<listed_segment>& listed, mark_values needed) {
        while (listed.size() > 1 && listed[1].first <= needed.needed) {
            out_.obsolete.push_back(listed.front().path);
            listed.erase(listed.begin());
        }
        if (listed.empty()) {
            out_.first = out_.next = needed.needed;
            return {};
        }
        out_.first = out_.next = listed.front().first;
        auto const missing = missing_begin(listed, needed);
        return missing ? checked<void>{*missing} : checked<void>{};
    }

    checked<void> scan(listed_segment const& one, listed_segment const* following) {
        auto opened = files_.open(one.path, open_mode::read);
        if (!opened) {
            return system_fault(opened.error(), one.path, "opening");
        }
        auto const size = (*opened)->size();
        if (!size) {
            return system_fault(size.error(), one.path, "asking the size");
        }
        log_reader reader{**opened, one.path, identity_};
        auto const header = reader.header();
        if (!header) {
            return header.error();
        }
        if (header->first != one.first) {
            return fault{errc::corrupt,
                         one.path,
                         0,
                         "the segment says it begins with batch " + number_text(header->first)};
        }
        out_.segments.push_back(
            std::make_shared<segment>(one.path, one.first, std::max(*size, header->file_bytes)));
        if (auto const read = read_batches(reader); !read) {
            return read;
        }
        auto const tail = reader.examine_tail(out_.next);
        if (!tail) {
            return tail.error();
        }
        out_.tail = *tail;
        return following != nullptr ? judge_border(one, *following) : judge_end(one);
    }

private:
    checked<void> read_batches(log_reader& reader) {
        segment& into = *out_.segments.back();
        for (;;) {
            auto const batch = reader.next(out_.next);
            if (!batch) {
                return batch.error();
            }
            if (!*batch) {
                return {};
            }
            if (auto const taken = visit_(**batch, into); !taken) {
                return taken;
            }
            into.appended((*batch)->number, (*batch)->offset, reader.offset());
            ++out_.batches;
            out_.payload_bytes += (*batch)->payload.size();
            ++out_.next.value;
        }
    }

    // A segment is begun only when the one before it is whole and synced.
    checked<void> judge_border(listed_segment const& one, listed_segment const& following) const {
        if (following.first == out_.next) {
            return {};
        }
        bool const damaged = out_.tail.dirty_end > out_.tail.begin || following.first < out_.next;
        return fault{damaged ? errc::corrupt : errc::gap,
                     one.path,
                     out_.tail.begin,
                     (damaged ? "batch " + number_text(out_.next) + " is damaged"
                              : "batch " + number_text(out_.next) + " is missing") +
                         ", the next segment begins with batch " + number_text(following.first) +
                         advice};
    }

    checked<void> judge_end(listed_segment const& one) const {
        if (!out_.tail.contradicted) {
            return {};
        }
        return fault{errc::corrupt,
                     one.path,
                     out_.tail.begin,
                     "batch " + number_text(out_.next) +
                         " is damaged: it was on the disk when the batch at byte " +
                         std::to_string(*out_.tail.contradicted) + " was written" + advice};
    }

    file_system& files_;
    std::uint64_t identity_;
    batch_visitor const& visit_;
    scanned_log& out_;
};

} // namespace

std::optional<fault> missing_begin(std::vector<listed_segment> const& listed, mark_values needed) {
    if (listed.empty() || listed.front().first <= needed.needed) {
        return std::nullopt;
    }
    return fault{errc::gap,
                 listed.front().path,
                 0,
                 "the oldest segment begins with batch " + number_text(listed.front().first) +
                     " but batch " + number_text(needed.needed) + " is needed" + advice};
}

checked<void> scan_log(file_system& files,
                       std::vector<listed_segment> listed,
                       std::uint64_t identity,
                       mark_values needed,
                       batch_visitor const& visit,
                       scanned_log& so_far) {
    scanner scanner{files, identity, visit, so_far};
    if (auto const sorted = scanner.drop_obsolete(listed, needed); !sorted) {
        return sorted;
    }
    for (std::size_t i = 0; i < listed.size(); ++i) {
        auto const* const following = i + 1 < listed.size() ? &listed[i + 1] : nullptr;
        if (auto const scanned = scanner.scan(listed[i], following); !scanned) {
            return scanned;
        }
    }
    if (so_far.next.value <= needed.durable.value) {
        auto const& where =
            so_far.segments.empty() ? std::string{} : so_far.segments.back()->path();
        return fault{errc::behind_watermark,
                     where,
                     so_far.tail.begin,
                     "the journal ends before batch " + number_text(so_far.next) + " but batch " +
                         number_text(needed.durable) + " was durable" + advice};
    }
    return {};
}

} // namespace peyk::storage
