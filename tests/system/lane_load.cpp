#include "tests/system/lane_load.hpp"

#include "tests/system/lane_worker.hpp"
#include <peyk/task_options.hpp>

#include <stdexcept>
#include <vector>

namespace peyk::test {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t keys = 12;
constexpr std::uint32_t tireless = 60'000; // retries, crashes: never run out
constexpr std::size_t batch_max = 20;
// A longer backlog makes every restart longer and shows nothing.
constexpr std::uint64_t backlog_max = 400;

client_options options_for(std::string const& url) {
    client_options options;
    options.url = url;
    options.backoff_min = milliseconds{5};
    options.backoff_max = milliseconds{50};
    options.publish_timeout = milliseconds{120'000}; // outlives every restart
    return options;
}

} // namespace

lane_load::lane_load(run_log const& log, std::string const& url, std::uint64_t seed)
    : log_(log), random_(seed), client_(options_for(url)), thread_([this] { run(); }) {}

std::map<std::uint32_t, std::uint64_t> lane_load::stop() {
    publishing_ = false;
    thread_.join();
    if (failed_)
        std::rethrow_exception(failed_);
    return published_;
}

void lane_load::run() {
    try {
        while (publishing_) {
            // A message that ran twice counts twice: the backlog is a little longer than it looks.
            if (total_ < log_.successes() + backlog_max)
                publish();
            else
                log_.await_successes(total_ - backlog_max + 1);
        }
        client_.close();
    } catch (...) {
        failed_ = std::current_exception();
    }
}

void lane_load::publish() {
    std::vector<message> batch;
    for (auto left = 1 + random_() % batch_max; left > 0; --left)
        batch.push_back(make_message());
    for (auto const& each : client_.publish(std::move(batch))) {
        if (each.error)
            throw std::runtime_error{"a publish is refused: " + each.error.message()};
        ++total_;
    }
}

message lane_load::make_message() {
    auto const lane =
        random_() % 2 == 0 ? limited_lane : 1 + static_cast<std::uint32_t>(random_() % keys);
    auto const number = published_[lane]++;
    message made{.queue = lane_queue, .task = lane == limited_lane ? limited_task : ordered_task};
    made.priority = static_cast<std::uint8_t>(random_() % 10); // changes nothing within a key
    made.retry = retry_policy{.max_retries = tireless,
                              .backoff = backoff::fixed,
                              .base = milliseconds{10},
                              .jitter = jitter::none};
    made.max_crashes = tireless;
    made.result = result_policy{.ignore = true};
    if (lane != limited_lane)
        made.ordering_key = "key-" + std::to_string(lane);
    set_arguments(made, {std::to_string(lane), std::to_string(number)}, {});
    return made;
}

} // namespace peyk::test
