#include "tests/unit/core/life_desk.hpp"

namespace peyk::core {
namespace {

constexpr message_id none{};

errc reschedule_one(life_desk& d, std::string_view word, wall_time due) {
    message_id const id = id_of<message_id>(word);
    d.apply(reschedule{desk::publisher, {1}, {&id, 1}, due});
    auto const& refused = d.effect<effect::rescheduled>().refused;
    return refused.empty() ? errc::ok : refused[0].code;
}

errc forget_one(life_desk& d, std::string_view word) {
    message_id const id = id_of<message_id>(word);
    d.apply(forget{desk::publisher, {1}, {&id, 1}});
    auto const& refused = d.effect<effect::forgotten>().refused;
    return refused.empty() ? errc::ok : refused[0].code;
}

TEST(Rescheduling, MovesAMessageInTime) {
    life_desk d;
    message m = task_named("m");
    m.eta = d.now.wall + duration{1'000};
    d.publish_one(m);
    EXPECT_EQ(reschedule_one(d, "m", d.now.wall + duration{5'000}), errc::ok);
    d.expect_rebuilt();
    d.advance(duration{4'999});
    EXPECT_TRUE(d.said.deliveries.empty());
    d.advance(duration{1});
    EXPECT_EQ(d.said.deliveries.size(), 1u);
}

TEST(Rescheduling, BringsAMessageAtOnce) {
    life_desk d;
    message m = task_named("m");
    m.eta = d.now.wall + duration{1'000};
    d.publish_one(m);
    EXPECT_EQ(reschedule_one(d, "m", unset), errc::ok);
    EXPECT_EQ(d.said.deliveries.size(), 1u);
    d.expect_rebuilt();
}

TEST(Rescheduling, IsToldAsTheEta) {
    life_desk d;
    message m = task_named("m");
    m.eta = d.now.wall + duration{1'000};
    d.publish_one(m);
    EXPECT_EQ(d.whole("m").eta, m.eta);
    auto const due = d.now.wall + duration{5'000};
    EXPECT_EQ(reschedule_one(d, "m", due), errc::ok);
    EXPECT_EQ(d.whole("m").eta, due);
}

TEST(Rescheduling, PutsOffAReadyOne) {
    life_desk d;
    d.publish_one(task_named("m", "other"));
    EXPECT_EQ(reschedule_one(d, "m", d.now.wall + duration{10}), errc::ok);
    EXPECT_EQ(d.broker.queue("other")->scheduled, 1u);
    EXPECT_EQ(d.broker.queue("other")->ready, 0u);
    d.expect_rebuilt();
    d.advance(duration{10});
    EXPECT_EQ(d.broker.queue("other")->ready, 1u);
}

TEST(Rescheduling, IsForThoseThatWait) {
    life_desk d;
    d.run(task_named("m"));
    EXPECT_EQ(reschedule_one(d, "m", unset), errc::message_leased);
    d.end_with(verdict::success{});
    EXPECT_EQ(reschedule_one(d, "m", unset), errc::already_final);
    EXPECT_EQ(reschedule_one(d, "nobody", unset), errc::unknown_message);
}

TEST(Forgetting, IsForWhatIsFinal) {
    life_desk d;
    d.run(task_named("m"));
    EXPECT_EQ(forget_one(d, "m"), errc::not_final);
    d.end_with(verdict::success{"r", "t"});
    EXPECT_EQ(forget_one(d, "m"), errc::ok);
    EXPECT_EQ(d.whole("m").state, visible_state::unknown);
    EXPECT_EQ(d.broker.stats().results, 0u);
    d.expect_rebuilt();
    d.run(task_named("dead"));
    d.end_with(verdict::failure{some_error});
    EXPECT_EQ(forget_one(d, "dead"), errc::ok);
    EXPECT_EQ(d.broker.queue("q")->dead, 0u);
    d.expect_rebuilt();
}

TEST(Cancelling, AsksForAKillOfWhatRuns) {
    for (bool const terminate : {true, false}) {
        life_desk d;
        d.run(task_named("m"));
        message_id const id = id_of<message_id>("m");
        d.apply(watch{desk::publisher, {9}, {&id, 1}, true});
        d.apply(cancel{desk::publisher, {1}, {&id, 1}, "why", terminate});
        auto const& recalled = d.effect<effect::recalled>();
        EXPECT_EQ(recalled.tokens.at(0), d.held);
        EXPECT_EQ(recalled.reason, "why");
        EXPECT_EQ(recalled.terminate, terminate);
        EXPECT_EQ(d.effect<effect::updated>().status.state, visible_state::revoked);
        EXPECT_TRUE(d.effect<effect::updated>().last);
        d.expect_rebuilt();
    }
}

TEST(Cancelling, FreesTheUniqueKeyForWhoWaits) {
    life_desk d;
    message m = task_named("m");
    m.unique = {.key = "key", .conflict = on_conflict::keep_last};
    d.run(m);
    message next = task_named("next");
    next.unique = m.unique;
    d.publish_one(next);
    EXPECT_EQ(d.whole("next").detail, visible_detail::blocked);
    EXPECT_EQ(reschedule_one(d, "next", unset), errc::message_leased);
    d.expect_rebuilt();
    d.apply(cancel{desk::publisher, {1}, {&m.id, 1}, "why"});
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.said.deliveries[0].message.id, next.id);
    d.expect_rebuilt();
}

TEST(Cancelling, EndsWhatIsBlocked) {
    life_desk d;
    message m = task_named("m");
    m.unique = {.key = "key", .conflict = on_conflict::keep_last};
    d.run(m);
    message next = task_named("next");
    next.unique = m.unique;
    next.expires = d.now.wall + duration{500};
    d.publish_one(next);
    d.apply(cancel{desk::publisher, {1}, {&next.id, 1}, "why"});
    EXPECT_EQ(d.whole("next").detail, visible_detail::revoked);
    d.expect_rebuilt();
    next.id = id_of<message_id>("later");
    d.publish_one(next);
    d.advance(duration{500});
    EXPECT_EQ(d.whole("later").detail, visible_detail::expired);
    d.expect_rebuilt();
    d.end_with(verdict::success{});
    EXPECT_TRUE(d.said.deliveries.empty());
}

TEST(Family, StaysWithAResult) {
    life_desk d;
    message m = task_named("m");
    m.root = id_of<message_id>("root");
    m.parent = id_of<message_id>("parent");
    m.max_age_s = 9;
    d.run(m);
    d.expect_rebuilt();
    d.end_with(verdict::success{"r", "t"});
    EXPECT_EQ(d.whole("m").root, m.root);
    EXPECT_EQ(d.whole("m").parent, m.parent);
    EXPECT_NE(d.whole("m").parent, none);
    d.expect_rebuilt();
}

} // namespace
} // namespace peyk::core
