#include "broker/net/wire_convert.hpp"
#include "tests/unit/net/decode_fixture.hpp"
#include "tests/unit/net/server_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

namespace peyk::net {
namespace {

namespace pb = test::pb;
using test::session;

TEST(Encode, EveryFieldOfADelivery) {
    core::delivery d;
    d.consumer.value = 3;
    d.token = {core::broker_epoch{2}, 300};
    d.message.id = {5, 6};
    d.message.queue = "q";
    d.message.task = "t";
    d.message.priority = 200;
    d.message.eta = core::wall_time{core::duration{1'700'000'000'000}};
    d.message.expires = core::wall_time{core::duration{1'800'000'000'000}};
    d.message.retry.max_retries = 9;
    d.message.result.track_started = true;
    d.counters = {1, 2, 3};
    d.published = core::wall_time{core::duration{1'600'000'000'000}};
    d.message.root = {31, 32};
    d.message.parent = {33, 34};
    std::string const checkpoint(2000, 'p');
    d.checkpoint = checkpoint;
    std::string const content(1000, 'c');
    std::string batch;
    append_delivery(batch, d, content);
    append_delivery(batch, core::delivery{}, "");
    std::string out;
    append_deliver_frame(out, batch);
    auto const frame = test::parse_frame(out);
    ASSERT_EQ(frame.deliver().deliveries_size(), 2);
    auto const& got = frame.deliver().deliveries(0);
    EXPECT_EQ(got.epoch(), 2u);
    EXPECT_EQ(got.number(), 300u);
    EXPECT_EQ(got.consumer(), 3u);
    EXPECT_EQ(got.id_high(), 5u);
    EXPECT_EQ(got.id_low(), 6u);
    EXPECT_EQ(got.queue(), "q");
    EXPECT_EQ(got.task(), "t");
    EXPECT_EQ(got.priority(), 200u);
    EXPECT_EQ(got.eta_ms(), 1'700'000'000'000);
    EXPECT_EQ(got.expires_ms(), 1'800'000'000'000);
    EXPECT_EQ(got.attempt(), 2u);
    EXPECT_EQ(got.crashes(), 2u);
    EXPECT_EQ(got.deliveries(), 3u);
    EXPECT_EQ(got.max_retries(), 9u);
    EXPECT_TRUE(got.track_started());
    EXPECT_EQ(got.content(), content);
    EXPECT_EQ(got.published_ms(), 1'600'000'000'000);
    EXPECT_EQ(got.checkpoint(), checkpoint);
    EXPECT_EQ(got.root_high(), 31u);
    EXPECT_EQ(got.root_low(), 32u);
    EXPECT_EQ(got.parent_high(), 33u);
    EXPECT_EQ(got.parent_low(), 34u);
    EXPECT_TRUE(frame.deliver().deliveries(1).checkpoint().empty());
    EXPECT_TRUE(got.GetReflection()->GetUnknownFields(got).empty());
}

TEST(Encode, ConfirmsWithAndWithoutRefusals) {
    std::string out;
    append_effect(out, core::effect::published{session, core::request_id{300}, {}});
    append_effect(
        out,
        core::effect::settled{session, core::request_id{7}, {{2, core::errc::unknown_delivery}}});
    auto const frames = test::parse_frames(out);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].request(), 300u);
    EXPECT_TRUE(frames[0].has_published());
    ASSERT_EQ(frames[1].settled().refused_size(), 1);
    EXPECT_EQ(frames[1].settled().refused(0).index(), 2u);
    EXPECT_EQ(frames[1].settled().refused(0).code(), pb::UNKNOWN_DELIVERY);
}

TEST(Encode, ARequestThatWantsNoAnswerGetsNone) {
    std::string out;
    append_effect(out, core::effect::published{session, {}, {{0, core::errc::disk_full}}});
    append_effect(out, core::effect::refused{session, {}, core::errc::unknown_consumer});
    EXPECT_TRUE(out.empty());
}

