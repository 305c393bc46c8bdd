// What is changed of a message that is not final.

#include "tests/unit/core/control_desk.hpp"

namespace peyk::core {
namespace {

struct edit_desk : control_desk {
    using control_desk::control_desk;

    errc change(std::string_view word, message_edit const& how) {
        message_id const id = id_of<message_id>(word);
        apply(edit{publisher, {1}, {&id, 1}, how});
        auto const& refused = effect<effect::edited>().refused;
        return refused.empty() ? errc::ok : refused.at(0).code;
    }
    // The task messages that come, one by one, to a worker with room for one.
    std::string order() {
        std::string came;
        join_for("t", 1);
        while (!said.deliveries.empty()) {
            delivery const last = said.deliveries.back();
            came += static_cast<char>(last.message.id.low);
            settle(last.token, verdict::success{});
        }
        return came;
    }
};

TEST(Editing, MovesAMessageInItsLane) {
    edit_desk d;
    for (auto const* const word : {"a", "b", "c"}) {
        d.publish_task(word);
    }
    EXPECT_EQ(d.change("c", {.priority = 9}), errc::ok);
    EXPECT_EQ(d.change("a", {.priority = 1}), errc::ok);
    EXPECT_EQ(d.state_of("c").priority, 9);
    d.expect_rebuilt();
    EXPECT_EQ(d.order(), "cba");
    d.expect_rebuilt();
}

TEST(Editing, KeepsTheOrderOfAKey) {
    edit_desk d;
    message m = message_named("a");
    m.task = "t";
    m.placement.ordering_key = "key";
    for (auto const* const word : {"a", "b", "c"}) {
        m.id = id_of<message_id>(word);
        d.publish_one(m);
    }
    EXPECT_EQ(d.change("c", {.priority = 9}), errc::ok);
    EXPECT_EQ(d.change("a", {.priority = 1}), errc::ok);
    d.publish_task("d");
    EXPECT_EQ(d.kind("c"), obstacle_kind::ordering_key);
    d.expect_rebuilt();
    EXPECT_EQ(d.order(), "dabc") << "each in its turn, the first one less urgent than the others";
}

TEST(Editing, ChangesThoseThatWaitForTheirTime) {
    edit_desk d;
    message m = message_named("m");
    m.task = "t";
    m.eta = d.now.wall + duration{1'000};
    d.publish_one(m);
    wall_time const end = d.now.wall + duration{500};
    EXPECT_EQ(d.change("m", {.priority = 7, .expires = end}), errc::ok);
    EXPECT_EQ(d.state_of("m").expires, end);
    d.expect_rebuilt();
    d.advance(duration{500});
    EXPECT_EQ(d.state_of("m").detail, visible_detail::expired);
}

TEST(Editing, MovesTheEnd) {
    edit_desk d;
    message m = message_named("m");
    m.task = "t";
    m.expires = d.now.wall + duration{1'000};
    d.publish_one(m);
    EXPECT_EQ(d.change("m", {.expires = unset}), errc::ok);
    d.advance(duration{1'000});
    EXPECT_EQ(d.state_of("m").detail, visible_detail::ready);
    EXPECT_EQ(d.change("m", {.expires = d.now.wall + duration{10}}), errc::ok);
    EXPECT_EQ(d.broker.next_deadline().wall, d.now.wall + duration{10});
    d.advance(duration{10});
    EXPECT_EQ(d.state_of("m").detail, visible_detail::expired);
    d.expect_rebuilt();
}

TEST(Editing, GivesWhatRunsMoreTries) {
    edit_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    delivery_token const token = d.last_delivery();
    d.begin(token);
    EXPECT_EQ(d.change("m", {.max_retries = 1}), errc::ok);
    d.expect_rebuilt();
    d.settle(token, verdict::failure{{"type", "text", {}}});
    EXPECT_EQ(d.state_of("m").state, visible_state::retry);
}

TEST(Editing, EndsNothingThatRuns) {
    edit_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    delivery_token const token = d.last_delivery();
    EXPECT_EQ(d.change("m", {.expires = d.now.wall + duration{10}}), errc::ok);
    d.advance(duration{10});
    EXPECT_EQ(d.state_of("m").detail, visible_detail::leased);
    d.settle(token, verdict::release{});
    EXPECT_EQ(d.state_of("m").detail, visible_detail::expired);
    d.expect_rebuilt();
}

TEST(Editing, IsRefusedWhereItMeansNothing) {
    edit_desk d;
    d.publish_task("m");
    EXPECT_EQ(d.change("m", {}), errc::invalid_argument);
    EXPECT_EQ(d.change("m", {.expires = d.now.wall}), errc::expired);
    EXPECT_EQ(d.change("nobody", {.priority = 1}), errc::unknown_message);
    d.join_for("t", 1);
    d.settle({{1}, 1}, verdict::success{});
    EXPECT_EQ(d.change("m", {.priority = 1}), errc::already_final);
    d.expect_rebuilt();
}

TEST(Editing, RecordsOnlyWhatChanges) {
    edit_desk d;
    d.publish_task("m");
    EXPECT_EQ(d.change("m", {.priority = 4}), errc::ok);
    EXPECT_TRUE(d.said.records.empty());
    EXPECT_EQ(d.change("m", {.priority = 5}), errc::ok);
    EXPECT_EQ(d.said.records.size(), 1u);
}

TEST(Editing, ManyAtOnce) {
    edit_desk d;
    for (auto const* const word : {"a", "b", "c"}) {
        d.publish_task(word);
    }
    d.change("b", {.priority = 9});
    sweep_spec spec;
    spec.action = sweep_action::edit;
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {7}, spec}), errc::invalid_argument);
    spec.edits.expires = d.now.wall;
    EXPECT_EQ(d.ask(start_sweep{desk::publisher, {7}, spec}), errc::expired);
    spec.edits = {.priority = 9};
    d.apply(start_sweep{desk::publisher, {7}, spec});
    d.expect_rebuilt();
    d.advance(duration{0});
    sweep_state const& over = d.effect<effect::swept>().sweep;
    EXPECT_TRUE(over.done);
    EXPECT_EQ(over.matched, 2u) << "one was that way already";
    EXPECT_EQ(over.changed, 2u);
    EXPECT_EQ(d.state_of("a").priority, 9);
    d.expect_rebuilt();
}

} // namespace
} // namespace peyk::core
