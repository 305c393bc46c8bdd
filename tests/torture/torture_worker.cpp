#include "tests/torture/torture_worker.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace peyk::test {
namespace {

std::string read_all(std::filesystem::path const& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// 0: there is no such process any more.
pid_t parent_of(std::filesystem::path const& process) {
    auto const text = read_all(process / "stat");
    auto const name_end = text.rfind(')');
    if (name_end == std::string::npos)
        return 0;
    std::istringstream fields{text.substr(name_end + 1)};
    std::string state;
    pid_t parent = 0;
    fields >> state >> parent;
    return parent;
}

} // namespace

void torture_worker::start() {
    std::vector<std::string> words{"/proc/self/exe", "worker"};
    words.insert(words.end(), with_.arguments.begin(), with_.arguments.end());
    process_.start({.words = std::move(words),
                    .variables = with_.variables,
                    .log = with_.log,
                    .ends_with_thread = true});
}

std::vector<pid_t> torture_worker::children() const {
    std::vector<pid_t> found;
    for (auto const& each : std::filesystem::directory_iterator{"/proc"}) {
        auto const name = each.path().filename().string();
        pid_t process = 0;
        auto const read = std::from_chars(name.data(), name.data() + name.size(), process);
        if (read.ptr == name.data() + name.size() && parent_of(each.path()) == pid())
            found.push_back(process);
    }
    return found;
}

std::uint64_t torture_worker::rss_bytes() const {
    std::istringstream fields{read_all("/proc/" + std::to_string(pid()) + "/statm")};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    fields >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string torture_worker::log() const {
    return read_all(with_.log);
}

} // namespace peyk::test
