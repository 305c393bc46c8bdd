#include "tests/unit/core/queue_desk.hpp"

#include <string>
#include <vector>

namespace peyk::core {
namespace {

message numbered(int i, std::string_view queue = "q", std::string_view task = "t") {
    message m = message_named("m" + std::to_string(i), queue);
    m.task = task;
    return m;
}

void publish_many(queue_desk& d, int count) {
    for (int i = 0; i < count; ++i) {
        d.publish_one(numbered(i));
    }
}

sweep_spec cancelling(std::string_view queue = "q") {
    sweep_spec spec;
    spec.action = sweep_action::cancel;
    spec.which.queue = queue;
    spec.reason = "cleaned";
    return spec;
}

void begin(queue_desk& d, sweep_spec const& spec) {
    d.apply(start_sweep{desk::publisher, {7}, spec});
}

// Advances as long as there is work at once. Returns the last state told.
sweep_state finish(queue_desk& d) {
    sweep_state last;
    for (int slices = 0; slices < 1'000 && !d.broker.sweeps().empty(); ++slices) {
        steady_time const next = d.broker.next_deadline().steady;
        d.advance(std::max(duration{0}, next - d.now.steady));
        for (any_effect const& one : d.said.effects) {
            if (auto const* const news = std::get_if<effect::swept>(&one)) {
                last = news->sweep;
            }
        }
    }
    return last;
}

TEST(Sweeping, ChangesWhatIsChosenInSlices) {
    limits bounds;
    bounds.sweep_changes_max = 4;
    queue_desk d{bounds};
    publish_many(d, 10);
    d.publish_one(numbered(10, "other"));
    begin(d, cancelling());
    auto const& first = d.effect<effect::swept>();
    EXPECT_EQ(first.request.value, 7u);
    EXPECT_FALSE(first.sweep.done);
    EXPECT_EQ(first.sweep.known, 11u);
    d.expect_rebuilt();
    d.advance(duration{0});
    EXPECT_EQ(d.effect<effect::swept>().sweep.changed, 4u);
    EXPECT_EQ(d.broker.queue("q")->ready, 6u);
    d.expect_rebuilt();
    sweep_state const last = finish(d);
    EXPECT_TRUE(last.done);
    EXPECT_FALSE(last.stopped);
    EXPECT_EQ(last.changed, 10u);
    EXPECT_EQ(last.matched, 10u);
    EXPECT_EQ(d.state_of("m3").error_text, "cleaned");
    EXPECT_EQ(d.broker.queue("other")->ready, 1u);
    EXPECT_TRUE(d.broker.next_deadline().steady > d.now.steady);
    d.expect_rebuilt();
}

TEST(Sweeping, LooksAtOnlySoManyInOneGo) {
    limits bounds;
    bounds.sweep_visits_max = 100;
    queue_desk d{bounds};
    publish_many(d, 600);
    begin(d, cancelling("nothing"));
    for (int slice = 1; slice <= 6; ++slice) {
        d.advance(duration{0});
        EXPECT_EQ(d.effect<effect::swept>().sweep.visited, slice * 100u);
    }
    EXPECT_TRUE(finish(d).done);
}

TEST(Sweeping, LeavesAloneWhatWasPublishedLater) {
    limits bounds;
    bounds.sweep_changes_max = 1;
    queue_desk d{bounds};
    publish_many(d, 3);
    begin(d, cancelling());
    d.advance(duration{0});
    d.publish_one(numbered(3));
    EXPECT_EQ(finish(d).changed, 3u);
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
}

TEST(Sweeping, KeepsItsRate) {
    queue_desk d;
    publish_many(d, 20);
    sweep_spec spec = cancelling();
    spec.rate_per_s = 4;
    steady_time const began = d.now.steady;
    begin(d, spec);
    for (int changed = 1; changed <= 20; ++changed) {
        steady_time const next = d.broker.next_deadline().steady;
        EXPECT_EQ(next - began, duration{(changed - 1) * 250});
        d.advance(next - d.now.steady);
        EXPECT_EQ(d.broker.queue("q")->ready, 20u - static_cast<unsigned>(changed));
    }
    EXPECT_TRUE(finish(d).done);
}

TEST(Sweeping, GoesOnAfterARestart) {
    limits bounds;
    bounds.sweep_changes_max = 4;
    queue_desk d{bounds};
    publish_many(d, 10);
    begin(d, cancelling());
    d.advance(duration{0});
    auto const again = d.restarted();
    EXPECT_EQ(again->broker.queue("q")->ready, 6u);
    ASSERT_EQ(again->broker.sweeps().size(), 1u);
    EXPECT_EQ(again->broker.sweeps()[0].matched, 4u);
    EXPECT_EQ(again->broker.sweeps()[0].changed, 4u);
    again->publish_one(numbered(11));
    finish(*again);
    EXPECT_EQ(again->broker.queue("q")->ready, 1u);
    EXPECT_TRUE(again->broker.sweeps().empty());
}

TEST(Sweeping, CountsAMessageOnceThoughARestartMakesItLookAgain) {
    for (sweep_action const action : {sweep_action::reschedule, sweep_action::move}) {
        limits bounds;
        bounds.sweep_changes_max = 4;
        queue_desk d{bounds};
        publish_many(d, 10);
        sweep_spec spec;
        spec.action = action;
        spec.which.queue = "*";
        spec.to = "other";
        spec.due = d.now.wall + duration{60'000};
        begin(d, spec);
        d.advance(duration{0});
        auto const again = d.restarted();
        again->advance(duration{0});
        ASSERT_EQ(again->broker.sweeps().size(), 1u);
        EXPECT_EQ(again->broker.sweeps()[0].matched, 8u);
        EXPECT_EQ(again->broker.sweeps()[0].changed, 8u);
        finish(*again);
    }
}

TEST(Sweeping, DoesNotCountWhatIsAsItShallBeAlready) {
    limits bounds;
    bounds.sweep_changes_max = 4;
    queue_desk d{bounds};
    publish_many(d, 6);
    sweep_spec spec;
    spec.action = sweep_action::reschedule;
    spec.due = d.now.wall - duration{1}; // the ready are that already
    begin(d, spec);
    sweep_state const last = finish(d);
    EXPECT_EQ(last.matched, 0u);
    EXPECT_EQ(last.changed, 0u);
}

TEST(Sweeping, CanBeStopped) {
    limits bounds;
    bounds.sweep_changes_max = 1;
    queue_desk d{bounds};
    publish_many(d, 3);
    begin(d, cancelling());
    sweep_id const id = d.effect<effect::swept>().sweep.id;
    d.advance(duration{0});
    EXPECT_EQ(d.ask(stop_sweep{desk::publisher, {8}, id}), errc::ok);
    EXPECT_TRUE(d.effect<effect::swept>().sweep.done);
    EXPECT_TRUE(d.effect<effect::swept>().sweep.stopped);
    EXPECT_EQ(d.effect<effect::done>().request.value, 8u);
    EXPECT_EQ(d.broker.queue("q")->ready, 2u);
    EXPECT_EQ(d.ask(stop_sweep{desk::publisher, {8}, id}), errc::unknown_sweep);
    d.expect_rebuilt();
}

TEST(Sweeping, OnlyCountsWhenAskedTo) {
    queue_desk d;
    publish_many(d, 10);
    std::uint64_t const before = d.broker.fingerprint();
    sweep_spec spec = cancelling();
    spec.dry_run = true;
    begin(d, spec);
    EXPECT_TRUE(d.said.records.empty());
    sweep_state const last = finish(d);
    EXPECT_EQ(last.matched, 10u);
    EXPECT_EQ(last.changed, 0u);
    EXPECT_EQ(d.broker.fingerprint(), before);
}

TEST(Sweeping, ReschedulesMovesBuriesAndForgets) {
    queue_desk d;
    publish_many(d, 4);
    sweep_spec spec;
    spec.action = sweep_action::reschedule;
    spec.which.queue = "q";
    spec.due = d.now.wall + duration{1'000};
    begin(d, spec);
    EXPECT_EQ(finish(d).changed, 4u);
    EXPECT_EQ(d.broker.queue("q")->scheduled, 4u);
    spec.action = sweep_action::run_now;
    begin(d, spec);
    EXPECT_EQ(finish(d).changed, 4u);
    EXPECT_EQ(d.broker.queue("q")->ready, 4u);
    spec.action = sweep_action::move;
    spec.to = "other";
    begin(d, spec);
    EXPECT_EQ(finish(d).changed, 4u);
    EXPECT_EQ(d.broker.queue("other")->ready, 4u);
    d.expect_rebuilt();
    d.join(queue_desk::worker, 4, {"other"});
    for (std::uint64_t i = 1; i <= 4; ++i) {
        d.settle_one(queue_desk::worker, {{1}, i}, verdict::dead{{"broken", {}, {}}});
    }
    d.apply(disconnect{queue_desk::worker, true});
    EXPECT_EQ(d.broker.queue("other")->dead, 4u);
    spec = {};
    spec.action = sweep_action::redrive;
    spec.which.error = "bro*";
    spec.to = "third";
    begin(d, spec);
    EXPECT_EQ(finish(d).changed, 4u);
    EXPECT_EQ(d.broker.queue("third")->ready, 4u);
    d.expect_rebuilt();
    begin(d, cancelling("third"));
    finish(d);
    spec.action = sweep_action::forget;
    spec.which = {};
    begin(d, spec);
    EXPECT_EQ(finish(d).changed, 4u);
    EXPECT_EQ(d.broker.stats().results, 0u);
    d.expect_rebuilt();
}

TEST(Sweeping, MovesAsMuchAsTheQueueTakes) {
    for (overflow const then : {overflow::reject, overflow::drop_oldest}) {
        queue_desk d;
        queue_settings s;
        s.max_length = 2;
        s.overflow = then;
        d.set("other", s);
        publish_many(d, 5);
        sweep_spec spec;
        spec.action = sweep_action::move;
        spec.which.queue = "q";
        spec.to = "other";
        begin(d, spec);
        sweep_state const last = finish(d);
        bool const rejects = then == overflow::reject;
        EXPECT_EQ(last.matched, 5u);
        EXPECT_EQ(last.changed, rejects ? 2u : 5u);
        EXPECT_EQ(last.unchanged, rejects ? "queue_full (queue other: max_length 2)" : "");
        EXPECT_EQ(d.broker.queue("other")->ready, 2u);
        EXPECT_EQ(d.broker.queue("q")->ready, rejects ? 3u : 0u);
        d.expect_rebuilt();
    }
}

TEST(Sweeping, MovesNothingIntoAQueueThatDrains) {
    queue_desk d;
    publish_many(d, 2);
    d.hold(hold_scope::publishing, "other");
    sweep_spec spec;
    spec.action = sweep_action::move;
    spec.which.queue = "q";
    spec.to = "other";
    begin(d, spec);
    sweep_state const last = finish(d);
    EXPECT_EQ(last.changed, 0u);
    EXPECT_EQ(last.unchanged, "queue_draining (queue other: reason)");
    EXPECT_EQ(d.broker.queue("q")->ready, 2u);
}

TEST(Sweeping, TellsNobodyWhoIsGone) {
    queue_desk d;
    publish_many(d, 3);
    begin(d, cancelling());
    d.apply(disconnect{desk::publisher, false});
    d.advance(duration{0});
    EXPECT_TRUE(d.said.effects.empty());
    EXPECT_TRUE(d.broker.sweeps().empty());
    EXPECT_EQ(d.broker.queue("q")->ready, 0u);
}

TEST(Sweeping, IsRefusedWhenItMeansNothing) {
    limits bounds;
    bounds.sweeps_max = 1;
    queue_desk d{bounds};
    sweep_spec spec;
    spec.action = sweep_action::move;
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {1}, spec}), errc::invalid_argument);
    spec.to = "no name";
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {1}, spec}), errc::invalid_queue_name);
    std::string const long_pattern(201, '*');
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {1}, cancelling(long_pattern)}),
              errc::invalid_argument);
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {1}, cancelling()}), errc::ok);
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {1}, cancelling()}), errc::too_many_sweeps);
}

