#pragma once
// A desk for tests of what the broker says of itself: why, samples, events, sessions.

#include "tests/unit/core/queue_desk.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace peyk::core {

struct control_desk : queue_desk {
    using queue_desk::queue_desk;

    [[nodiscard]] obstacle why(std::string_view word = "m") const {
        return broker.why(id_of<message_id>(word), now);
    }
    [[nodiscard]] obstacle_kind kind(std::string_view word = "m") const { return why(word).kind; }

    // In queue q.
    output const& publish_task(std::string_view word, std::string_view task = "t") {
        message m = message_named(word);
        m.task = task;
        return publish_one(m);
    }
    // A worker of queue q for one task.
    output const& join_for(std::string_view task, std::uint32_t credit, session_id id = worker) {
        apply(connect{id, false, "w1"});
        std::string_view const queues[] = {"q"};
        return apply(subscribe{id, {1}, {1}, credit, queues, {&task, 1}});
    }
    void limit(limit_names const& names, limit_change const& change) {
        EXPECT_EQ(ask(set_limit{publisher, {1}, names, change}), errc::ok);
    }
    output const& begin(delivery_token token) { return apply(core::start{worker, {&token, 1}}); }
    output const& settle(delivery_token token, any_verdict const& how) {
        return settle_one(worker, token, how);
    }
    // Time passes, and everybody is heard of.
    void live(duration by) {
        constexpr duration step{10'000};
        for (; by > duration{0}; by -= step) {
            advance(std::min(by, step));
            broker.heard(worker, now.steady);
            broker.heard(publisher, now.steady);
        }
    }
    [[nodiscard]] delivery_token last_delivery() const { return said.deliveries.back().token; }

    [[nodiscard]] std::vector<named_sample> samples() {
        std::vector<named_sample> taken;
        broker.take_samples(taken);
        return taken;
    }
    // Empty if nothing was counted.
    [[nodiscard]] static sample
    of(std::vector<named_sample> const& taken, series_kind kind, std::string_view name) {
        auto const found = std::ranges::find_if(
            taken, [&](named_sample const& s) { return s.kind == kind && s.name == name; });
        return found == taken.end() ? sample{} : found->sample;
    }

    // The events of the last call, one each.
    [[nodiscard]] std::vector<std::string> events() const {
        std::vector<std::string> lines;
        for (event const& one : said.events) {
            std::ostringstream line;
            line << one;
            lines.push_back(line.str());
        }
        return lines;
    }
};

} // namespace peyk::core
