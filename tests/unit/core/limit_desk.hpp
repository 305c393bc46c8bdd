#pragma once
// A desk for tests of limits: workers that settle what they get at once, and the times at which
// they got it.

#include "tests/unit/core/queue_desk.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace peyk::core {

struct limit_desk : queue_desk {
    using queue_desk::queue_desk;

    struct started {
        wall_time at;
        std::string task;
        std::string key;
        session_id by;
    };

    std::vector<started> begun;
    std::vector<session_id> workers;
    std::uint64_t made = 0;

    static constexpr rate ten_a_minute{10'000, 60};

    errc limit(limit_names const& names, limit_change const& change) {
        return ask(set_limit{publisher, {1}, names, change});
    }
    void hire(session_id id, std::uint32_t credit = 1, std::string_view queue = "q") {
        workers.push_back(id);
        join(id, credit, {queue});
        settle_all();
    }
    void publish_many(std::size_t count,
                      std::string_view task,
                      std::string_view key = {},
                      std::string_view queue = "q",
                      std::uint32_t cost = 1) {
        for (std::size_t i = 0; i < count; ++i) {
            message m;
            m.id = {77, ++made};
            m.queue = queue;
            m.task = task;
            m.result.keep = false;
            m.placement.limit_key = key;
            m.placement.cost = cost;
            publish_one(m);
            settle_all();
        }
    }
    // Settles what the last call delivered, and what that brings.
    void settle_all() {
        while (!said.deliveries.empty()) {
            std::vector<std::pair<session_id, delivery_token>> tokens;
            for (delivery const& each : said.deliveries) {
                begun.push_back({now.wall,
                                 std::string{each.message.task},
                                 std::string{each.message.placement.limit_key},
                                 each.session});
                tokens.emplace_back(each.session, each.token);
            }
            output all;
            for (auto const& [by, token] : tokens) {
                settle_one(by, token, verdict::success{});
                std::ranges::copy(said.deliveries, std::back_inserter(all.deliveries));
            }
            said.deliveries = all.deliveries;
        }
    }
    // From deadline to deadline; nobody is lost meanwhile.
    void work(duration how_long) {
        wall_time const end_at = now.wall + how_long;
        while (now.wall < end_at) {
            deadline const next = broker.next_deadline();
            wall_time const at = std::min({next.wall, now.wall + duration{5'000}, end_at});
            for (session_id const each : workers) {
                broker.heard(each, now.steady);
            }
            broker.heard(publisher, now.steady);
            advance(std::max(at - now.wall, duration{0}));
            settle_all();
        }
    }
    [[nodiscard]] std::size_t count(std::string_view task) const {
        return static_cast<std::size_t>(
            std::ranges::count(begun, task, [](auto const& each) { return each.task; }));
    }
    [[nodiscard]] std::size_t count_key(std::string_view key) const {
        return static_cast<std::size_t>(
            std::ranges::count(begun, key, [](auto const& each) { return each.key; }));
    }
    [[nodiscard]] std::size_t leased(std::string_view queue = "q") const {
        auto const known = broker.queue(queue);
        return known ? known->leased : 0;
    }
    // What another process makes of the journal; nobody is connected but the publisher.
    [[nodiscard]] std::unique_ptr<limit_desk> again() const {
        auto other = std::make_unique<limit_desk>(bounds, false);
        replay_into(*other);
        other->sequence = sequence;
        other->made = made;
        other->wake();
        other->advance(bounds.settling);
        return other;
    }
};

} // namespace peyk::core
