#include "tests/torture/run_file.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include <fcntl.h>
#include <unistd.h>

namespace peyk::test {

std::int64_t steady_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}

run_file::run_file(std::filesystem::path const& file, int worker)
    : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
      worker_(worker) {
    if (file_ < 0)
        throw std::runtime_error{"cannot open " + file.string()};
}

run_file::~run_file() {
    ::close(file_);
}

std::string run_file::begin(std::string const& id, std::uint64_t number, std::uint32_t attempt) {
    static std::atomic<std::uint64_t> runs{0};
    auto const now = steady_ns();
    std::ostringstream token;
    token << now << '.' << ::getpid() << '.' << ++runs;
    std::ostringstream line;
    line << "begin " << token.str() << ' ' << id << ' ' << number << ' ' << attempt << ' '
         << worker_ << ' ' << now << '\n';
    append(line.str());
    return token.str();
}

void run_file::end(std::string const& token, bool failed) {
    std::ostringstream line;
    line << "end " << token << ' ' << (failed ? 1 : 0) << ' ' << steady_ns() << '\n';
    append(line.str());
}

void run_file::append(std::string const& line) const {
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        throw std::runtime_error{"cannot write what runs"};
}

std::vector<task_run> read_runs(std::filesystem::path const& file) {
    std::vector<task_run> runs;
    std::unordered_map<std::string, std::size_t> places;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        std::istringstream words{line};
        std::string what;
        task_run run;
        words >> what >> run.token;
        if (what == "begin") {
            words >> run.id >> run.number >> run.attempt >> run.worker >> run.began;
            places.emplace(run.token, runs.size());
            runs.push_back(std::move(run));
        } else if (what == "end") {
            auto& begun = runs[places.at(run.token)];
            words >> begun.failed >> begun.ended;
        }
        if (!words || (what != "begin" && what != "end"))
            throw std::runtime_error{"no line of a run: " + line};
    }
    return runs;
}

} // namespace peyk::test
