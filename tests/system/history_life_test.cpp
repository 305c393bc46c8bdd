// The checker itself: times, changes from outside, dead letters, checkpoints and unique keys.

#include "tests/system/history.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace peyk::test {
namespace {

constexpr history_id message{1, 1};
constexpr history_token first{1, 1};
constexpr history_token second{2, 1};

void publish(history& h) {
    h.publishing(message, "body", {.expects_result = true});
    h.published(message, answer::ok);
}

void settle(history& h, history_token token, answer what) {
    h.settling(message, token, settle_kind::success, "42");
    h.settled(token, what);
}

TEST(HistoryOfALife, RejectsADeliveryBeforeItsEta) {
    history h;
    h.publishing(message, "body", {.expects_result = true, .eta_ms = 1'000});
    h.published(message, answer::ok);
    h.delivered(message, first, "body", {999});
    settle(h, first, answer::ok);
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().early, 1u);
}

TEST(HistoryOfALife, AcceptsAnEarlierDeliveryAfterAnUnansweredReschedule) {
    history h;
    h.publishing(message, "body", {.expects_result = true, .eta_ms = 1'000});
    h.published(message, answer::ok);
    h.changed(h.changing(change_kind::reschedule, message, 500), answer::unknown);
    h.delivered(message, first, "body", {999});
    settle(h, first, answer::ok);
    h.found(message, end_state::success, "42");
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
}

TEST(HistoryOfALife, RejectsADeliveryBeforeTheTimeItsWorkerGave) {
    history h;
    publish(h);
    h.delivered(message, first, "body", {1'000});
    h.settling(message, first, settle_kind::again, "", 2'000);
    h.settled(first, answer::ok);
    h.delivered(message, second, "body", {1'999});
    settle(h, second, answer::ok);
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().early, 1u);
}

// Another message, published now: its token tells that later ones were granted after this moment.
void pass_by(history& h, history_id id, history_token token) {
    h.publishing(id, "", {});
    h.published(id, answer::ok);
    h.delivered(id, token, "");
    h.settling(id, token, settle_kind::success);
    h.settled(token, answer::ok);
}

TEST(HistoryOfALife, RejectsADeliveryAfterAConfirmedCancel) {
    history h;
    publish(h);
    h.changed(h.changing(change_kind::cancel, message), answer::ok);
    pass_by(h, {1, 2}, {1, 7});
    h.delivered(message, {1, 8}, "body");
    h.found(message, end_state::revoked);
    EXPECT_EQ(h.check().after_cancel, 1u);
}

TEST(HistoryOfALife, AcceptsADeliveryThatWasOnItsWayWhenCancelled) {
    history h;
    publish(h);
    h.changed(h.changing(change_kind::cancel, message), answer::ok);
    pass_by(h, {1, 2}, {1, 7});
    h.delivered(message, {1, 6}, "body");
    h.found(message, end_state::revoked);
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
}

TEST(HistoryOfALife, RejectsACancelledMessageThatSucceeded) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.changed(h.changing(change_kind::cancel, message), answer::ok);
    settle(h, first, answer::ok);
    h.found(message, end_state::success, "42");
    auto const v = h.check();
    EXPECT_EQ(v.ended_twice, 1u);
    EXPECT_EQ(v.wrong_states, 1u);
}

TEST(HistoryOfALife, RejectsARevocationNobodyAskedFor) {
    history h;
    publish(h);
    h.found(message, end_state::revoked);
    EXPECT_EQ(h.check().wrong_states, 1u);
}

TEST(HistoryOfALife, RejectsAMessageThatIsNeverFinal) {
    history h;
    publish(h);
    h.found(message, end_state::live);
    EXPECT_EQ(h.check().stuck, 1u);
}

void kill_it(history& h, history_token token) {
    h.delivered(message, token, "body");
    h.settling(message, token, settle_kind::dead);
    h.settled(token, answer::ok);
}

TEST(HistoryOfALife, RejectsALostDeadLetter) {
    history h;
    publish(h);
    kill_it(h, first);
    EXPECT_EQ(h.check().dead_lost, 1u);
}

TEST(HistoryOfALife, RejectsADeadLetterThatComesAgainByItself) {
    history h;
    publish(h);
    kill_it(h, first);
    h.delivered(message, second, "body");
    h.found(message, end_state::dead);
    EXPECT_EQ(h.check().resurrected, 1u);
}

TEST(HistoryOfALife, AcceptsADeadLetterThatMayHaveBeenRedriven) {
    history h;
    publish(h);
    kill_it(h, first);
    h.changed(h.changing(change_kind::redrive, std::nullopt), answer::unknown);
    h.delivered(message, second, "body");
    settle(h, second, answer::ok);
    h.found(message, end_state::success, "42");
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
}

TEST(HistoryOfALife, RejectsADeadLetterThatWasForgottenAndIsFound) {
    history h;
    publish(h);
    kill_it(h, first);
    h.changed(h.changing(change_kind::forget, message), answer::ok);
    h.found(message, end_state::dead);
    EXPECT_EQ(h.check().wrong_states, 1u);
}

TEST(HistoryOfALife, RejectsADeadLetterOfAMessageThatCannotDie) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.settling(message, first, settle_kind::failure);
    h.settled(first, answer::ok);
    h.found(message, end_state::dead);
    EXPECT_EQ(h.check().wrong_states, 1u);
}

TEST(HistoryOfALife, RejectsALostCheckpoint) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.reported(message, h.reporting(message, first), answer::ok);
    h.delivered(message, second, "body");
    settle(h, second, answer::ok);
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().checkpoints_lost, 1u);
}

TEST(HistoryOfALife, AcceptsANewerCheckpointThatWasNotConfirmed) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.reported(message, h.reporting(message, first), answer::ok);
    auto const newer = h.reporting(message, first);
    h.delivered(message, second, "body", {wall_ms(), newer});
    settle(h, second, answer::ok);
    h.found(message, end_state::success, "42");
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
}

constexpr history_id rival{1, 9};

void publish_with_key(history& h, history_id id, key_conflict conflict) {
    h.publishing(id, "body", {.expects_result = true, .key = "key", .conflict = conflict});
    h.published(id, answer::ok);
    h.found(id, end_state::success, "42");
}

TEST(HistoryOfALife, RejectsAMessageThatGotAKeyAnotherHad) {
    history h;
    publish_with_key(h, message, key_conflict::reject);
    publish_with_key(h, rival, key_conflict::reject);
    for (auto const& [id, token] : {std::pair{message, first}, std::pair{rival, second}}) {
        h.delivered(id, token, "body");
        h.settling(id, token, settle_kind::success, "42");
        h.settled(token, answer::ok);
    }
    auto const v = h.check();
    EXPECT_GE(v.keys_shared, 1u);
    EXPECT_EQ(v.violations(), v.keys_shared) << v.text();
}

TEST(HistoryOfALife, RejectsAWaitingMessageThatIsDeliveredWhileAnotherHasTheKey) {
    history h;
    publish_with_key(h, rival, key_conflict::reject);
    publish_with_key(h, message, key_conflict::reject);
    pass_by(h, {1, 2}, {1, 7});
    h.delivered(rival, {1, 8}, "body");
    h.settling(rival, {1, 8}, settle_kind::success, "42");
    h.settled({1, 8}, answer::ok);
    EXPECT_GE(h.check().keys_shared, 1u);
}

TEST(HistoryOfALife, AcceptsAMessageThatReplacesAnother) {
    history h;
    publish_with_key(h, message, key_conflict::reject);
    h.delivered(message, first, "body");
    publish_with_key(h, rival, key_conflict::replace);
    h.found(message, end_state::revoked);
    h.delivered(rival, second, "body");
    h.settling(rival, second, settle_kind::success, "42");
    h.settled(second, answer::ok);
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
}

} // namespace
} // namespace peyk::test
