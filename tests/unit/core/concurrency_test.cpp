// How many may run at once: never exceeded, no slot lost, over losses and restarts.

#include "tests/unit/core/limit_desk.hpp"

#include <gtest/gtest.h>

#include <random>

namespace peyk::core {
namespace {

constexpr session_id one{2, 1};
constexpr session_id two{2, 2};

TEST(Concurrency, ALimitOfOneIsOneAtATime) {
    limit_desk d;
    d.limit({.task = "t"}, {.concurrency = 1});
    d.join(one, 10, {"q"});
    message m = message_named("a");
    m.task = "t";
    d.publish_one(m);
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    delivery_token const first = d.said.deliveries[0].token;
    m.id = id_of<message_id>("b");
    d.publish_one(m);
    EXPECT_TRUE(d.said.deliveries.empty());
    d.settle_one(one, first, verdict::success{});
    EXPECT_TRUE(d.delivered("b"));
}

TEST(Concurrency, AnEndInOneQueueLetsAnotherGoOn) {
    limit_desk d;
    d.limit({.key = "k"}, {.concurrency = 1});
    d.join(one, 10, {"q"});
    d.join(two, 10, {"p"});
    message m = message_named("a");
    m.placement.limit_key = "k";
    d.publish_one(m);
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    delivery_token const first = d.said.deliveries[0].token;
    message other = message_named("b", "p");
    other.placement.limit_key = "k";
    d.publish_one(other);
    ASSERT_TRUE(d.said.deliveries.empty());
    d.settle_one(one, first, verdict::success{});
    EXPECT_TRUE(d.delivered("b"));
}

TEST(Concurrency, QueuesThatShareALimitTakeTurns) {
    limit_desk d;
    d.limit({.task = "t"}, {.concurrency = 1});
    for (char const* const queue : {"p", "q"}) {
        d.join(queue == std::string_view{"p"} ? one : two, 10, {queue});
    }
    for (std::uint64_t i = 1; i <= 40; ++i) {
        message m;
        m.id = {81, i};
        m.queue = i % 2 == 0 ? "q" : "p";
        m.task = "t";
        d.publish_one(m);
        if (!d.said.deliveries.empty()) {
            ASSERT_EQ(i, 1u);
        }
    }
    delivery_token token{d.broker.epoch(), 1};
    session_id by = one;
    int of_p = 0;
    for (int i = 0; i < 20; ++i) {
        d.settle_one(by, token, verdict::success{});
        ASSERT_EQ(d.said.deliveries.size(), 1u);
        token = d.said.deliveries[0].token;
        by = d.said.deliveries[0].session;
        of_p += by == one ? 1 : 0;
    }
    EXPECT_EQ(of_p, 10);
}

TEST(Concurrency, ALowerLimitTakesNothingBackAndAHigherOneIsUsedAtOnce) {
    limit_desk d;
    d.limit({.queue = "q"}, {.concurrency = 3});
    for (char const* const word : {"a", "b", "c", "d", "e"}) {
        d.publish_one(message_named(word));
    }
    d.join(one, 10, {"q"});
    EXPECT_EQ(d.leased(), 3u);
    delivery_token const first = d.said.deliveries[0].token;
    d.limit({.queue = "q"}, {.concurrency = 2});
    EXPECT_EQ(d.leased(), 3u);
    d.settle_one(one, first, verdict::success{});
    EXPECT_EQ(d.leased(), 2u);
    d.limit({.queue = "q"}, {.concurrency = 3});
    EXPECT_EQ(d.leased(), 3u);
    EXPECT_EQ(d.ask(remove_limit{d.publisher, {1}, {.queue = "q"}}), errc::ok);
    EXPECT_EQ(d.leased(), 4u);
}

TEST(Concurrency, WhoComesBackLateFindsItsSlotTaken) {
    limit_desk d;
    d.limit({.task = "t"}, {.concurrency = 1});
    message m = message_named("a");
    m.task = "t";
    d.join(one, 1, {"q"});
    d.publish_one(m);
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    held_delivery const held{d.said.deliveries[0].token, m.id, true};
    d.apply(disconnect{one, true});
    m.id = id_of<message_id>("b");
    d.publish_one(m);
    d.apply(reschedule{d.publisher, {1}, {&held.message, 1}, d.now.wall + duration{1'000}});
    d.join(two, 1, {"q"});
    ASSERT_TRUE(d.delivered("b"));
    d.advance(duration{2'000});
    d.apply(connect{one, true, {}, {}, {&held, 1}});
    EXPECT_EQ(d.effect<effect::welcome>().lost.size(), 1u);
    EXPECT_EQ(d.leased(), 1u);
}

// Four workers take, settle, vanish and come back at random, and so does the broker.
struct turmoil {
    static constexpr std::uint32_t limit = 7;
    std::unique_ptr<limit_desk> d = std::make_unique<limit_desk>();
    std::mt19937 random;
    std::map<session_id, std::vector<held_delivery>> held;
    std::vector<session_id> sessions{{2, 1}, {2, 2}, {2, 3}, {2, 4}};

    explicit turmoil(unsigned seed) : random(seed) {
        d->limit({.task = "t"}, {.concurrency = limit});
        for (session_id const each : sessions) {
            come(each);
        }
    }

    void look() {
        for (delivery const& each : d->said.deliveries) {
            held[each.session].push_back({each.token, each.message.id, false});
        }
        ASSERT_LE(d->leased(), limit);
    }
    void come(session_id who) {
        d->apply(connect{who, true, {}, {}, held[who]});
        for (held_delivery const& lost : std::vector{d->effect<effect::welcome>().lost}) {
            std::erase_if(held[who], [&](auto const& h) { return h.token == lost.token; });
        }
        look();
        std::string_view const queues[] = {"q"};
        d->apply(subscribe{who, {1}, {1}, 5, queues, {}});
        look();
    }
    void settle(session_id who) {
        if (!held[who].empty()) {
            delivery_token const token = held[who].back().token;
            held[who].pop_back();
            d->settle_one(who, token, verdict::success{});
            look();
        }
    }
    void restart() {
        auto next = d->again();
        for (limit_desk::fact& each : next->journal) {
            d->journal.push_back(std::move(each));
        }
        next->journal = std::move(d->journal);
        d = std::move(next);
        look();
    }
    void step() {
        session_id const who = sessions[random() % sessions.size()];
        switch (random() % 12) {
        case 0:
            d->apply(disconnect{who});
            look();
            break;
        case 1:
            d->apply(disconnect{who, true});
            held[who].clear();
            look();
            break;
        case 2:
            come(who);
            break;
        case 3:
            d->advance(duration{random() % 20'000});
            look();
            break;
        case 4:
            if (random() % 4 == 0) {
                restart();
            }
            break;
        case 5:
            d->relocate({d->end - std::min<std::uint64_t>(d->end, random() % 200)}, 1u << 20);
            d->trim();
            break;
        case 6:
        case 7:
            settle(who);
            break;
        default: {
            message m;
            m.id = {78, ++d->made};
            m.queue = "q";
            m.task = "t";
            m.max_crashes = 1'000;
            d->publish_one(m);
            look();
        }
        }
    }
};

TEST(Concurrency, IsNeverExceededAndLosesNoSlot) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        turmoil t{seed};
        for (int i = 0; i < 500; ++i) {
            t.step();
            ASSERT_FALSE(testing::Test::HasFatalFailure()) << seed << ' ' << i;
        }
        t.d->advance(duration{200'000});
        t.held.clear();
        for (session_id const each : t.sessions) {
            t.come(each);
        }
        auto const seen = t.d->broker.queue("q");
        if (seen && seen->ready > 0) {
            EXPECT_EQ(t.d->leased(), turmoil::limit) << seed;
        }
    }
}

} // namespace
} // namespace peyk::core
