#include "tests/unit/core/queue_desk.hpp"

namespace peyk::core {
namespace {

queue_settings length(std::uint64_t max) {
    queue_settings s;
    s.max_length = max;
    return s;
}

std::string_view policy_of(queue_desk const& d, std::string_view queue) {
    return d.broker.queue(queue)->policy;
}

TEST(QueuePolicies, AreFoundByPattern) {
    queue_desk d;
    d.set("mail.*", length(1));
    d.publish_one(message_named("m1", "mail.de"));
    d.publish_one(message_named("m2", "other"));
    EXPECT_EQ(policy_of(d, "mail.de"), "mail.*");
    EXPECT_EQ(policy_of(d, "other"), "");
    refusal const no = d.publish_refused(message_named("m3", "mail.de"));
    EXPECT_EQ(no.code, errc::queue_full);
    EXPECT_EQ(no.detail, "queue mail.de: max_length 1");
    d.expect_rebuilt();
    EXPECT_EQ(d.restarted()->publish_code(message_named("m3", "mail.de")), errc::queue_full);
}

TEST(QueuePolicies, OfHigherPriorityWinThenTheLongerThenTheFirst) {
    queue_desk d;
    d.publish_one(message_named("m1", "mail.de"));
    struct {
        std::string_view pattern;
        std::int32_t priority;
        std::string_view wins;
    } const steps[] = {{"*", 0, "*"},
                       {"mail.*", 0, "mail.*"},
                       {"*.de", 0, "mail.*"},
                       {"*ail.*", -1, "mail.*"},
                       {"ma*.de", 0, "ma*.de"},
                       {"*il.de", 0, "*il.de"},
                       {"m*", 7, "m*"}};
    for (auto const& [pattern, priority, wins] : steps) {
        EXPECT_EQ(d.set(pattern, length(9), priority), errc::ok);
        EXPECT_EQ(policy_of(d, "mail.de"), wins);
        EXPECT_EQ(policy_of(*d.restarted(), "mail.de"), wins);
    }
    EXPECT_EQ(d.set("m*", length(9), -7), errc::ok);
    EXPECT_EQ(policy_of(d, "mail.de"), "*il.de");
    EXPECT_EQ(d.ask(remove_policy{desk::publisher, {1}, "*il.de"}), errc::ok);
    EXPECT_EQ(policy_of(d, "mail.de"), "ma*.de");
    d.expect_rebuilt();
    EXPECT_EQ(d.ask(remove_policy{desk::publisher, {1}, "*il.de"}), errc::unknown_policy);
}

TEST(QueuePolicies, OfTheConfigurationGiveWayToCommands) {
    queue_desk d{{}, false};
    EXPECT_EQ(d.broker.configure(set_policy{{}, {}, "q", 0, length(1)}), errc::ok);
    EXPECT_EQ(d.broker.configure(set_policy{{}, {}, "r", 0, length(1)}), errc::ok);
    EXPECT_EQ(d.broker.configure(set_policy{{}, {}, "not a pattern", 0, {}}),
              errc::invalid_argument);
    d.wake();
    EXPECT_EQ(d.set("q", length(2)), errc::ok);
    EXPECT_EQ(d.publish_code(message_named("m1")), errc::ok);
    EXPECT_EQ(d.publish_code(message_named("m2")), errc::ok);
    EXPECT_EQ(d.publish_code(message_named("m3")), errc::queue_full);
    EXPECT_EQ(d.publish_code(message_named("m3", "r")), errc::ok);
    EXPECT_EQ(d.publish_code(message_named("m4", "r")), errc::queue_full);
    auto const listed = d.broker.policies();
    ASSERT_EQ(listed.size(), 3u);
    EXPECT_FALSE(listed[0].configured);
    EXPECT_EQ(listed[0].queues, 1u);
    EXPECT_EQ(listed[1].queues, 0u);
    EXPECT_TRUE(listed[2].configured);
    EXPECT_EQ(d.ask(remove_policy{desk::publisher, {1}, "q"}), errc::ok);
    EXPECT_EQ(d.publish_refused(message_named("m5")).detail, "queue q: max_length 1");
    d.expect_rebuilt(); // The configuration is told anew, not replayed.
}

TEST(QueuePolicies, GiveMessagesATimeToLive) {
    queue_desk d;
    queue_settings s;
    s.default_ttl_s = 10;
    d.set("q", s);
    d.publish_one(message_named("m1"));
    message own = message_named("m2");
    own.expires = d.now.wall + duration{60'000};
    d.publish_one(own);
    message later = message_named("m3");
    later.eta = d.now.wall + duration{20'000};
    d.publish_one(later);
    EXPECT_EQ(d.state_of("m1").expires, d.now.wall + duration{10'000});
    EXPECT_EQ(d.state_of("m2").expires, own.expires);
    EXPECT_EQ(d.state_of("m3").expires, later.eta + duration{10'000});
    d.expect_rebuilt();
    d.advance(duration{10'000});
    EXPECT_EQ(d.state_of("m1").state, visible_state::unknown);
}

TEST(QueuePolicies, AreRefusedWhenTheyMeanNothing) {
    limits bounds;
    bounds.policies_max = 2;
    queue_desk d{bounds};
    EXPECT_EQ(d.set("", {}), errc::invalid_argument);
    EXPECT_EQ(d.set("a b", {}), errc::invalid_argument);
    EXPECT_EQ(d.set(std::string(201, 'a'), {}), errc::invalid_argument);
    EXPECT_EQ(d.set("a", {.default_ttl_s = 0}), errc::invalid_argument);
    EXPECT_EQ(d.set("a", {.lease_ms = 0}), errc::invalid_argument);
    queue_settings s;
    s.dead_letter = "no name";
    EXPECT_EQ(d.set("a", s), errc::invalid_queue_name);
    for (std::string_view const keeper : {"", "-", "dead"}) {
        s.dead_letter = keeper;
        EXPECT_EQ(d.set("a", s), errc::ok);
    }
    EXPECT_EQ(d.set("b", {}), errc::ok);
    EXPECT_EQ(d.set("c", {}), errc::too_many_policies);
    EXPECT_EQ(d.set("a", {}), errc::ok);
}

TEST(CreatedQueues, StayWhenEmpty) {
    queue_desk d;
    EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, "mail"}), errc::ok);
    EXPECT_EQ(d.said.records.size(), 1u);
    EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, "mail"}), errc::ok);
    EXPECT_TRUE(d.said.records.empty());
    EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, "a b"}), errc::invalid_queue_name);
    d.expect_rebuilt();
    EXPECT_TRUE(d.restarted()->broker.queue("mail")->created);
}

TEST(CreatedQueues, AreDeletedOnlyWhenNobodyNeedsThem) {
    queue_desk d;
    auto const ask = [&d] {
        return d.ask(delete_queue{desk::publisher, {1}, "mail"});
    };
    EXPECT_EQ(ask(), errc::unknown_queue);
    d.ask(create_queue{desk::publisher, {1}, "mail"});
    message m = message_named("m1", "mail");
    m.task = "t";
    d.publish_one(m);
    EXPECT_EQ(ask(), errc::queue_not_empty);
    d.join(queue_desk::worker, 1, {"mail"});
    EXPECT_EQ(ask(), errc::queue_not_empty);
    d.settle_one(queue_desk::worker,
                 d.broker.stats().delivered == 1 ? delivery_token{{1}, 1} : delivery_token{},
                 verdict::dead{});
    d.ask(unsubscribe{queue_desk::worker, {1}, {1}});
    EXPECT_EQ(ask(), errc::queue_not_empty); // There is a dead letter.
    d.apply(redrive{desk::publisher, {1}, {&m.id, 1}});
    d.apply(cancel{desk::publisher, {1}, {&m.id, 1}, "reason"});
    EXPECT_EQ(ask(), errc::ok);
    EXPECT_FALSE(d.broker.queue("mail").has_value());
    EXPECT_TRUE(d.broker.queues({}, 10).empty());
    EXPECT_EQ(d.state_of("m1").state, visible_state::revoked); // Its result is kept.
    d.expect_rebuilt();
    d.publish_one(message_named("m2", "mail"));
    EXPECT_EQ(d.broker.queue("mail")->ready, 1u);
    EXPECT_FALSE(d.broker.queue("mail")->created);
    d.expect_rebuilt();
}

TEST(CreatedQueues, OneThatAMessageMadeStaysDeletedToo) {
    queue_desk d;
    message const m = message_named("m1", "mail");
    d.publish_one(m);
    d.apply(cancel{desk::publisher, {1}, {&m.id, 1}, "reason"});
    EXPECT_EQ(d.ask(delete_queue{desk::publisher, {1}, "mail"}), errc::ok);
    EXPECT_FALSE(d.restarted()->broker.queue("mail").has_value());
}

TEST(CreatedQueues, MakeRoomForOthersWhenDeleted) {
    limits bounds;
    bounds.queues_max = 2;
    queue_desk d{bounds};
    for (int i = 0; i < 10; ++i) {
        std::string const name = "mail" + std::to_string(i);
        EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, name}), errc::ok);
        EXPECT_EQ(d.ask(delete_queue{desk::publisher, {1}, name}), errc::ok);
    }
    EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, "a"}), errc::ok);
    EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, "b"}), errc::ok);
    EXPECT_EQ(d.ask(create_queue{desk::publisher, {1}, "c"}), errc::too_many_queues);
}

TEST(Queues, AreNotMadeByARefusedPublish) {
    queue_desk d;
    d.hold(hold_scope::publishing, "held");
    EXPECT_EQ(d.publish_code(message_named("m1", "held")), errc::queue_draining);
    d.set("full", length(0));
    EXPECT_EQ(d.publish_code(message_named("m2", "full")), errc::queue_full);
    message first = message_named("m3", "q");
    first.unique.key = "key";
    d.publish_one(first);
    message second = message_named("m4", "other");
    second.unique.key = "key";
    EXPECT_EQ(d.publish_code(second), errc::unique_conflict);
    EXPECT_FALSE(d.broker.queue("held"));
    EXPECT_FALSE(d.broker.queue("full"));
    EXPECT_FALSE(d.broker.queue("other"));
    EXPECT_EQ(d.broker.stats().queues, 1u);
    // They come with the first that is taken.
    d.release(hold_scope::publishing, "held");
    EXPECT_EQ(d.publish_code(message_named("m1", "held")), errc::ok);
    EXPECT_EQ(d.broker.queue("held")->ready, 1u);
    d.expect_rebuilt();
}

} // namespace
} // namespace peyk::core
