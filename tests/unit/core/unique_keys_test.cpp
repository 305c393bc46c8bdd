#include "tests/unit/core/queue_desk.hpp"

namespace peyk::core {
namespace {

message unique(std::string_view word,
               on_conflict conflict,
               unique_until until = unique_until::finish,
               std::uint32_t ttl_s = 0) {
    message m = message_named(word);
    m.task = "t";
    m.unique = {"key", until, conflict, ttl_s};
    return m;
}

constexpr on_conflict every_conflict[] = {on_conflict::reject,
                                          on_conflict::return_existing,
                                          on_conflict::replace,
                                          on_conflict::keep_last};

TEST(UniqueKeys, RefuseWithTheNameOfTheOneThatHasIt) {
    queue_desk d;
    d.publish_one(unique("m1", on_conflict::reject));
    refusal const no = d.publish_refused(unique("m2", on_conflict::reject));
    EXPECT_EQ(no.code, errc::unique_conflict);
    EXPECT_EQ(no.existing, id_of<message_id>("m1"));
    EXPECT_EQ(d.state_of("m2").state, visible_state::unknown);
    message other = unique("m3", on_conflict::reject);
    other.unique.key = "other";
    EXPECT_EQ(d.publish_code(other), errc::ok);
    d.expect_rebuilt();
}

TEST(UniqueKeys, HoldOverAllQueues) {
    queue_desk d;
    d.publish_one(unique("m1", on_conflict::reject));
    message m = unique("m2", on_conflict::reject);
    m.queue = "another";
    EXPECT_EQ(d.publish_code(m), errc::unique_conflict);
}

TEST(UniqueKeys, JoinTheOneThatHasIt) {
    queue_desk d;
    d.publish_one(unique("m1", on_conflict::return_existing));
    d.publish_one(unique("m2", on_conflict::return_existing));
    auto const& answer = d.effect<effect::published>();
    EXPECT_TRUE(answer.refused.empty());
    ASSERT_EQ(answer.joined.size(), 1u);
    EXPECT_EQ(answer.joined[0].existing, id_of<message_id>("m1"));
    EXPECT_TRUE(d.said.records.empty());
}

TEST(UniqueKeys, AreFreeWhenTheMessageIsFinal) {
    for (any_verdict const& how : {any_verdict{verdict::success{"r", {}}},
                                   any_verdict{verdict::failure{{"type", {}, {}}, true}},
                                   any_verdict{verdict::drop{}}}) {
        queue_desk d;
        d.join(queue_desk::worker, 1, {"q"});
        d.publish_one(unique("m1", on_conflict::reject));
        delivery_token const token = d.said.deliveries.at(0).token;
        EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject)), errc::unique_conflict);
        d.settle_one(queue_desk::worker, token, how);
        d.expect_rebuilt();
        EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject)), errc::ok);
        d.expect_rebuilt();
    }
}

TEST(UniqueKeys, AreFreeWhenTheMessageExpires) {
    queue_desk d;
    message m = unique("m1", on_conflict::reject);
    m.expires = d.now.wall + duration{5};
    d.publish_one(m);
    d.advance(duration{5});
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject)), errc::ok);
}

TEST(UniqueKeys, AreFreeWhenTheMessageStartsIfAsked) {
    queue_desk d;
    d.publish_one(unique("m1", on_conflict::reject, unique_until::start));
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject, unique_until::start)),
              errc::unique_conflict);
    d.join(queue_desk::worker, 1, {"q"});
    delivery_token const token = d.said.deliveries.at(0).token;
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject, unique_until::start)), errc::ok);
    d.expect_rebuilt();
    d.apply(set_credit{queue_desk::worker, {1}, {1}, 0});
    d.settle_one(queue_desk::worker, token, verdict::snooze{d.now.wall + duration{5}});
    EXPECT_EQ(d.publish_code(unique("m3", on_conflict::reject)), errc::unique_conflict);
    d.expect_rebuilt();
    EXPECT_EQ(d.restarted()->publish_refused(unique("m3", on_conflict::reject)).existing,
              id_of<message_id>("m2"));
}

TEST(UniqueKeys, StayForATimeWhateverBecomesOfTheMessage) {
    queue_desk d;
    message first = unique("m1", on_conflict::reject, unique_until::ttl, 10);
    first.result.keep = false;
    d.publish_one(first);
    message_id const id = first.id;
    d.apply(cancel{desk::publisher, {1}, {&id, 1}, "reason"});
    EXPECT_EQ(d.state_of("m1").state, visible_state::unknown);
    d.expect_rebuilt();
    EXPECT_EQ(d.publish_refused(unique("m2", on_conflict::reject)).existing, id);
    auto const again = d.restarted();
    EXPECT_EQ(again->publish_refused(unique("m2", on_conflict::reject)).existing, id);
    d.advance(duration{9'999});
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject)), errc::unique_conflict);
    EXPECT_EQ(d.broker.next_deadline().wall, d.now.wall + duration{1});
    d.advance(duration{1});
    d.expect_rebuilt();
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject)), errc::ok);
    d.expect_rebuilt();
}

