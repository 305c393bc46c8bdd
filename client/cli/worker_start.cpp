#include "client/cli/worker_start.hpp"

#include "client/cli/contexts.hpp"
#include "client/cli/program_path.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

#include <unistd.h>

namespace peyk::cli {
namespace {

// The options of every command that take a value.
constexpr std::array<std::string_view, 6> common{
    "--url", "--context", "--output", "-o", "--color", "--timeout"};

class word_reader {
public:
    explicit word_reader(std::vector<std::string> words) : words_(std::move(words)) {}

    // Past the options of every command; remembers what they say of the broker.
    void skip_common() {
        while (at_ < words_.size() && skip_one()) {
        }
    }
    // Empty at the end.
    [[nodiscard]] std::string_view word() const {
        return at_ < words_.size() ? std::string_view{words_[at_]} : std::string_view{};
    }
    void skip() { ++at_; }
    [[nodiscard]] std::vector<std::string> rest() const {
        return {words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end()};
    }
    [[nodiscard]] common_arguments const& given() const { return given_; }

private:
    bool skip_one() {
        auto const text = word();
        for (auto const option : common) {
            if (text == option && at_ + 1 < words_.size()) {
                keep(option, words_[at_ + 1]);
                at_ += 2;
                return true;
            }
            if (text.starts_with(option) && text.substr(option.size()).starts_with('=')) {
                keep(option, std::string{text.substr(option.size() + 1)});
                ++at_;
                return true;
            }
        }
        return false;
    }
    void keep(std::string_view option, std::string value) {
        if (option == "--url")
            given_.url = std::move(value);
        else if (option == "--context")
            given_.context = std::move(value);
    }

    std::vector<std::string> words_;
    std::size_t at_ = 0;
    common_arguments given_;
};

bool names_broker(std::vector<std::string> const& words) {
    return std::ranges::any_of(words, [](std::string const& each) {
        return each == "--url" || each == "-u" || each.starts_with("--url=");
    });
}

} // namespace

std::optional<worker_start> find_worker_start(int argc, char const* const* argv) {
    word_reader from{{argv + std::min(argc, 1), argv + argc}};
    from.skip_common();
    if (from.word() != "worker")
        return std::nullopt;
    from.skip();
    from.skip_common();
    auto const first = from.word();
    if (!first.starts_with('-') || first == "--help" || first == "-h" || first == "--version" ||
        std::ranges::find(common, first) != common.end()) // without its value
        return std::nullopt;
    worker_start made{.words = from.rest()};
    common_options options;
    auto const here = options.url;
    settle(options, from.given(), read_environment(), read_contexts(contexts_file()));
    bool const is_named = from.given().url || options.url != here; // else its file may name one
    if (is_named && !names_broker(made.words))
        made.url = options.url;
    return made;
}

void become_worker(worker_start what) {
    auto const program = worker_program();
    what.words.insert(what.words.begin(), program.string());
    std::vector<char*> argv;
    for (auto& each : what.words)
        argv.push_back(each.data());
    argv.push_back(nullptr);
    // Not as an option: not every command of it takes one.
    if (!what.url.empty())
        ::setenv("PEYK_URL", what.url.c_str(), 1); // NOLINT(concurrency-mt-unsafe): one thread
    std::cout.flush();
    ::execv(program.c_str(), argv.data());
    throw failure{exit_code::internal,
                  "cannot run " + program.string() + ": " + std::strerror(errno)};
}

} // namespace peyk::cli
