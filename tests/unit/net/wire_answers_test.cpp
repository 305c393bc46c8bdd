// Answers to questions: every field.

#include "broker/net/wire_convert.hpp"
#include "tests/unit/net/server_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace peyk::net {
namespace {

namespace pb = test::pb;

core::wall_time wall(std::int64_t at_ms) {
    return core::wall_time{core::duration{at_ms}};
}

template <class... What>
pb::ControlReply answer(What const&... what) {
    std::string out;
    append_answer(out, core::request_id{5}, what...);
    auto const frame = test::parse_frame(out);
    EXPECT_EQ(frame.request(), 5u);
    return frame.control();
}

TEST(Answer, Queues) {
    core::queue_stats held;
    held.name = "a";
    held.blocked = 1;
    held.bytes = 2;
    held.created = true;
    held.held_until = wall(3);
    held.held_reason = "rest";
    held.draining = true;
    held.policy = "a*";
    core::queue_stats stopped;
    stopped.held_until = core::never;
    std::array const queues{held, stopped, core::queue_stats{}};
    auto const got = answer(std::span<core::queue_stats const>{queues}, true).queues();
    ASSERT_EQ(got.queues_size(), 3);
    EXPECT_TRUE(got.more());
    EXPECT_EQ(got.queues(0).name(), "a");
    EXPECT_EQ(got.queues(0).blocked(), 1u);
    EXPECT_EQ(got.queues(0).bytes(), 2u);
    EXPECT_TRUE(got.queues(0).created());
    EXPECT_TRUE(got.queues(0).held());
    EXPECT_EQ(got.queues(0).held_until_ms(), 3);
    EXPECT_EQ(got.queues(0).held_reason(), "rest");
    EXPECT_TRUE(got.queues(0).draining());
    EXPECT_EQ(got.queues(0).policy(), "a*");
    EXPECT_TRUE(got.queues(1).held());
    EXPECT_EQ(got.queues(1).held_until_ms(), 0);
    EXPECT_FALSE(got.queues(2).held());
}

TEST(Answer, Broker) {
    core::broker_stats stats;
    stats.memory_bytes = 7;
    broker_facts facts;
    facts.memory_bytes_max = 8;
    facts.publishing = pressure::refused;
    auto const got = answer(stats, facts).broker();
    EXPECT_EQ(got.memory_bytes(), 7u);
    EXPECT_EQ(got.memory_bytes_max(), 8u);
    EXPECT_EQ(got.pressure(), pb::PRESSURE_REFUSED);
}

TEST(Answer, Policies) {
    core::policy_stats full;
    full.pattern = "mail.*";
    full.priority = -1;
    full.configured = true;
    full.queues = 3;
    full.settings = {0, 2, core::overflow::drop_oldest, 3, 4, 5, 0, "", 6, 7};
    std::array const policies{full, core::policy_stats{}};
    auto const got = answer(std::span<core::policy_stats const>{policies}).policies();
    ASSERT_EQ(got.policies_size(), 2);
    auto const& first = got.policies(0);
    EXPECT_EQ(first.pattern(), "mail.*");
    EXPECT_EQ(first.priority(), -1);
    EXPECT_TRUE(first.configured());
    EXPECT_EQ(first.queues(), 3u);
    EXPECT_TRUE(first.settings().has_max_length());
    EXPECT_EQ(first.settings().max_bytes(), 2u);
    EXPECT_EQ(first.settings().overflow(), pb::OVERFLOW_DROP_OLDEST);
    EXPECT_EQ(first.settings().default_ttl_s(), 3u);
    EXPECT_EQ(first.settings().lease_ms(), 4u);
    EXPECT_EQ(first.settings().max_crashes(), 5u);
    EXPECT_TRUE(first.settings().has_aging_s());
    EXPECT_TRUE(first.settings().has_dead_letter());
    EXPECT_EQ(first.settings().dead_ttl_s(), 6u);
    EXPECT_EQ(first.settings().dead_max(), 7u);
    EXPECT_EQ(got.policies(1).settings().ByteSizeLong(), 0u);
}

TEST(Answer, Holds) {
    std::array const holds{
        core::hold_stats{core::hold_scope::task, "t", wall(4), "rest"},
        core::hold_stats{core::hold_scope::publishing, "q", core::never, {}},
    };
    auto const got = answer(std::span<core::hold_stats const>{holds}).holds();
    ASSERT_EQ(got.holds_size(), 2);
    EXPECT_EQ(got.holds(0).scope(), pb::HOLD_TASK);
    EXPECT_EQ(got.holds(0).name(), "t");
    EXPECT_EQ(got.holds(0).until_ms(), 4);
    EXPECT_EQ(got.holds(0).reason(), "rest");
    EXPECT_EQ(got.holds(1).until_ms(), 0);
}

core::schedule_state schedule(std::string_view content) {
    static constexpr std::array<std::uint32_t, 2> delays{1, 2};
    core::schedule_state state;
    state.spec = {.name = "nightly",
                  .cron = "@daily",
                  .zone = "UTC",
                  .every = core::duration{1},
                  .start = wall(2),
                  .end = wall(3),
                  .jitter = core::duration{4},
                  .misfire = core::misfire::skip,
                  .overlap = core::overlap::queue,
                  .paused = true,
                  .configured = true,
                  .expires_after = core::duration{5}};
    state.spec.message.queue = "q";
    state.spec.message.task = "t";
    state.spec.message.retry.curve = core::backoff::list;
    state.spec.message.retry_delays_ms = delays;
    state.spec.message.max_age_s = 6;
    state.spec.message.max_crashes = 7;
    state.spec.message.content = content;
    state.last_slot = wall(8);
    state.last_message = {9, 10};
    state.fired = 11;
    state.skipped = 12;
    state.next = {wall(13), wall(14)};
    return state;
}

TEST(Answer, Schedules) {
    std::array const schedules{schedule("args")};
    auto const list = answer(std::span<core::schedule_state const>{schedules}, false).schedules();
    ASSERT_EQ(list.schedules_size(), 1);
    EXPECT_FALSE(list.more());
    auto const& got = list.schedules(0);
    EXPECT_TRUE(got.configured());
    EXPECT_EQ(got.last_slot_ms(), 8);
    EXPECT_EQ(got.last_message().low(), 10u);
    EXPECT_EQ(got.fired(), 11u);
    EXPECT_EQ(got.skipped(), 12u);
    EXPECT_THAT(got.next_ms(), testing::ElementsAre(13, 14));
    auto const& spec = got.schedule();
    EXPECT_EQ(spec.name(), "nightly");
    EXPECT_EQ(spec.cron(), "@daily");
    EXPECT_EQ(spec.zone(), "UTC");
    EXPECT_EQ(spec.every_ms(), 1u);
    EXPECT_EQ(spec.start_ms(), 2);
    EXPECT_EQ(spec.end_ms(), 3);
    EXPECT_EQ(spec.jitter_ms(), 4u);
    EXPECT_EQ(spec.misfire(), pb::MISFIRE_SKIP);
    EXPECT_EQ(spec.overlap(), pb::OVERLAP_QUEUE);
    EXPECT_TRUE(spec.paused());
    EXPECT_EQ(spec.expires_after_ms(), 5u);
    EXPECT_EQ(spec.message().queue(), "q");
    EXPECT_EQ(spec.message().task(), "t");
    EXPECT_EQ(spec.message().retry().backoff(), pb::BACKOFF_LIST);
    EXPECT_THAT(spec.message().retry().delays_ms(), testing::ElementsAre(1, 2));
    EXPECT_EQ(spec.message().retry().max_age_s(), 6u);
    EXPECT_EQ(spec.message().max_crashes(), 7u);
    EXPECT_EQ(spec.message().content(), "args");
}

TEST(Answer, SchedulesWhoseContentsDoNotFitComeInPages) {
    std::string const content(4u << 20, 'c');
    std::array const schedules{
        schedule(content), schedule(content), schedule(content), schedule(content), schedule("")};
    auto const list = answer(std::span<core::schedule_state const>{schedules}, false).schedules();
    EXPECT_EQ(list.schedules_size(), 2);
    EXPECT_TRUE(list.more());
}

TEST(Answer, Sweeps) {
    core::sweep_state sweep;
    sweep.id.value = 3;
    std::array const sweeps{sweep};
    auto const got = answer(std::span<core::sweep_state const>{sweeps}).sweeps();
    ASSERT_EQ(got.sweeps_size(), 1);
    EXPECT_EQ(got.sweeps(0).id(), 3u);
    EXPECT_EQ(got.sweeps(0).spec().which().states_size(), 0);
}

TEST(Answer, WholeMessages) {
    told_message kept;
    kept.message.id = {1, 2};
    kept.message.queue = "q";
    kept.message.task = "t";
    kept.message.priority = 9;
    kept.message.eta = wall(3);
    kept.message.expires = wall(4);
    kept.message.retry.max_retries = 5;
    kept.message.unique = {"key", core::unique_until::ttl, core::on_conflict::replace, 6};
    kept.message.root = {7, 8};
    kept.message.parent = {9, 10};
    kept.message.content = "args";
    told_message unknown;
    unknown.message.id = {11, 12};
    unknown.content = content_state::unknown;
    std::array const told{kept, unknown};
    auto const list = answer(std::span<told_message const>{told}).whole_messages();
    ASSERT_EQ(list.messages_size(), 2);
    EXPECT_EQ(list.messages(0).content(), pb::CONTENT_WHOLE);
    auto const& got = list.messages(0).message();
    EXPECT_EQ(got.id_high(), 1u);
    EXPECT_EQ(got.id_low(), 2u);
    EXPECT_EQ(got.queue(), "q");
    EXPECT_EQ(got.task(), "t");
    EXPECT_EQ(got.priority(), 9u);
    EXPECT_EQ(got.eta_ms(), 3);
    EXPECT_EQ(got.expires_ms(), 4);
    EXPECT_EQ(got.retry().max_retries(), 5u);
    EXPECT_EQ(got.unique().key(), "key");
    EXPECT_EQ(got.unique().until(), pb::UNTIL_TTL);
    EXPECT_EQ(got.unique().on_conflict(), pb::CONFLICT_REPLACE);
    EXPECT_EQ(got.unique().ttl_s(), 6u);
    EXPECT_EQ(got.root_high(), 7u);
    EXPECT_EQ(got.root_low(), 8u);
    EXPECT_EQ(got.parent_high(), 9u);
    EXPECT_EQ(got.parent_low(), 10u);
    EXPECT_EQ(got.content(), "args");
    EXPECT_EQ(list.messages(1).content(), pb::CONTENT_UNKNOWN);
    EXPECT_EQ(list.messages(1).message().id_low(), 12u);
    EXPECT_FALSE(list.messages(1).message().has_retry());
}

} // namespace
} // namespace peyk::net
