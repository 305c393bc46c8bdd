// Random commands; at random moments the broker is thrown away and rebuilt from what it recorded,
// with and without cleaning before: it must be the same one.

#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace peyk::core {
namespace {

class wanderer {
public:
    explicit wanderer(std::uint32_t seed) : random_(seed) {}

    void step(desk& d) {
        switch (pick(16)) {
        case 0:
            connect_one(d);
            break;
        case 1:
            subscribe_one(d);
            break;
        case 2:
            d.apply(disconnect{any_session(), pick(3) == 0});
            break;
        case 3:
            d.advance(duration{pick(20'000)});
            break;
        case 4:
            cancel_one(d);
            break;
        case 5:
            watch_one(d);
            break;
        case 6:
            relocate(d);
            break;
        case 7:
        case 8:
            publish_some(d);
            break;
        case 9:
            report_one(d);
            break;
        case 10:
            edit_one(d);
            break;
        case 11:
            redrive_one(d);
            break;
        case 12:
            set_policy_of_one(d);
            break;
        default:
            settle_some(d);
            break;
        }
        for (delivery const& one : d.said.deliveries) {
            out_.push_back({one.session, {one.token, one.message.id, false}});
        }
    }

private:
    struct held_by {
        session_id session;
        held_delivery held;
    };

    std::uint32_t pick(std::uint32_t below) { return random_() % below; }
    session_id any_session() { return {3, 1 + pick(5)}; }
    message_id any_message() { return {4, 1 + pick(last_id_ + 1)}; }

    void connect_one(desk& d) {
        session_id const id = any_session();
        std::vector<held_delivery> held;
        for (held_by const& one : out_) {
            if (one.session == id && pick(4) != 0) {
                held.push_back(one.held);
            }
        }
        d.apply(connect{id, true, "name", duration{5'000}, held});
    }

    void subscribe_one(desk& d) {
        std::string_view const queues[] = {"q", "r"};
        std::string_view const tasks[] = {"t"};
        d.apply(subscribe{
            any_session(), {1}, {1 + pick(2)}, pick(5), {queues, 1 + pick(2)}, {tasks, pick(2)}});
    }

    void publish_some(desk& d) {
        std::vector<message> batch;
        for (std::uint32_t i = 0; i <= pick(5); ++i) {
            message& m = batch.emplace_back();
            m.id = pick(9) == 0 ? any_message() : message_id{4, ++last_id_};
            m.queue = pick(2) == 0 ? "q" : "r";
            m.task = pick(2) == 0 ? "t" : "";
            m.priority = static_cast<std::uint8_t>(pick(3));
            m.content = std::string_view{"0123456789"}.substr(pick(10));
            m.eta = pick(3) == 0 ? d.now.wall + duration{pick(9'000)} : unset;
            m.expires = pick(3) == 0 ? d.now.wall + duration{pick(40'000)} : unset;
            m.retry.max_retries = static_cast<std::uint16_t>(pick(3));
            m.result.keep = pick(3) != 0;
            m.result.ttl_s = pick(100);
            m.result.track_started = pick(2) == 0;
            m.max_crashes = static_cast<std::uint16_t>(pick(3));
            ask_for_rare_things(m);
        }
        d.apply(publish{any_session(), {1}, {1 + pick(300)}, {pick(100)}, batch});
    }

    void ask_for_rare_things(message& m) {
        if (pick(3) != 0) {
            return;
        }
        static constexpr std::uint32_t delays[] = {100, 7'000};
        static constexpr std::string_view keys[] = {"", "k1", "k2"};
        if (pick(2) == 0) {
            m.retry.curve = backoff::list;
            m.retry_delays_ms = delays;
        }
        m.max_age_s = pick(30);
        m.unique.key = keys[pick(3)];
        m.unique.until = static_cast<unique_until>(pick(3));
        m.unique.conflict = static_cast<on_conflict>(pick(4));
        m.unique.ttl_s = 1 + pick(20);
        m.root = {5, pick(2)};
        m.parent = {6, pick(2)};
    }

    void report_one(desk& d) {
        if (out_.empty()) {
            return;
        }
        held_by const& one = out_[pick(static_cast<std::uint32_t>(out_.size()))];
        report said{one.session, {1}, one.held.token};
        if (pick(2) == 0) {
            said.progress = progress{pick(9), pick(9), "text"};
        }
        if (pick(2) == 0) {
            said.checkpoint = std::string_view{"checkpoint"}.substr(pick(11));
        }
        said.log = std::string_view{"a line\nand one more\nand the last one\n"}.substr(pick(38));
        d.apply(said);
    }

    void edit_one(desk& d) {
        message_id const id = any_message();
        switch (pick(3)) {
        case 0:
            d.apply(reschedule{any_session(), {1}, {&id, 1}, unset});
            break;
        case 1:
            d.apply(reschedule{any_session(), {1}, {&id, 1}, d.now.wall + duration{pick(9'000)}});
            break;
        default:
            d.apply(forget{any_session(), {1}, {&id, 1}});
            break;
        }
    }

    void redrive_one(desk& d) {
        std::string_view const queues[] = {"", "q", "r"};
        for (int i = 0; i < 8; ++i) { // Few are dead.
            message_id const id = any_message();
            d.apply(redrive{any_session(), {1}, {&id, 1}, queues[pick(3)], pick(2) == 0});
        }
    }

    void set_policy_of_one(desk& d) {
        std::string_view const keepers[] = {"", "-", "dead", "r"};
        queue_settings settings;
        if (pick(2) == 0) {
            settings.dead_letter = keepers[pick(4)];
        }
        if (pick(2) == 0) {
            settings.lease_ms = 1'000 + pick(9'000);
        }
        if (pick(2) == 0) {
            settings.dead_max = pick(5);
        }
        d.apply(set_policy{any_session(), {1}, pick(2) == 0 ? "q" : "*", 0, settings});
    }

    void settle_some(desk& d) {
        if (out_.empty()) {
            return;
        }
        std::size_t const which = pick(static_cast<std::uint32_t>(out_.size()));
        held_by const one = out_[which];
        if (pick(3) == 0) {
            d.apply(start{one.session, {&one.held.token, 1}});
            return;
        }
        wall_time const at = d.now.wall + duration{pick(9'000)};
        task_error const error{"type", "text", "trace"};
        any_verdict const verdicts[] = {verdict::success{"result", "text/plain"},
                                        verdict::success{},
                                        verdict::failure{error, pick(2) == 0},
                                        verdict::retry{at, error},
                                        verdict::snooze{at},
                                        verdict::rate_limited{at, hold_scope::task},
                                        verdict::release{},
                                        verdict::drop{},
                                        verdict::dead{error},
                                        verdict::crashed{"killed by signal 11"}};
        d.settle_one(one.session, one.held.token, verdicts[pick(std::size(verdicts))]);
        if (pick(8) != 0) { // Else it is settled twice some day.
            out_.erase(out_.begin() + static_cast<std::ptrdiff_t>(which));
        }
    }

    void cancel_one(desk& d) {
        message_id const id = any_message();
        d.apply(cancel{any_session(), {1}, {&id, 1}, "reason", pick(2) == 0});
    }

    void watch_one(desk& d) {
        message_id const ids[] = {any_message(), any_message(), any_message()};
        d.apply(watch{any_session(), {1 + pick(1'000)}, ids, pick(2) == 0});
        d.apply(unwatch{any_session(), {1 + pick(1'000)}});
    }

    void relocate(desk& d) {
        d.relocate({d.end - pick(static_cast<std::uint32_t>(d.end))}, pick(2'000));
        if (pick(2) == 0) {
            d.trim();
        }
    }

    std::mt19937 random_;
    std::uint32_t last_id_ = 0;
    std::vector<held_by> out_;
};

// Every count that can be had in two ways is the same both ways.
void expect_consistent(desk const& d) {
    std::size_t live = 0;
    for (queue_stats const& q : d.broker.queues({}, 100)) {
        live += q.ready + q.scheduled + q.leased + q.blocked;
    }
    EXPECT_EQ(d.broker.stats().messages, live);
}

class Fingerprint : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Fingerprint, IsTheSameAfterReplay) {
    limits bounds;
    bounds.content_memory_bytes = 200;
    bounds.history_max = 2;
    bounds.log_bytes_max = 50;
    bounds.session_memory = duration{60'000};
    bounds.sessions_max = 5;
    wanderer walk{GetParam()};
    auto d = std::make_unique<desk>(bounds);
    for (int life = 0; life < 8; ++life) {
        for (int i = 0; i < 150; ++i) {
            walk.step(*d);
        }
        expect_consistent(*d);
        auto next = std::make_unique<desk>(bounds, false);
        d->replay_into(*next);
        ASSERT_EQ(next->broker.fingerprint(), d->broker.fingerprint()) << "life " << life;
        next->broker.recovered(next->now, next->said);
        for (desk::fact& f : d->journal) {
            next->journal.push_back(std::move(f));
        }
        next->keep();
        d = std::move(next);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Fingerprint, testing::Range(0u, 60u));

} // namespace
} // namespace peyk::core