TEST(Encode, AStatusCutInsideACharacterIsStillText) {
    core::status status;
    status.worker = "w\xe2\x82";
    status.error_text = "\xc3";
    status.state = core::visible_state::retry;
    std::string out;
    append_effect(out, core::effect::statuses{session, core::request_id{1}, {status}});
    auto const frame = test::parse_frame(out);
    EXPECT_EQ(frame.statuses().statuses(0).worker(), "w");
    EXPECT_EQ(frame.statuses().statuses(0).state(), pb::RETRY);
}

TEST(Encode, ResultsThatDoNotFitOneFrameAreRefused) {
    core::status status;
    status.result = core::content::make(std::string(6u << 20, 'r'));
    std::string out;
    append_effect(out,
                  core::effect::statuses{session, core::request_id{1}, {status, status, status}});
    auto const frame = test::parse_frame(out);
    EXPECT_EQ(frame.error().code(), pb::BATCH_TOO_LARGE);
    EXPECT_FALSE(frame.error().fatal());
}

TEST(Encode, EveryCodeHasAnExplanationAndAnEnumeratorOfItsOwn) {
    std::set<int> codes;
    for (int i = 1; i <= static_cast<int>(core::errc::checkpoint_too_large); ++i) {
        problem p;
        p.request = static_cast<core::errc>(i);
        std::string out;
        append_problem(out, core::request_id{1}, p);
        auto const error = test::parse_frame(out).error();
        EXPECT_NE(error.message(), "unknown error") << i;
        EXPECT_TRUE(codes.insert(error.code()).second) << i;
    }
    codes.clear();
    for (int i = 1; i < static_cast<int>(errc::session_refused); ++i) {
        problem p;
        p.session = static_cast<errc>(i);
        std::string out;
        append_problem(out, {}, p);
        auto const error = test::parse_frame(out).error();
        EXPECT_TRUE(error.fatal());
        EXPECT_LT(error.code(), pb::INVALID_ARGUMENT);
        EXPECT_TRUE(codes.insert(error.code()).second) << i;
    }
}

core::wall_time wall(std::int64_t at_ms) {
    return core::wall_time{core::duration{at_ms}};
}

TEST(Encode, RefusalsNameWhatStandsInTheWay) {
    core::effect::published e{session, core::request_id{1}, {}, {{3, {7, 8}}}};
    e.refused.push_back({0, core::errc::unique_conflict, {5, 6}});
    e.refused.push_back({1, core::errc::queue_full, {}, "max_length 10 of mail"});
    e.refused.push_back({2, core::errc::invalid_argument, {}, "cost: 1 to 1000000"});
    std::string out;
    append_effect(out, e);
    auto const got = test::parse_frame(out).published();
    ASSERT_EQ(got.refused_size(), 3);
    EXPECT_EQ(got.refused(0).code(), pb::UNIQUE_CONFLICT);
    EXPECT_EQ(got.refused(0).existing().high(), 5u);
    EXPECT_EQ(got.refused(0).existing().low(), 6u);
    EXPECT_FALSE(got.refused(1).has_existing());
    EXPECT_THAT(got.refused(1).message(), testing::EndsWith("(max_length 10 of mail)"));
    EXPECT_EQ(got.refused(1).limit(), "max_length 10 of mail");
    EXPECT_EQ(got.refused(2).message(),
              "a field has a value that means nothing (cost: 1 to 1000000)");
    EXPECT_EQ(got.refused(2).limit(), "cost"); // the field, for programs
    ASSERT_EQ(got.joined_size(), 1);
    EXPECT_EQ(got.joined(0).index(), 3u);
    EXPECT_EQ(got.joined(0).existing().low(), 8u);

    out.clear();
    append_effect(out,
                  core::effect::refused{
                      session, core::request_id{2}, core::errc::invalid_schedule, "minute 61"});
    auto const error = test::parse_frame(out).error();
    EXPECT_EQ(error.code(), pb::INVALID_SCHEDULE);
    EXPECT_THAT(error.message(), testing::EndsWith("(minute 61)"));
}