TEST(UniqueKeys, ReplaceWhoWaits) {
    queue_desk d;
    d.publish_one(unique("m1", on_conflict::replace));
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::replace)), errc::ok);
    EXPECT_EQ(d.state_of("m1").state, visible_state::revoked);
    EXPECT_EQ(d.state_of("m1").error_text, "replaced by a newer message");
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
    d.expect_rebuilt();
}

TEST(UniqueKeys, ReplaceWhoRuns) {
    queue_desk d;
    d.join(queue_desk::worker, 1, {"q"});
    d.publish_one(unique("m1", on_conflict::replace));
    d.publish_one(unique("m2", on_conflict::replace));
    EXPECT_EQ(d.effect<effect::recalled>().tokens.size(), 1u);
    EXPECT_TRUE(d.delivered("m2"));
    EXPECT_EQ(d.state_of("m1").state, visible_state::revoked);
    d.expect_rebuilt();
}

TEST(UniqueKeys, KeepTheLastOfThoseThatWait) {
    queue_desk d;
    for (char const* word : {"m1", "m2", "m3"}) {
        EXPECT_EQ(d.publish_code(unique(word, on_conflict::keep_last)), errc::ok);
    }
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
    EXPECT_EQ(d.state_of("m2").state, visible_state::revoked);
    EXPECT_EQ(d.state_of("m3").detail, visible_detail::ready);
    d.expect_rebuilt();
}

TEST(UniqueKeys, LetTheLastWaitForWhoRuns) {
    queue_desk d;
    d.join(queue_desk::worker, 5, {"q"});
    d.publish_one(unique("m1", on_conflict::keep_last));
    delivery_token const token = d.said.deliveries.at(0).token;
    d.publish_one(unique("m2", on_conflict::keep_last));
    EXPECT_EQ(d.state_of("m2").detail, visible_detail::blocked);
    EXPECT_EQ(d.broker.queue("q")->blocked, 1u);
    d.expect_rebuilt();
    d.publish_one(unique("m3", on_conflict::keep_last));
    EXPECT_EQ(d.state_of("m2").state, visible_state::revoked);
    EXPECT_EQ(d.state_of("m3").detail, visible_detail::blocked);
    d.expect_rebuilt();
    // A retry of the one that has the key keeps the other waiting.
    d.settle_one(queue_desk::worker, token, verdict::release{});
    ASSERT_TRUE(d.delivered("m1"));
    d.settle_one(queue_desk::worker, d.said.deliveries[0].token, verdict::success{});
    EXPECT_TRUE(d.delivered("m3"));
    d.expect_rebuilt();
}

TEST(UniqueKeys, LetTheLastWaitForItsTimeToo) {
    queue_desk d;
    d.join(queue_desk::worker, 5, {"q"});
    d.publish_one(unique("m1", on_conflict::keep_last));
    delivery_token const token = d.said.deliveries.at(0).token;
    message m = unique("m2", on_conflict::keep_last);
    m.eta = d.now.wall + duration{50};
    d.publish_one(m);
    d.settle_one(queue_desk::worker, token, verdict::success{});
    EXPECT_EQ(d.state_of("m2").detail, visible_detail::scheduled);
    d.expect_rebuilt();
    d.advance(duration{50});
    EXPECT_TRUE(d.delivered("m2"));
}

TEST(UniqueKeys, GoFromOneToTheNextAcrossARestart) {
    queue_desk d;
    d.join(queue_desk::worker, 5, {"q"});
    d.publish_one(unique("m1", on_conflict::keep_last));
    d.publish_one(unique("m2", on_conflict::keep_last));
    auto const again = d.restarted();
    again->apply(disconnect{queue_desk::worker, true});
    EXPECT_EQ(again->state_of("m1").detail, visible_detail::ready);
    EXPECT_EQ(again->state_of("m2").detail, visible_detail::blocked);
    message_id const id = id_of<message_id>("m1");
    again->apply(cancel{desk::publisher, {1}, {&id, 1}, "reason"});
    EXPECT_EQ(again->state_of("m2").detail, visible_detail::ready);
    EXPECT_EQ(again->publish_code(unique("m3", on_conflict::reject)), errc::unique_conflict);
}