TEST(Listing, ShowsWhatIsChosenPageByPage) {
    limits bounds;
    bounds.sweep_visits_max = 100;
    queue_desk d{bounds};
    publish_many(d, 300);
    d.publish_one(numbered(300, "q", "other"));
    message child = numbered(301, "r");
    child.root = id_of<message_id>("root");
    child.parent = id_of<message_id>("parent");
    d.publish_one(child);
    auto const count = [&d](selector const& which, std::size_t page_max) {
        std::size_t seen = 0;
        std::uint64_t from = 0;
        for (int pages = 0; pages < 1'000; ++pages) {
            message_page const page = d.broker.list(which, from, page_max);
            EXPECT_LE(page.messages.size(), page_max);
            seen += page.messages.size();
            from = page.next;
            if (from == 0) {
                break;
            }
        }
        return seen;
    };
    selector which;
    EXPECT_EQ(count(which, 7), 302u);
    EXPECT_EQ(count(which, 1'000), 302u);
    which.queue = "q";
    EXPECT_EQ(count(which, 50), 301u);
    which.task = "oth*";
    EXPECT_EQ(count(which, 50), 1u);
    which = {};
    which.parent = child.parent;
    EXPECT_EQ(count(which, 50), 1u);
    which.root = child.parent;
    EXPECT_EQ(count(which, 50), 0u);
    which = {};
    which.states = {message_state::scheduled};
    EXPECT_EQ(count(which, 50), 0u);
    which.states = waiting_states;
    EXPECT_EQ(count(which, 50), 302u);
    which.published_after = d.now.wall + duration{1};
    EXPECT_EQ(count(which, 50), 0u);
    which.published_after = d.now.wall;
    which.published_before = d.now.wall;
    EXPECT_EQ(count(which, 50), 0u);
    which.published_before = d.now.wall + duration{1};
    EXPECT_EQ(count(which, 50), 302u);
    which.error = "type";
    EXPECT_EQ(count(which, 50), 0u);
}

} // namespace
} // namespace peyk::core
