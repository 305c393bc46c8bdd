// Where messages stand by their keys, through the life they have in a broker.

#include "tests/unit/core/life_desk.hpp"
#include "tests/unit/core/queue_desk.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

namespace peyk::core {
namespace {

message ordered(std::string_view word, std::string_view key = "order 17") {
    message m = task_named(word);
    m.placement.ordering_key = key;
    m.retry.max_retries = 1;
    m.retry.spread = jitter::none;
    return m;
}

bool delivered(desk const& d, std::string_view word) {
    return d.said.deliveries.size() == 1 &&
           d.said.deliveries[0].message.id == id_of<message_id>(word);
}

errc publish_code(desk& d, message const& m) {
    d.publish_one(m);
    auto const& refused = d.effect<effect::published>().refused;
    return refused.empty() ? errc::ok : refused.at(0).code;
}

TEST(Placing, IsRemembered) {
    life_desk d;
    std::string_view const labels[] = {"region=eu", "gpu=a100", "gpu=a100"};
    message m = task_named("m", "unread");
    m.placement = {"order", "tenant", "account", 7, labels};
    d.publish_one(m);
    status const seen = d.whole("m");
    EXPECT_EQ(seen.ordering_key, "order");
    EXPECT_EQ(seen.fairness_key, "tenant");
    EXPECT_EQ(seen.limit_key, "account");
    EXPECT_EQ(seen.labels, (std::vector<std::string>{"gpu=a100", "region=eu"}));
    d.expect_rebuilt();
}

TEST(Placing, RefusesWhatIsOverItsLimits) {
    desk d;
    std::string const longest(d.bounds.key_bytes_max, 'x');
    std::string const longer = longest + 'x';
    std::vector<std::string_view> words(d.bounds.tags_max, "a=b");
    auto const code = [&d](placement const& given) {
        message m = message_named("m");
        m.placement = given;
        return publish_code(d, m);
    };
    EXPECT_EQ(code({.ordering_key = longer}), errc::invalid_argument);
    EXPECT_EQ(code({.fairness_key = longer}), errc::invalid_argument);
    EXPECT_EQ(code({.limit_key = longer}), errc::invalid_argument);
    EXPECT_EQ(code({.cost = 0}), errc::invalid_argument);
    EXPECT_EQ(code({.cost = d.bounds.cost_max + 1}), errc::invalid_argument);
    EXPECT_EQ(code({.labels = std::span{words}.first(d.bounds.labels_max + 1)}),
              errc::invalid_argument);
    words.push_back({});
    EXPECT_EQ(code({.labels = std::span{words}.last(1)}), errc::invalid_argument);
    message m = message_named("m");
    m.tags = words;
    EXPECT_EQ(publish_code(d, m), errc::invalid_argument);
    words.pop_back();
    m.tags = words;
    m.placement = {.ordering_key = longest,
                   .fairness_key = longest,
                   .limit_key = longest,
                   .cost = d.bounds.cost_max,
                   .labels = std::span{words}.first(d.bounds.labels_max)};
    EXPECT_EQ(publish_code(d, m), errc::ok);
}

TEST(Placing, NamesTheFieldItRefusesAndWhatIsAllowed) {
    desk d;
    std::string const longer(d.bounds.key_bytes_max + 1, 'k');
    std::vector<std::string_view> const words{longer};
    auto const field = [&d](placement const& given, std::span<std::string_view const> tags = {}) {
        message m = message_named("m");
        m.placement = given;
        m.tags = tags;
        d.publish_one(m);
        return d.effect<effect::published>().refused.at(0).detail;
    };
    EXPECT_EQ(field({.ordering_key = longer}), "ordering_key: at most 200 bytes by key_bytes_max");
    EXPECT_EQ(field({.fairness_key = longer}), "fairness_key: at most 200 bytes by key_bytes_max");
    EXPECT_EQ(field({.limit_key = longer}), "limit_key: at most 200 bytes by key_bytes_max");
    EXPECT_EQ(field({.cost = 0}), "cost: 1 to 1000000");
    EXPECT_EQ(field({.labels = words}),
              "labels: at most 8 by labels_max, each of 1 to 200 bytes by key_bytes_max");
    EXPECT_EQ(field({}, words),
              "tags: at most 16 by tags_max, each of 1 to 200 bytes by key_bytes_max");
}

TEST(Placing, RefusesOnePartTooMany) {
    limits bounds;
    bounds.lanes_max = 5;
    desk d{bounds};
    EXPECT_EQ(publish_code(d, message_named("plain")), errc::ok); // A section, a track, a lane.
    message m = message_named("a");
    m.placement.fairness_key = "a";
    EXPECT_EQ(publish_code(d, m), errc::ok);
    m = message_named("ordered");
    m.placement.ordering_key = "o";
    EXPECT_EQ(publish_code(d, m), errc::ok);
    m = message_named("b");
    m.placement.fairness_key = "b";
    EXPECT_EQ(publish_code(d, m), errc::too_many_lanes);
    EXPECT_EQ(publish_code(d, message_named("elsewhere", "r")), errc::too_many_lanes);
    m = message_named("a again");
    m.placement = {.ordering_key = "o", .fairness_key = "a"};
    EXPECT_EQ(publish_code(d, m), errc::ok);
}

TEST(Placing, MovesNothingIntoOnePartTooMany) {
    limits bounds;
    bounds.lanes_max = 8;
    desk d{bounds};
    message m = message_named("first"); // A section, a track, a lane and a turn.
    m.placement.ordering_key = "o";
    EXPECT_EQ(publish_code(d, m), errc::ok);
    EXPECT_EQ(publish_code(d, message_named("other", "r")), errc::ok); // Three.
    sweep_spec moving;
    moving.action = sweep_action::move;
    moving.which.queue = "q";
    moving.to = "s";
    d.apply(start_sweep{desk::publisher, {}, moving});
    d.advance(duration{0});
    EXPECT_EQ(d.broker.status(m.id).queue, "q");
    moving.to = "r"; // There only the turn is missing.
    d.apply(start_sweep{desk::publisher, {}, moving});
    d.advance(duration{0});
    EXPECT_EQ(d.broker.status(m.id).queue, "r");
}

TEST(Placing, KeepsNoKeysOfResults) {
    life_desk d;
    for (int i = 0; i < 200; ++i) {
        std::string const key = std::to_string(i);
        message m = task_named("m" + key);
        m.placement = {.ordering_key = key, .fairness_key = key, .limit_key = key};
        d.run(m);
        d.end_with(verdict::success{"r", "t"});
    }
    EXPECT_EQ(d.whole("m7").state, visible_state::success);
    EXPECT_LE(d.broker.queue("q")->lanes, 66u);
    d.expect_rebuilt();
}

// Records still speak of its keys.
TEST(Placing, OutlivesAMessageThatEndsAtOnce) {
    queue_desk d;
    for (int i = 0; i < 70; ++i) { // So many that an empty place is not kept.
        std::string const key = std::to_string(i);
        message m = message_named("other" + key);
        m.placement = {.ordering_key = key, .fairness_key = key, .limit_key = key};
        d.publish_one(m);
    }
    std::vector<message> both;
    std::string const keys[] = {"the first of two texts", "the second of two texts"};
    for (std::string const& key : keys) {
        message& m = both.emplace_back(message_named(key));
        m.placement = {.ordering_key = key, .fairness_key = key, .limit_key = key};
        m.unique = {"k", unique_until::finish, on_conflict::replace, 0};
    }
    d.apply(publish{desk::publisher, {1}, {d.sequence + 1}, {d.sequence + 1}, both});
    d.sequence += 2;
    EXPECT_EQ(d.state_of(keys[0]).state, visible_state::unknown);
    EXPECT_EQ(d.state_of(keys[1]).limit_key, keys[1]);
    d.expect_rebuilt();
}

TEST(Placing, CountsItsMemory) {
    desk d;
    d.publish_one(message_named("m"));
    std::uint64_t const before = d.broker.memory_bytes();
    for (int i = 0; i < 100; ++i) {
        std::string const key = std::to_string(i);
        message m = message_named("m" + key);
        m.placement.limit_key = key;
        d.publish_one(m);
    }
    EXPECT_GT(d.broker.memory_bytes(), before + 100 * 2 * 128);
}

TEST(OrderingKeys, HoldBackTheNextThroughARetry) {
    life_desk d;
    d.run(ordered("first"));
    d.publish_one(ordered("second"));
    EXPECT_TRUE(d.said.deliveries.empty());
    d.end_with(verdict::failure{some_error});
    EXPECT_TRUE(d.said.deliveries.empty());
    d.expect_rebuilt();
    d.run_again(duration{6'000});
    EXPECT_EQ(d.whole("first").state, visible_state::retry);
    d.end_with(verdict::success{});
    EXPECT_TRUE(delivered(d, "second"));
}

TEST(OrderingKeys, GoOnBehindADeadLetter) {
    life_desk d;
    d.run(ordered("first"));
    d.publish_one(ordered("second"));
    d.end_with(verdict::dead{some_error});
    EXPECT_TRUE(delivered(d, "second"));
}

TEST(OrderingKeys, GoOnBehindACancelledMessage) {
    life_desk d;
    d.run(ordered("first"));
    d.publish_one(ordered("second"));
    message_id const id = id_of<message_id>("first");
    d.apply(cancel{desk::publisher, {1}, {&id, 1}, "", false});
    EXPECT_TRUE(delivered(d, "second"));
}

TEST(OrderingKeys, GoOnBehindAMessageThatKeepsNothing) {
    life_desk d;
    message m = ordered("first");
    m.result.keep = false;
    d.run(m);
    d.publish_one(ordered("second"));
    d.end_with(verdict::success{});
    EXPECT_TRUE(delivered(d, "second"));
}

TEST(OrderingKeys, AreNotHeldUpByAnEta) {
    life_desk d;
    message m = ordered("later");
    m.eta = d.now.wall + duration{60'000};
    d.publish_one(m);
    d.publish_one(ordered("now"));
    EXPECT_TRUE(delivered(d, "now"));
}

// Whose delivery is known has the turn, also if an older one became ready meanwhile.
TEST(OrderingKeys, AreTheSameAfterARestart) {
    queue_desk d;
    message m = ordered("older");
    m.eta = d.now.wall + duration{1'000};
    d.publish_one(m);
    d.publish_one(ordered("running"));
    d.join(queue_desk::worker, 1, {"q"});
    ASSERT_TRUE(d.delivered("running"));
    d.settle_one(queue_desk::worker, d.said.deliveries[0].token, verdict::failure{some_error});
    d.advance(duration{2'000}); // The older one is ready, the other waits for its retry.
    EXPECT_TRUE(d.said.deliveries.empty());
    for (bool const cleaned : {false, true}) {
        if (cleaned) {
            d.relocate({d.end}, 1u << 20);
            d.trim();
        }
        auto const again = d.restarted();
        again->join(session_id{3, 1}, 1, {"q"});
        again->advance(duration{5'500}); // Nobody waits for the worker of before any more.
        EXPECT_TRUE(again->delivered("running")) << cleaned;
        delivery_token const token = again->said.deliveries.at(0).token;
        again->settle_one(session_id{3, 1}, token, verdict::success{});
        EXPECT_TRUE(again->delivered("older")) << cleaned;
    }
}

} // namespace
} // namespace peyk::core
