#include "tests/system/library_load.hpp"

#include <boost/asio/use_future.hpp>

namespace peyk::test {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t window_max = 16;
constexpr std::uint32_t credit = 64;

history_id id_of(message_id id) {
    return {id.high, id.low};
}

} // namespace

peyk::client_options library_options(load_world const& world) {
    peyk::client_options options;
    options.url = "peyk://127.0.0.1:" + std::to_string(world.port);
    options.backoff_min = milliseconds{5};
    options.backoff_max = milliseconds{50};
    return options;
}

library_producer::library_producer(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), seed_(seed), client_(library_options(world)),
      thread_([this] { run(); }) {}

void library_producer::run() {
    while (world_.publishing) {
        if (world_.may_publish()) {
            publish();
        } else if (window_.empty()) {
            std::this_thread::sleep_for(milliseconds{5}); // the workers are behind
        }
        if (window_.size() >= window_max || (!window_.empty() && !world_.may_publish())) {
            settle_oldest();
        }
    }
    while (!window_.empty()) {
        settle_oldest();
    }
    client_.close();
}

void library_producer::publish() {
    batch b;
    std::vector<message> messages;
    for (std::uint64_t i = 1 + random_() % 16; i > 0; --i) {
        messages.push_back(make_message());
        b.ids.push_back(messages.back().id);
    }
    b.answers = client_.async_publish(std::move(messages), asio::use_future);
    window_.push_back(std::move(b));
}

void library_producer::settle_oldest() {
    auto b = std::move(window_.front());
    window_.pop_front();
    try {
        auto const results = b.answers.get();
        for (std::size_t i = 0; i < results.size(); ++i) {
            auto const error = results[i].error;
            world_.seen.published(id_of(b.ids[i]),
                                  !error                   ? answer::ok
                                  : error == errc::timeout ? answer::unknown
                                                           : answer::refused);
        }
    } catch (boost::system::system_error const&) {
        for (auto const id : b.ids) {
            world_.seen.published(id_of(id), answer::unknown);
        }
    }
}

message library_producer::make_message() {
    message m;
    m.id = message_id::make();
    m.queue = load_queue;
    m.priority = static_cast<std::uint8_t>(random_() % 3);
    bool const task = world_.only_tasks || random_() % 2 == 0;
    if (task) {
        m.task = "load.task";
        m.result = result_policy{.ttl = std::chrono::hours{1}, .track_started = random_() % 4 == 0};
    }
    m.retry = retry_policy{
        .max_retries = 60'000, .base = milliseconds{20}, .factor = 1.0, .max = milliseconds{20}};
    m.max_crashes = 60'000;
    m.content.body.assign(random_() % 400, static_cast<char>('a' + made_ % 26));
    m.content.body += std::to_string(seed_) + "." + std::to_string(++made_);
    world_.seen.publishing(id_of(m.id), m.content.body, task);
    return m;
}

library_worker::library_worker(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), client_(library_options(world)),
      consumer_(client_, {.queues = {load_queue}, .credit = credit}), thread_([this] { run(); }) {}

void library_worker::run() {
    while (world_.working) {
        try {
            for (auto const& d : consumer_.receive_some(credit, milliseconds{50})) {
                auto const content = d.decode();
                world_.seen.delivered(id_of(d.id),
                                      {d.token.epoch, d.token.number},
                                      content ? content->body : "not a content");
                settle(d);
            }
        } catch (timeout_error const&) {
            // Nothing came; look whether to go on.
        }
    }
    consumer_.close();
    client_.close(); // with all settles answered or given up: their handlers have run
}

void library_worker::settle(delivery const& d) {
    history_token const token{d.token.epoch, d.token.number};
    outcome verdict;
    auto const roll = random_() % 20;
    if (roll == 0) {
        verdict = verdict::release{};
        world_.seen.settling(id_of(d.id), token, settle_kind::again, "");
    } else if (roll == 1) {
        verdict = verdict::failure{{"not yet", "", ""}, false};
        world_.seen.settling(id_of(d.id), token, settle_kind::again, "");
    } else {
        auto const result = d.id.to_string() + " by " + std::to_string(token.epoch) + "." +
                            std::to_string(token.number);
        verdict = verdict::success{result, "text/plain"};
        world_.seen.settling(id_of(d.id), token, settle_kind::final, result);
    }
    // Refused may mean that an earlier sending was accepted and its answer lost.
    consumer_.async_settle(
        d.token, std::move(verdict), [&seen = world_.seen, token](error_code error) {
            seen.settled(token, error ? answer::unknown : answer::ok);
        });
}

} // namespace peyk::test
