// How long a command about limits holds everything else up: publishes messages with a limit key
// each, then sets, changes and removes the limit of all these keys. Prints the time of each call.
//
//   limit_bench [--keys 1000000]

#include "broker/core/broker_state.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace peyk::core;

constexpr session_id session{1, 1};
constexpr limit_names all_keys{.task = {}, .queue = {}, .key = "*"};
constexpr std::size_t batch = 1'000;

class bench {
public:
    bench() {
        state_.recovered(now_, out_);
        apply(connect{session});
    }

    void publish_keys(std::uint64_t count) {
        std::vector<message> messages;
        std::vector<std::string> keys;
        for (std::uint64_t done = 0; done < count; done += messages.size()) {
            auto const some = std::min<std::uint64_t>(batch, count - done);
            messages.assign(some, {});
            keys.clear();
            for (std::uint64_t i = 0; i < some; ++i)
                keys.push_back("tenant-" + std::to_string(done + i));
            for (std::uint64_t i = 0; i < some; ++i) {
                messages[i].id = {1, done + i + 1};
                messages[i].queue = "work";
                messages[i].placement.limit_key = keys[i];
                messages[i].content = "x";
            }
            apply(publish{session, {2}, {}, {}, messages});
        }
    }

    void limit(char const* what, limit_change const& change) {
        report(what, set_limit{session, {3}, all_keys, change});
    }
    void unlimit(char const* what) { report(what, remove_limit{session, {4}, all_keys}); }

private:
    void report(char const* what, any_command const& command) {
        auto const begin = std::chrono::steady_clock::now();
        apply(command);
        auto const took = std::chrono::steady_clock::now() - begin;
        std::printf(
            "%-28s %8.1f ms\n", what, std::chrono::duration<double, std::milli>(took).count());
    }

    void apply(any_command const& what) {
        out_.clear();
        state_.apply(what, now_, out_);
    }

    broker_state state_{limits{}};
    output out_;
    moment now_{wall_time{std::chrono::days{20'000}}, {}};
};

} // namespace

int main(int argc, char** argv) {
    std::uint64_t keys = 1'000'000;
    CLI::App app{"How long a command about limits holds everything else up"};
    app.add_option("--keys", keys, "limit keys, with a message each")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    bench b;
    b.publish_keys(keys);
    std::printf("%llu keys\n", static_cast<unsigned long long>(keys));
    limit_change change;
    change.concurrency = 2;
    b.limit("the limit is set", change);
    change.concurrency = 3;
    b.limit("its number changes", change);
    change.rate = rate{.thousandths = 5'000, .seconds = 1};
    b.limit("it gets a rate", change);
    b.unlimit("it is removed");
}