// A confirm for each, with and without a refusal, and none for a request that wanted none.
TEST(Encode, ConfirmsOfChangesToMessages) {
    auto const check = [](auto effect, auto body, auto refused_size) {
        std::string out;
        append_effect(out, effect);
        EXPECT_TRUE(out.empty());
        effect.request.value = 9;
        append_effect(out, effect);
        effect.refused.push_back({4, core::errc::not_dead});
        append_effect(out, effect);
        auto const frames = test::parse_frames(out);
        ASSERT_EQ(frames.size(), 2u);
        EXPECT_EQ(frames[0].request(), 9u);
        EXPECT_EQ(frames[0].body_case(), body);
        EXPECT_EQ(refused_size(frames[0]), 0);
        EXPECT_EQ(frames[1].body_case(), body);
        EXPECT_EQ(refused_size(frames[1]), 1);
    };
    check(core::effect::rescheduled{session, {}, {}},
          pb::ServerFrame::kRescheduled,
          [](auto const& f) { return f.rescheduled().refused_size(); });
    check(core::effect::acknowledged{session, {}, {}},
          pb::ServerFrame::kAcknowledged,
          [](auto const& f) { return f.acknowledged().refused_size(); });
    check(core::effect::forgotten{session, {}, {}}, pb::ServerFrame::kForgotten, [](auto const& f) {
        return f.forgotten().refused_size();
    });
    check(core::effect::redriven{session, {}, {}}, pb::ServerFrame::kRedriven, [](auto const& f) {
        return f.redriven().refused_size();
    });
}

TEST(Encode, DoneReportedAndRecalled) {
    std::string out;
    append_effect(out, core::effect::done{session, {}});
    append_effect(out, core::effect::reported{session, {}});
    EXPECT_TRUE(out.empty());
    append_effect(out, core::effect::done{session, core::request_id{1}});
    append_effect(out, core::effect::done{session, core::request_id{2}, {3, 4}});
    append_effect(out, core::effect::reported{session, core::request_id{300}});
    append_effect(out, core::effect::recalled{session, {{{1}, 2}}, "cancelled", true});
    auto const frames = test::parse_frames(out);
    ASSERT_EQ(frames.size(), 4u);
    EXPECT_EQ(frames[0].request(), 1u);
    EXPECT_TRUE(frames[0].control().has_done());
    EXPECT_FALSE(frames[0].control().done().has_message());
    EXPECT_EQ(frames[1].control().done().message().low(), 4u);
    EXPECT_EQ(frames[2].request(), 300u);
    EXPECT_TRUE(frames[2].has_reported());
    EXPECT_TRUE(frames[3].recall().terminate());
    EXPECT_EQ(frames[3].recall().reason(), "cancelled");
}

core::sweep_state full_sweep() {
    core::sweep_state sweep{.id = {7},
                            .spec = {},
                            .visited = 1,
                            .matched = 2,
                            .changed = 3,
                            .known = 4,
                            .done = true,
                            .stopped = true,
                            .unchanged = "full"};
    sweep.spec = {.action = core::sweep_action::redrive,
                  .which = {.queue = "q*",
                            .task = "t*",
                            .error = "*E",
                            .states = {core::message_state::blocked, core::message_state::dead},
                            .root = {1, 2},
                            .parent = {3, 4},
                            .published_after = wall(5),
                            .published_before = wall(6)},
                  .to = "to",
                  .due = wall(7),
                  .reason = "r",
                  .rate_per_s = 8,
                  .terminate = true,
                  .reset_counters = true,
                  .dry_run = true};
    return sweep;
}

