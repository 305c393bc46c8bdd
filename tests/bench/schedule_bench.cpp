// Millions of messages due over 90 days, on virtual time: publishes them into a broker state, then
// moves the clock from deadline to deadline and checks that each is delivered within its
// millisecond. Prints memory and CPU time per message.
//
//   schedule_bench [--count 5000000] [--days 90]

#include "broker/core/broker_state.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using namespace peyk::core;

constexpr session_id session{1, 1};
constexpr consumer_id reader{1};
constexpr std::size_t batch = 1'000;

std::uint64_t resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    statm >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_us_per(std::clock_t begin, std::uint64_t count) {
    return static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC /
           static_cast<double>(count);
}

class bench {
public:
    bench(std::uint64_t count, duration horizon)
        : count_(count), horizon_(static_cast<std::uint64_t>(horizon.count())) {
        state_.recovered(now_, out_);
        apply(connect{session});
        std::string_view const queues[] = {"later"};
        apply(subscribe{session, {1}, reader, 1'000, queues, {}});
    }

    void schedule() {
        std::vector<message> messages(batch);
        for (std::uint64_t done = 0; done < count_; done += batch) {
            messages.resize(std::min<std::uint64_t>(batch, count_ - done));
            for (std::size_t i = 0; i < messages.size(); ++i) {
                message& m = messages[i];
                m.id = {1, done + i + 1};
                m.queue = "later";
                m.content = body_;
                m.eta = begin_ + eta_of(done + i);
            }
            apply(publish{session, {2}, {}, {}, messages});
        }
    }

    // Returns how many came early or late.
    std::uint64_t run() {
        std::uint64_t wrong = 0;
        while (taken_ < count_) {
            deadline const next = state_.next_deadline();
            now_.wall = std::max(now_.wall, next.wall == never ? now_.wall : next.wall);
            state_.heard(session, now_.steady);
            out_.clear();
            state_.advance(now_, out_);
            wrong += take();
        }
        return wrong;
    }

private:
    // Spreads by a multiplicative hash (Knuth, TAOCP 6.4).
    [[nodiscard]] duration eta_of(std::uint64_t n) const {
        return duration{static_cast<duration::rep>((n * 0x9e3779b97f4a7c15u >> 20) % horizon_)};
    }

    void apply(any_command const& what) {
        out_.clear();
        state_.apply(what, now_, out_);
    }

    std::uint64_t take() {
        std::uint64_t wrong = 0;
        while (!out_.deliveries.empty()) {
            settlements_.clear();
            for (delivery const& each : out_.deliveries) {
                wrong += each.message.eta != now_.wall ? 1 : 0;
                settlements_.push_back({each.token, verdict::drop{}});
            }
            taken_ += settlements_.size();
            apply(settle{session, {3}, settlements_});
        }
        return wrong;
    }

    std::uint64_t count_;
    std::uint64_t horizon_;
    broker_state state_{limits{}};
    output out_;
    moment now_{wall_time{std::chrono::days{20'000}}, {}};
    wall_time const begin_ = now_.wall + std::chrono::hours{1};
    std::string const body_ = std::string(128, 'x');
    std::vector<settlement> settlements_;
    std::uint64_t taken_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    std::uint64_t count = 5'000'000;
    int days = 90;
    CLI::App app{"Millions of messages due over months, on virtual time"};
    app.add_option("--count", count, "messages")->capture_default_str();
    app.add_option("--days", days, "over which they are due")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    bench b{count, std::chrono::days{days}};
    auto const before = resident_bytes();
    auto begin = std::clock();
    b.schedule();
    std::printf("scheduled %llu messages over %d days: %.2f us and %.0f bytes each\n",
                static_cast<unsigned long long>(count),
                days,
                cpu_us_per(begin, count),
                static_cast<double>(resident_bytes() - before) / static_cast<double>(count));
    begin = std::clock();
    auto const wrong = b.run();
    std::printf("delivered: %.2f us each, %llu not within their millisecond\n",
                cpu_us_per(begin, count),
                static_cast<unsigned long long>(wrong));
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
