#include "client/cli/bench/machine.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace peyk::cli::bench {
namespace {

using std::chrono::microseconds;

constexpr std::uint64_t kibibyte = 1024;        // the unit of /proc
constexpr std::uint64_t disk_block_bytes = 512; // the unit of st_blocks, whatever the file system

// The text after "key:" on the first line of `file` that begins with it.
std::string field_of(std::filesystem::path const& file, std::string_view key) {
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(key))
            continue;
        auto const begin = line.find_first_not_of(" \t:", key.size());
        return begin == std::string::npos ? std::string{} : line.substr(begin);
    }
    return {};
}

std::uint64_t kibibytes_of(std::filesystem::path const& file, std::string_view key) {
    std::istringstream text{field_of(file, key)};
    std::uint64_t amount = 0;
    text >> amount;
    return amount * kibibyte;
}

std::string file_system_of(std::filesystem::path const& path) {
    struct statfs about {};
    if (::statfs(path.c_str(), &about) != 0)
        return "unknown";
    struct known {
        unsigned long magic;
        std::string_view name;
    };
    constexpr std::array<known, 6> all{{{0xEF53, "ext4"},
                                        {0x58465342, "xfs"},
                                        {0x9123683E, "btrfs"},
                                        {0x01021994, "tmpfs"},
                                        {0x794C7630, "overlayfs"},
                                        {0x2FC12FC1, "zfs"}}};
    auto const found =
        std::ranges::find(all, static_cast<unsigned long>(about.f_type), &known::magic);
    return std::string{found == all.end() ? "unknown" : found->name};
}

microseconds as_microseconds(timeval const& value) {
    return std::chrono::seconds{value.tv_sec} + microseconds{value.tv_usec};
}

} // namespace

boost::json::object describe_machine(std::filesystem::path const& data) {
    utsname system{};
    ::uname(&system);
    boost::json::object machine{{"cpu", field_of("/proc/cpuinfo", "model name")},
                                {"cores", std::thread::hardware_concurrency()},
                                {"memory_bytes", kibibytes_of("/proc/meminfo", "MemTotal")},
                                {"kernel", system.release}};
    if (!data.empty())
        machine["file_system"] = file_system_of(data);
    return machine;
}

microseconds cpu_of(pid_t pid) {
    std::ifstream in{"/proc/" + std::to_string(pid) + "/stat"};
    std::string line;
    std::getline(in, line);
    // The name in brackets may hold anything; the numbers begin after it, with field 3.
    std::istringstream rest{line.substr(std::min(line.rfind(')') + 1, line.size()))};
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        rest >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    rest >> user >> system;
    return microseconds{(user + system) * 1'000'000 / ::sysconf(_SC_CLK_TCK)};
}

microseconds cpu_of_self() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return as_microseconds(usage.ru_utime) + as_microseconds(usage.ru_stime);
}

std::uint64_t resident_bytes(pid_t pid) {
    return kibibytes_of("/proc/" + std::to_string(pid) + "/status", "VmRSS");
}

std::uint64_t disk_bytes(std::filesystem::path const& directory) {
    std::uint64_t total = 0;
    std::error_code ignored;
    for (auto const& entry : std::filesystem::recursive_directory_iterator{directory, ignored}) {
        struct stat about {};
        if (::lstat(entry.path().c_str(), &about) == 0 && S_ISREG(about.st_mode))
            total += static_cast<std::uint64_t>(about.st_blocks) * disk_block_bytes;
    }
    return total;
}

} // namespace peyk::cli::bench
