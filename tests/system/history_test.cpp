// The checker itself: histories that may have happened, and histories that may not.

#include "tests/system/history.hpp"

#include <gtest/gtest.h>

namespace peyk::test {
namespace {

constexpr history_id message{1, 1};
constexpr history_token first{1, 1};
constexpr history_token second{2, 1};

void publish(history& h, answer what = answer::ok) {
    h.publishing(message, "body", {.expects_result = true});
    h.published(message, what);
}

void settle(history& h, history_token token, answer what, std::string_view result = "42") {
    h.settling(message, token, settle_kind::success, result);
    h.settled(token, what);
}

TEST(History, AcceptsAWholeLife) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    settle(h, first, answer::ok);
    h.found(message, end_state::success, "42");
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
    EXPECT_EQ(v.published, 1u);
    EXPECT_EQ(v.settles, 1u);
    EXPECT_EQ(v.results, 1u);
}

TEST(History, AcceptsASecondDeliveryBeforeTheSettleIsConfirmed) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.delivered(message, second, "body");
    settle(h, first, answer::refused);
    settle(h, second, answer::ok);
    h.found(message, end_state::success, "42");
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
    EXPECT_EQ(v.repeated, 1u);
}

TEST(History, AcceptsAnUnansweredPublishThatIsGone) {
    history h;
    publish(h, answer::unknown);
    EXPECT_TRUE(h.check().good());
}

TEST(History, AcceptsAnUnansweredSettleThatWasStored) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    settle(h, first, answer::unknown);
    h.found(message, end_state::success, "42");
    EXPECT_TRUE(h.check().good());
}

TEST(History, RejectsALostMessage) {
    history h;
    publish(h);
    EXPECT_EQ(h.check().lost, 1u);
}

TEST(History, RejectsAMessageThatWasOnlyPutBack) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.settling(message, first, settle_kind::again, "");
    h.settled(first, answer::ok);
    EXPECT_EQ(h.check().lost, 1u);
}

TEST(History, RejectsALostResult) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    settle(h, first, answer::ok);
    h.found(message, end_state::unknown);
    EXPECT_EQ(h.check().results_lost, 1u);
}

TEST(History, RejectsADeliveryAfterAConfirmedSettle) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    settle(h, first, answer::ok);
    h.delivered(message, second, "body");
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().resurrected, 1u);
}

TEST(History, RejectsAPhantom) {
    history h;
    h.delivered(message, first, "body");
    EXPECT_EQ(h.check().phantoms, 1u);
}

TEST(History, RejectsADeliveryOfARefusedPublish) {
    history h;
    publish(h, answer::refused);
    h.delivered(message, first, "body");
    EXPECT_EQ(h.check().phantoms, 1u);
}

// Sent again to a broker that does not know it any more.
TEST(History, AcceptsADeliveryThatWasLostWithItsBrokerAndThenRefused) {
    history h;
    h.publishing(message, "body", {.expects_result = true});
    h.delivered(message, first, "body");
    h.killed();
    h.published(message, answer::refused);
    auto const v = h.check();
    EXPECT_TRUE(v.good()) << v.text();
    EXPECT_EQ(v.taken_back, 1u);
}

TEST(History, RejectsADeliveryByTheBrokerThatRefused) {
    history h;
    h.publishing(message, "body", {.expects_result = true});
    h.killed();
    h.delivered(message, second, "body");
    h.published(message, answer::refused);
    EXPECT_EQ(h.check().phantoms, 1u);
}

TEST(History, RejectsAConfirmedEndOfARefusedPublish) {
    history h;
    h.publishing(message, "body", {.expects_result = true});
    h.delivered(message, first, "body");
    settle(h, first, answer::ok);
    h.killed();
    h.published(message, answer::refused);
    EXPECT_EQ(h.check().phantoms, 1u);
}

TEST(History, RejectsADamagedBody) {
    history h;
    publish(h);
    h.delivered(message, first, "bodY");
    settle(h, first, answer::ok);
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().damaged, 1u);
}

TEST(History, RejectsTwoConfirmedResults) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.delivered(message, second, "body");
    settle(h, first, answer::ok, "42");
    settle(h, second, answer::ok, "43");
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().wrong_results, 1u);
}

TEST(History, RejectsAResultNobodySettled) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    settle(h, first, answer::unknown, "42");
    h.found(message, end_state::success, "44");
    EXPECT_EQ(h.check().wrong_results, 1u);
}

TEST(History, RejectsATokenThatIsUsedTwice) {
    history h;
    publish(h);
    h.delivered(message, first, "body");
    h.delivered(message, first, "body");
    settle(h, first, answer::ok);
    h.found(message, end_state::success, "42");
    EXPECT_EQ(h.check().tokens_reused, 1u);
}

} // namespace
} // namespace peyk::test
