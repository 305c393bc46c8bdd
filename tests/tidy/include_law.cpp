#include "tests/tidy/law.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace peyk::tidy {
namespace {

// What one folder may include besides the standard library. "peyk/" stands for the public headers
// of client and worker; the generated formats are named in full.
struct room {
    std::string_view folder;
    std::vector<std::string_view> ours;
    std::vector<std::string_view> others;
    bool posix = false;
};

// The first folder that fits decides, so the narrower ones come first.
std::vector<room> const rooms{
    {.folder = "broker/core/",
     .ours = {"broker/core/"},
     .others = {"boost/container/",
                "boost/container_hash/",
                "boost/intrusive/",
                "boost/smart_ptr/intrusive_",
                "boost/system/",
                "boost/unordered/"}},
    {.folder = "broker/storage/",
     .ours = {"broker/storage/",
              "broker/core/assert.hpp",
              "broker/core/content.hpp",
              "broker/core/ids.hpp",
              "broker/core/message.hpp",
              "broker/core/record.hpp",
              "broker/core/time.hpp",
              "peyk/storage/v1/"},
     .others = {"boost/container/",
                "boost/intrusive/",
                "boost/smart_ptr/",
                "boost/system/",
                "boost/unordered/",
                "google/protobuf/",
                "xxhash.h"},
     .posix = true},
    {.folder = "broker/net/",
     .ours = {"broker/net/",
              "broker/core/assert.hpp",
              "broker/core/broker_stats.hpp",
              "broker/core/command.hpp",
              "broker/core/content.hpp",
              "broker/core/effect.hpp",
              "broker/core/error.hpp",
              "broker/core/event.hpp",
              "broker/core/ids.hpp",
              "broker/core/limits.hpp",
              "broker/core/message.hpp",
              "broker/core/obstacle.hpp",
              "broker/core/statistics.hpp",
              "broker/core/time.hpp",
              "broker/core/worker_view.hpp",
              "proto/frame_codec.hpp",
              "peyk/wire/v1/"},
     .others = {"boost/", "google/protobuf/", "spdlog/"},
     .posix = true},
    {.folder = "broker/",
     .ours = {"broker/", "peyk/storage/v1/"},
     .others = {"boost/", "CLI/", "date/", "google/protobuf/", "spdlog/", "yaml-cpp/"},
     .posix = true},
    {.folder = "client/include/", .ours = {"peyk/"}, .others = {"boost/"}},
    {.folder = "client/examples/", .ours = {"client/examples/", "peyk/"}, .others = {"boost/"}},
    {.folder = "client/",
     .ours = {"client/", "peyk/", "peyk/wire/v1/", "proto/frame_codec.hpp"},
     .others = {"boost/", "CLI/", "google/protobuf/", "spdlog/", "yaml-cpp/"},
     .posix = true},
    {.folder = "worker/include/", .ours = {"peyk/"}, .others = {"boost/"}},
    {.folder = "worker/examples/",
     .ours = {"worker/examples/", "peyk/"},
     .others = {"boost/", "CLI/", "xxhash.h"},
     .posix = true},
    {.folder = "worker/",
     .ours = {"worker/", "peyk/", "peyk/pool/v1/", "proto/frame_codec.hpp"},
     .others = {"boost/", "CLI/", "google/protobuf/", "spdlog/", "yaml-cpp/"},
     .posix = true},
    {.folder = "proto/peyk/pool/", .ours = {"peyk/pool/v1/"}, .others = {"google/protobuf/"}},
    {.folder = "proto/peyk/wire/", .ours = {"peyk/wire/v1/"}, .others = {"google/protobuf/"}},
    {.folder = "proto/peyk/storage/", .ours = {"peyk/storage/v1/"}, .others = {"google/protobuf/"}},
    {.folder = "proto/",
     .ours = {"proto/"},
     .others = {"boost/asio/", "boost/json/", "boost/system/", "google/protobuf/"}},
};

// Things the core would need in order to act by itself.
constexpr std::array<std::string_view, 15> impure_headers{"atomic",
                                                          "condition_variable",
                                                          "ctime",
                                                          "filesystem",
                                                          "fstream",
                                                          "future",
                                                          "iostream",
                                                          "mutex",
                                                          "random",
                                                          "semaphore",
                                                          "shared_mutex",
                                                          "stop_token",
                                                          "thread",
                                                          "time.h",
                                                          "unistd.h"};

// The hand-written broker files that know a generated format.
constexpr std::array<std::string_view, 4> format_crossings{"broker/net/session_protocol",
                                                           "broker/net/wire_",
                                                           "broker/server/statistics_history",
                                                           "broker/storage/record_"};

constexpr std::array<std::string_view, 7> our_folders{
    "broker/", "client/", "config/", "docker/", "proto/", "tests/", "worker/"};

bool starts_with_any(std::string_view text, std::span<std::string_view const> prefixes) {
    return std::ranges::any_of(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
}

// `#include <a/b.hpp>` gives a/b.hpp; `import "a.proto";` in a proto file likewise.
std::optional<std::string_view> included(std::string_view line, bool proto) {
    std::string_view const word = proto ? "import" : "#include";
    auto const at = line.find_first_not_of(' ');
    if (at == std::string_view::npos || !line.substr(at).starts_with(word))
        return std::nullopt;
    auto const open = line.find_first_of("<\"", at);
    if (open == std::string_view::npos)
        return std::nullopt;
    auto const close = line.find_first_of(">\"", open + 1);
    if (close == std::string_view::npos)
        return std::nullopt;
    return line.substr(open + 1, close - open - 1);
}

bool is_generated(std::string_view header) {
    return header.starts_with("peyk/wire/") || header.starts_with("peyk/storage/");
}

bool is_ours(std::string_view header) {
    return header.starts_with("peyk/") || starts_with_any(header, our_folders);
}

bool is_posix(std::string_view header) {
    if (!header.ends_with(".h"))
        return false;
    constexpr std::array<std::string_view, 4> system{"arpa/", "linux/", "netinet/", "sys/"};
    return header.find('/') == std::string_view::npos || starts_with_any(header, system);
}

bool is_standard(std::string_view header) {
    return header.find_first_of("/.") == std::string_view::npos;
}

bool ours_allowed(room const& in, std::string_view header) {
    return std::ranges::any_of(in.ours, [&](std::string_view prefix) {
        return header.starts_with(prefix) && (prefix != "peyk/" || !is_generated(header));
    });
}

bool allowed(room const& in, std::string_view header) {
    if (is_ours(header))
        return ours_allowed(in, header);
    if (is_standard(header))
        return true;
    return (in.posix && is_posix(header)) || starts_with_any(header, in.others);
}

room const* room_of(source_file const& file) {
    auto const found =
        std::ranges::find_if(rooms, [&](room const& in) { return file.under(in.folder); });
    return found == rooms.end() ? nullptr : &*found;
}

struct include_line {
    source_file const& file;
    std::size_t line;
    std::string_view header;
};

void check_one(include_line const& at, violations& found) {
    auto const add = [&](std::string_view why) {
        found.push_back({at.file.path, at.line, std::string{at.header} + ": " + std::string{why}});
    };
    if (at.header.find('/') == std::string_view::npos &&
        at.file.lines[at.line - 1].find('"') != std::string::npos) {
        add("include lines name the path from the root");
        return;
    }
    auto const* in = room_of(at.file);
    if (in == nullptr)
        return;
    if (!allowed(*in, at.header))
        add("not allowed in " + std::string{in->folder});
    if (at.file.under("broker/core/") &&
        std::ranges::find(impure_headers, at.header) != impure_headers.end()) {
        add("the core has no threads, files, clocks or dice");
    }
    bool const format = is_generated(at.header) || at.header.starts_with("google/protobuf/");
    if (at.file.under("broker/") && format && !starts_with_any(at.file.path, format_crossings)) {
        add("protobuf stays in session_protocol, wire_*, record_* and statistics_history");
    }
}

// A program reads YAML in one source file, so that every key has one home.
void check_yaml(std::map<std::string, std::set<std::string>> const& readers, violations& found) {
    for (auto const& [program, files] : readers) {
        if (files.size() < 2)
            continue;
        for (auto const& path : files) {
            found.push_back({path, 0, "yaml-cpp is included in one file of " + program + " only"});
        }
    }
}

} // namespace

void check_includes(source_tree const& tree, violations& found) {
    std::map<std::string, std::set<std::string>> yaml_readers;
    for (auto const& file : tree) {
        if (!file.is_code())
            continue;
        for (std::size_t at = 0; at < file.lines.size(); ++at) {
            auto const header = included(file.lines[at], file.extension() == ".proto");
            if (!header)
                continue;
            check_one({file, at + 1, *header}, found);
            if (header->starts_with("yaml-cpp/") && !file.under("tests/")) {
                yaml_readers[file.path.substr(0, file.path.find('/'))].insert(file.path);
            }
        }
    }
    check_yaml(yaml_readers, found);
}

} // namespace peyk::tidy