// The journal may end anywhere: who waits is never forgotten, and no key is taken twice.
TEST(UniqueKeys, AreRightAfterACrashAtAnyRecord) {
    queue_desk d;
    d.join(queue_desk::worker, 5, {"q"});
    d.publish_one(unique("m1", on_conflict::keep_last));
    delivery_token const token = d.said.deliveries.at(0).token;
    d.publish_one(unique("m2", on_conflict::keep_last));
    d.publish_one(unique("m3", on_conflict::keep_last));
    d.settle_one(queue_desk::worker, token, verdict::success{});
    std::size_t const without_time = d.journal.size();
    d.publish_one(unique("m4", on_conflict::replace, unique_until::ttl, 5));
    d.publish_one(unique("m5", on_conflict::keep_last, unique_until::ttl, 5));
    d.advance(duration{6'000});
    std::size_t const records = d.journal.size();
    for (std::size_t cut = 0; cut <= records; ++cut) {
        queue_desk again{{}, false};
        for (std::size_t i = 0; i < cut; ++i) {
            again.broker.replay(d.journal[i].record.get(), d.journal[i].at, desk::record_bytes);
        }
        again.now = d.now;
        again.end = d.end;
        again.wake();
        again.apply(disconnect{queue_desk::worker, true});
        auto const seen = again.broker.queue("q").value_or(queue_stats{});
        EXPECT_LE(seen.ready, cut <= without_time ? 1u : 2u) << cut; // Time frees keys too.
        EXPECT_LE(seen.blocked, seen.ready) << cut;
        again.join(queue_desk::worker, 1, {"q"});
        for (int i = 0; i < 9 && !again.said.deliveries.empty(); ++i) {
            again.settle_one(
                queue_desk::worker, again.said.deliveries[0].token, verdict::success{});
        }
        again.advance(duration{10'000});
        EXPECT_EQ(again.broker.stats().messages, 0u) << cut;
        EXPECT_EQ(again.publish_code(unique("last", on_conflict::reject)), errc::ok) << cut;
    }
}

TEST(UniqueKeys, PassByTimeToWhoWaits) {
    queue_desk d;
    d.join(queue_desk::worker, 5, {"q"});
    d.publish_one(unique("m1", on_conflict::keep_last, unique_until::ttl, 10));
    delivery_token const token = d.said.deliveries.at(0).token;
    d.advance(duration{4'000});
    d.apply(connect{queue_desk::worker, true, {}, {}, {}}); // Keeps nothing it does not name.
    d.join(queue_desk::worker, 5, {"q"});
    static_cast<void>(token);
    d.publish_one(unique("m2", on_conflict::keep_last, unique_until::ttl, 10));
    EXPECT_EQ(d.state_of("m2").detail, visible_detail::blocked);
    d.expect_rebuilt();
    d.apply(connect{desk::publisher, true});
    d.advance(duration{6'000});
    EXPECT_NE(d.state_of("m2").detail, visible_detail::blocked);
    d.expect_rebuilt();
}

TEST(UniqueKeys, StayWithAMessageThatMoves) {
    queue_desk d;
    d.publish_one(unique("m1", on_conflict::reject));
    sweep_spec spec;
    spec.action = sweep_action::move;
    spec.to = "other";
    d.apply(start_sweep{desk::publisher, {1}, spec});
    d.advance(duration{0});
    EXPECT_EQ(d.broker.queue("other")->ready, 1u);
    EXPECT_EQ(d.publish_code(unique("m2", on_conflict::reject)), errc::unique_conflict);
    d.expect_rebuilt();
}

TEST(UniqueKeys, AreRefusedWhenTheyMeanNothing) {
    queue_desk d;
    message m = unique("m1", on_conflict::reject);
    std::string const long_key(201, 'k');
    m.unique.key = long_key;
    EXPECT_EQ(d.publish_code(m), errc::invalid_argument);
    EXPECT_EQ(d.publish_code(unique("m1", on_conflict::reject, unique_until::ttl, 0)),
              errc::invalid_argument);
}

TEST(UniqueKeys, LeaveNoMemoryBehind) {
    for (on_conflict const conflict : every_conflict) {
        queue_desk d;
        message other = message_named("other");
        other.task = "t";
        other.result.keep = false;
        d.publish_one(other);
        std::uint64_t const before = d.broker.memory_bytes();
        for (char const* word : {"m1", "m2"}) {
            message m = unique(word, conflict);
            m.result.keep = false;
            d.publish_one(m);
        }
        EXPECT_GT(d.broker.memory_bytes(), before);
        d.join(queue_desk::worker, 1, {"q"});
        while (!d.said.deliveries.empty()) {
            d.settle_one(queue_desk::worker, d.said.deliveries[0].token, verdict::success{});
        }
        d.apply(disconnect{queue_desk::worker, true});
        other.id = id_of<message_id>("another");
        d.publish_one(other);
        EXPECT_EQ(d.broker.queue("q")->ready, 1u);
        EXPECT_LE(d.broker.memory_bytes(), before + 64);
    }
}

} // namespace
} // namespace peyk::core
