#include "tests/unit/core/queue_bench.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace peyk::core {
namespace {

std::map<std::string, int> serve(queue_bench& b, int count) {
    std::map<std::string, int> served;
    for (int i = 0; i < count; ++i) {
        ++served[b.serve()];
    }
    return served;
}

TEST(Fairness, ServesKeysInTurnWhoeverCameFirst) {
    queue_bench b;
    for (int i = 0; i < 100; ++i) {
        b.add_of("loud");
    }
    for (int i = 0; i < 3; ++i) {
        b.add_of("quiet");
    }
    std::string order;
    for (int i = 0; i < 8; ++i) {
        order += b.serve()[0];
    }
    EXPECT_EQ(order, "lqlqlqll");
}

TEST(Fairness, SharesByWeightWithinOneMessage) {
    queue_bench b;
    b.queue.set_weight("big", 3);
    for (int i = 0; i < 400; ++i) {
        b.add_of("small");
        b.add_of("big");
    }
    std::map<std::string, int> served;
    for (int i = 1; i <= 400; ++i) {
        ++served[b.serve()];
        ASSERT_NEAR(served["big"], i * 3.0 / 4, 1) << i;
    }
}

TEST(Fairness, ChangesTheWeightOfWhatIsQueued) {
    queue_bench b;
    for (int i = 0; i < 400; ++i) {
        b.add_of("a");
        b.add_of("b");
    }
    serve(b, 100);
    b.queue.set_weight("a", 4);
    EXPECT_NEAR(serve(b, 100)["a"], 80, 1);
    b.queue.set_weight("a", 1);
    EXPECT_NEAR(serve(b, 100)["a"], 50, 1);
}

TEST(Fairness, CountsWhatMessagesCost) {
    queue_bench b;
    for (int i = 0; i < 100; ++i) {
        b.add_of("dear", 5);
        b.add_of("cheap");
    }
    EXPECT_NEAR(serve(b, 60)["dear"], 10, 1);
}

TEST(Fairness, LetsANewKeyWaitForOneMessageOfEachOther) {
    queue_bench b;
    std::string const keys = "abcdefghij";
    for (int i = 0; i < 50; ++i) {
        for (char const key : keys) {
            b.add_of(std::string(1, key));
        }
    }
    serve(b, 123);
    message_entry const& late = b.add_of("new");
    EXPECT_LE(b.queue.ahead_of(late, 1'000), keys.size());
    std::size_t waited = 0;
    while (b.serve() != "new") {
        ++waited;
    }
    EXPECT_LE(waited, keys.size());
}

// A key that has one message at a time has its share, no more.
TEST(Fairness, RemembersAKeyThatHasNothingForAMoment) {
    queue_bench b;
    for (int i = 0; i < 100; ++i) { // So many that empty lanes are not kept.
        b.add_of("other " + std::to_string(i));
    }
    serve(b, 100);
    for (int i = 0; i < 20; ++i) {
        b.add_of("queued");
    }
    std::map<std::string, int> served;
    for (int i = 0; i < 10; ++i) {
        b.add_of("now and then");
        for (int n = 0; n < 2; ++n) {
            ++served[b.serve()];
        }
    }
    EXPECT_NEAR(served["queued"], 10, 1);
}

// Keys that come once and never again take nothing from one that has waited since before them.
TEST(Fairness, GoesOnWhenKeysNeverComeAgain) {
    queue_bench b;
    for (int i = 0; i < 3; ++i) {
        b.add_of("queued");
    }
    int steps = 0;
    for (int served = 0; served < 3; ++steps) {
        b.add_of("once " + std::to_string(steps));
        served += b.serve() == "queued" ? 1 : 0;
        ASSERT_LT(steps, 30'000);
    }
}

TEST(Fairness, ComesAfterPriority) {
    queue_bench b;
    b.add_of("a");
    b.add_of("b");
    b.add({.priority = 9, .place = {{}, {}, "a"}});
    b.add({.priority = 9, .place = {{}, {}, "a"}});
    EXPECT_EQ(b.serve(), "a");
    EXPECT_EQ(b.serve(), "a");
    EXPECT_EQ(b.serve(), "b");
    EXPECT_EQ(b.serve(), "a");
}

TEST(Fairness, GivesBackWhatWasNotDelivered) {
    queue_bench b;
    b.add_of("b");
    b.serve();
    for (int i = 0; i < 10; ++i) { // All but the last are cancelled.
        message_entry& gone = b.add_of("a");
        b.queue.remove_ready(gone);
        b.queue.leave(gone);
    }
    b.add_of("b");
    b.add_of("a");
    EXPECT_EQ(b.serve(), "a");
}

// One flow, whatever its messages are.
TEST(Fairness, CountsAKeyOverAllTasks) {
    queue_bench b;
    for (int i = 0; i < 60; ++i) {
        for (char const* task : {"t", "u", "v"}) {
            b.add({.place = {{&b.task(task), nullptr}, {}, "many tasks"}});
        }
        b.add({.place = {{&b.task("t"), nullptr}, {}, "one"}});
    }
    EXPECT_NEAR(serve(b, 60)["one"], 30, 3);
}

TEST(Fairness, DoesNotLetAParkedKeyCatchUp) {
    queue_bench b;
    message_entry const& held = b.add({.place = {{}, "limited", "slow"}});
    for (int i = 0; i < 50; ++i) {
        b.add({.place = {{}, "limited", "slow"}});
        b.add_of("a");
        b.add_of("b");
    }
    b.queue.park(held.lane->above());
    serve(b, 40);
    b.queue.unpark(held.lane->above());
    EXPECT_LE(serve(b, 30)["slow"], 12); // A third, and the two it was charged for.
}

TEST(Fairness, KeepsPlainMessagesInOrder) {
    queue_bench b;
    for (int i = 0; i < 10; ++i) {
        b.add();
    }
    b.add_of("key");
    message_entry const* first = b.take();
    EXPECT_EQ(first->number.value, 1u);
    std::string order;
    for (int i = 0; i < 4; ++i) {
        order += b.serve().empty() ? '-' : 'k';
    }
    EXPECT_EQ(order.find('k'), order.rfind('k'));
    EXPECT_NE(order.find('k'), std::string::npos);
}

} // namespace
} // namespace peyk::core
