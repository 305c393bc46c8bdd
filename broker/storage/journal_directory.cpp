#include "broker/storage/journal_directory.hpp"

#include "broker/storage/log_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace peyk::storage {

namespace {

constexpr std::string_view format_begin = "peyk journal ";
constexpr std::string_view identity_begin = "identity ";
constexpr std::size_t format_bytes_max = 256;

// What may stand in a directory that is about to become a journal: remains of an attempt, and what
// mkfs leaves.
constexpr std::array allowed_names = {
    std::string_view{file_name::lock},
    std::string_view{file_name::format_new},
    std::string_view{file_name::durable},
    std::string_view{file_name::ballast},
    std::string_view{file_name::spare},
    std::string_view{file_name::spare_new},
    std::string_view{file_name::direct},
    std::string_view{"lost+found"},
};

bool exists(std::vector<std::string> const& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::string join(std::string const& directory, std::string_view name) {
    return directory + "/" + std::string{name};
}

std::string encode_format(std::uint64_t identity) {
    std::array<char, 64> line{};
    std::snprintf(
        line.data(), line.size(), "identity %016llx\n", static_cast<unsigned long long>(identity));
    return std::string{format_begin} + std::to_string(format_version) + "\n" + line.data();
}

checked<std::uint64_t> decode_format(std::string_view text, std::string const& path) {
    fault const damaged{errc::corrupt, path, 0, "the text is damaged; 'peyk journal repair' helps"};
    if (!text.starts_with(format_begin)) {
        return damaged;
    }
    auto const* const end = text.data() + text.size();
    std::uint32_t version = 0;
    auto const parsed = std::from_chars(text.data() + format_begin.size(), end, version);
    if (parsed.ec != std::errc{} || parsed.ptr == end || *parsed.ptr != '\n') {
        return damaged;
    }
    if (version > format_version) {
        return fault{errc::newer_format,
                     path,
                     0,
                     "format version " + std::to_string(version) +
                         " is newer than this program; use the newer one"};
    }
    std::string_view const rest{parsed.ptr + 1, static_cast<std::size_t>(end - parsed.ptr - 1)};
    std::uint64_t identity = 0;
    if (rest.starts_with(identity_begin)) {
        std::from_chars(rest.data() + identity_begin.size(), end, identity, 16);
    }
    if (text != encode_format(identity)) {
        return damaged;
    }
    return identity;
}

journal_directory::journal_directory(file_system& files, std::string path)
    : files_(&files), path_(std::move(path)) {}

checked<journal_directory>
journal_directory::open(file_system& files, std::string path, std::uint64_t identity) {
    journal_directory self{files, std::move(path)};
    if (auto const made = files.create_directory(self.path_); !made) {
        return system_fault(made.error(), self.path_, "creating the directory");
    }
    auto locked = files.lock(self.file(file_name::lock), lock_mode::exclusive);
    if (!locked) {
        if (locked.error() == errc::locked) {
            return fault{errc::locked, self.path_, 0, "the journal is in use by another process"};
        }
        return system_fault(locked.error(), self.file(file_name::lock), "locking");
    }
    self.lock_ = std::move(*locked);

    auto const names = files.list(self.path_);
    if (!names) {
        return system_fault(names.error(), self.path_, "listing");
    }
    if (!exists(*names, file_name::format)) {
        if (auto const made = self.make(identity); !made) {
            return made.error();
        }
        return self;
    }
    auto const path_of_format = self.file(file_name::format);
    auto const text = read_all(files, path_of_format, format_bytes_max);
    if (!text) {
        return system_fault(text.error(), path_of_format, "reading");
    }
    auto const known = decode_format(*text, path_of_format);
    if (!known) {
        return known.error();
    }
    self.identity_ = *known;
    return self;
}

checked<void> journal_directory::must_be_empty() const {
    auto const names = files_->list(path_);
    if (!names) {
        return system_fault(names.error(), path_, "listing");
    }
    for (auto const& name : *names) {
        if (std::find(allowed_names.begin(), allowed_names.end(), name) == allowed_names.end()) {
            return fault{errc::not_a_journal,
                         path_,
                         0,
                         "the directory holds '" + name +
                             "' but no FORMAT file, so it is not a journal; name an empty one"};
        }
    }
    return {};
}

checked<void> journal_directory::make(std::uint64_t identity) {
    if (auto const empty = must_be_empty(); !empty) {
        return empty;
    }
    // 1. The watermark, so that a journal never lacks one.
    if (auto const mark = watermark::create(*files_, file(file_name::durable), {}); !mark) {
        return mark.error();
    }
    // 2. FORMAT under another name, then in its place: from here on this is a journal.
    auto const temporary = file(file_name::format_new);
    auto made = files_->open(temporary, open_mode::create);
    if (!made) {
        return system_fault(made.error(), temporary, "creating");
    }
    if (auto const written = write_all(**made, 0, encode_format(identity)); !written) {
        return system_fault(written.error(), temporary, "writing");
    }
    if (auto const synced = (*made)->sync(); !synced) {
        return system_fault(synced.error(), temporary, "syncing");
    }
    if (auto const synced = files_->sync_directory(path_); !synced) {
        return system_fault(synced.error(), path_, "syncing");
    }
    if (auto const moved = files_->rename(temporary, file(file_name::format)); !moved) {
        return system_fault(moved.error(), temporary, "renaming");
    }
    if (auto const synced = files_->sync_directory(path_); !synced) {
        return system_fault(synced.error(), path_, "syncing");
    }
    identity_ = identity;
    return {};
}

checked<std::vector<listed_segment>> list_segments(file_system& files,
                                                   std::string const& directory) {
    auto const names = files.list(directory);
    if (!names) {
        return system_fault(names.error(), directory, "listing");
    }
    std::vector<listed_segment> found;
    for (auto const& name : *names) {
        if (auto const first = parse_segment_name(name)) {
            found.push_back({*first, join(directory, name)});
        }
    }
    std::sort(
        found.begin(), found.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    return found;
}

checked<std::vector<listed_segment>> journal_directory::segments() const {
    return list_segments(*files_, path_);
}

} // namespace peyk::storage