TEST(Encode, EveryFieldOfASweep) {
    std::string out;
    append_effect(out, core::effect::swept{session, {}, full_sweep()});
    EXPECT_TRUE(out.empty());
    append_effect(out, core::effect::swept{session, core::request_id{5}, full_sweep()});
    auto const got = test::parse_frame(out).control().sweep();
    EXPECT_EQ(got.id(), 7u);
    EXPECT_EQ(got.visited(), 1u);
    EXPECT_EQ(got.matched(), 2u);
    EXPECT_EQ(got.changed(), 3u);
    EXPECT_EQ(got.known(), 4u);
    EXPECT_TRUE(got.done());
    EXPECT_TRUE(got.stopped());
    EXPECT_EQ(got.unchanged(), "full");
    auto const& spec = got.spec();
    EXPECT_EQ(spec.action(), pb::SWEEP_REDRIVE);
    EXPECT_EQ(spec.which().queue(), "q*");
    EXPECT_EQ(spec.which().task(), "t*");
    EXPECT_EQ(spec.which().error(), "*E");
    EXPECT_THAT(spec.which().states(), testing::ElementsAre(pb::STATE_BLOCKED, pb::STATE_DEAD));
    EXPECT_EQ(spec.which().root().low(), 2u);
    EXPECT_EQ(spec.which().parent().high(), 3u);
    EXPECT_EQ(spec.which().published_after_ms(), 5);
    EXPECT_EQ(spec.which().published_before_ms(), 6);
    EXPECT_EQ(spec.to(), "to");
    EXPECT_EQ(spec.due_ms(), 7);
    EXPECT_EQ(spec.reason(), "r");
    EXPECT_EQ(spec.rate_per_s(), 8u);
    EXPECT_TRUE(spec.terminate());
    EXPECT_TRUE(spec.reset_counters());
    EXPECT_TRUE(spec.dry_run());
}

core::status full_status() {
    core::status status;
    status.id = {1, 2};
    status.state = core::visible_state::failure;
    status.detail = core::visible_detail::dead;
    status.result = core::content::make("result");
    status.error_type = "T";
    status.error_text = std::string(5'000, 'e');
    status.error_trace = "trace";
    status.death = core::death::crash_limit;
    status.origin = "first";
    status.root = {3, 4};
    status.parent = {5, 6};
    status.done = 7;
    status.total = 8;
    status.progress_text = "most";
    status.checkpoint_bytes = 9;
    status.acknowledged = true;
    status.log_end = 10;
    status.log = "not \xff text";
    status.history = {{"w1", wall(1), wall(2), true, {"lost", "", ""}},
                      {"w2", core::unset, wall(4), false, {"T", "m", "t"}}};
    return status;
}

TEST(Encode, WhatAMessageLeftBehind) {
    std::string out;
    append_effect(out, core::effect::updated{session, core::request_id{1}, full_status(), true});
    auto const got = test::parse_frame(out).update().status();
    EXPECT_EQ(got.death(), pb::DEATH_CRASH_LIMIT);
    EXPECT_EQ(got.origin(), "first");
    EXPECT_EQ(got.root().low(), 4u);
    EXPECT_EQ(got.parent().low(), 6u);
    EXPECT_EQ(got.progress().done(), 7u);
    EXPECT_EQ(got.progress().total(), 8u);
    EXPECT_EQ(got.progress().text(), "most");
    EXPECT_EQ(got.checkpoint_bytes(), 9u);
    EXPECT_TRUE(got.acknowledged());
    EXPECT_EQ(got.log_end(), 10u);
    EXPECT_EQ(got.log(), "not \xff text");
    ASSERT_EQ(got.history_size(), 2);
    EXPECT_EQ(got.history(0).worker(), "w1");
    EXPECT_EQ(got.history(0).began_ms(), 1);
    EXPECT_EQ(got.history(0).ended_ms(), 2);
    EXPECT_TRUE(got.history(0).crash());
    EXPECT_EQ(got.history(0).error().type(), "lost");
    EXPECT_EQ(got.history(1).began_ms(), 0);
    EXPECT_EQ(got.history(1).error().trace(), "t");
}

// A page of a thousand messages must fit a frame, whatever they failed of.
TEST(Encode, AListIsAnOverview) {
    std::string out;
    append_answer(out, core::request_id{1}, core::message_page{{full_status()}, 55});
    auto const got = test::parse_frame(out).control().messages();
    EXPECT_EQ(got.next(), 55u);
    ASSERT_EQ(got.messages_size(), 1);
    auto const& message = got.messages(0);
    EXPECT_EQ(message.death(), pb::DEATH_CRASH_LIMIT);
    EXPECT_EQ(message.error().type(), "T");
    EXPECT_LT(message.error().message().size(), 1'000u);
    EXPECT_TRUE(message.error().trace().empty());
    EXPECT_TRUE(message.result().empty());
    EXPECT_TRUE(message.log().empty());
    EXPECT_EQ(message.history_size(), 0);
}

} // namespace
} // namespace peyk::net
