#include "broker/server/pressure.hpp"

#include <gtest/gtest.h>

namespace peyk::server {
namespace {

class PressureGauge : public testing::Test {
protected:
    pressure_gauge gauge{{80, 90}, 1'000};
};

TEST_F(PressureGauge, BelowTheMarksThereIsNone) {
    gauge.measure(799, 0.89, false);
    EXPECT_EQ(gauge.level(), net::pressure::none);
    EXPECT_EQ(gauge.delay(), core::duration{0});
}

TEST_F(PressureGauge, TheFullerTheSlower) {
    core::duration last{0};
    for (std::uint64_t used : {801u, 850u, 900u, 999u}) {
        gauge.measure(used, 0, false);
        EXPECT_EQ(gauge.level(), net::pressure::slowed);
        EXPECT_GT(gauge.delay(), last);
        EXPECT_LE(gauge.delay(), pressure_gauge::delay_max);
        last = gauge.delay();
    }
    gauge.measure(0, 0.95, false);
    EXPECT_EQ(gauge.level(), net::pressure::slowed);
    EXPECT_EQ(gauge.delay(), core::duration{50});
}

TEST_F(PressureGauge, AtTheLimitPublishesAreRefusedUntilItHeals) {
    gauge.measure(1'000, 0, false);
    EXPECT_EQ(gauge.level(), net::pressure::refused);
    gauge.measure(0, 0.5, true);
    EXPECT_EQ(gauge.level(), net::pressure::refused);
    EXPECT_EQ(gauge.delay(), pressure_gauge::delay_max);
    gauge.measure(0, 0.5, false);
    EXPECT_EQ(gauge.level(), net::pressure::none);
}

TEST_F(PressureGauge, AMarkOfAHundredNeverSlows) {
    pressure_gauge late{{100, 100}, 1'000};
    late.measure(999, 0.999, false);
    EXPECT_EQ(late.level(), net::pressure::none);
    late.measure(1'000, 0, false);
    EXPECT_EQ(late.level(), net::pressure::refused);
}

} // namespace
} // namespace peyk::server
