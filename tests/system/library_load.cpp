#include "tests/system/library_load.hpp"

#include <boost/asio/use_future.hpp>

#include <cstdio>

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
    while (!world_.publishing.is_closed()) {
        if (world_.publishing.is_open()) {
            publish();
        } else if (window_.empty() && !world_.publishing.await_open_or_closed()) {
            break; // the end of the run says so
        }
        if (window_.size() >= window_max || (!window_.empty() && !world_.publishing.is_open())) {
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
            // Joining another message is a refusal too.
            auto const error = results[i].error || !results[i].joined
                                   ? results[i].error
                                   : make_error_code(errc::unique_conflict);
            if (error && error != errc::unique_conflict && error != errc::queue_full &&
                error != errc::queue_draining) {
                std::fprintf(stderr, "a publish is refused: %s\n", error.message().c_str());
            }
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
    auto const what = any_message(random_, world_.only_tasks);
    describe(what, m);
    m.content.body.assign(random_() % 400, static_cast<char>('a' + made_ % 26));
    m.content.body += std::to_string(seed_) + "." + std::to_string(++made_);
    world_.seen.publishing(id_of(m.id), m.content.body, what.traits);
    world_.fresh.add(id_of(m.id));
    return m;
}

library_worker::library_worker(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), client_(library_options(world)),
      consumer_(client_, {.queues = {load_queue, side_queue}, .credit = credit}),
      thread_([this] { run(); }) {}

void library_worker::run() {
    while (world_.working) {
        try {
            for (auto const& d : consumer_.receive_some(credit, milliseconds{50})) {
                auto const content = d.decode();
                world_.seen.delivered(id_of(d.id),
                                      {d.token.epoch, d.token.number},
                                      content ? content->body : "not a content",
                                      {wall_ms(), number_of(d.checkpoint)});
                if (random_() % 8 == 0) {
                    report(d);
                }
                settle(d);
            }
        } catch (timeout_error const&) {
            // Nothing came; look whether to go on.
        }
    }
    consumer_.close();
    client_.close(); // with all settles answered or given up: their handlers have run
}

void library_worker::report(delivery const& d) {
    auto const id = id_of(d.id);
    auto const checkpoint = world_.seen.reporting(id, {d.token.epoch, d.token.number});
    task_report what;
    what.progress = progress{checkpoint, 0, "so far"};
    what.checkpoint = std::to_string(checkpoint);
    what.log = "at " + *what.checkpoint + "\n";
    consumer_.async_report(
        d.token, std::move(what), [&seen = world_.seen, id, checkpoint](error_code error) {
            seen.reported(id, checkpoint, error ? answer::unknown : answer::ok);
        });
}

void library_worker::settle(delivery const& d) {
    history_token const token{d.token.epoch, d.token.number};
    auto const what = any_verdict(random_);
    auto const result = d.id.to_string() + " by " + std::to_string(token.epoch) + "." +
                        std::to_string(token.number);
    world_.seen.settling(id_of(d.id), token, what.kind(), result, what.not_before_ms());
    if (what.kind() == settle_kind::dead) {
        world_.dead.add(id_of(d.id));
    }
    // Refused may mean that an earlier sending was accepted and its answer lost.
    consumer_.async_settle(
        d.token, outcome_of(what, result), [&seen = world_.seen, token](error_code error) {
            seen.settled(token, error ? answer::unknown : answer::ok);
        });
}

} // namespace peyk::test
