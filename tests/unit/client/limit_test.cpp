// Rates as people write them.
#include <peyk/limit.hpp>

#include <gtest/gtest.h>

namespace peyk {
namespace {

using std::chrono::seconds;

TEST(Rate, IsReadAsPeopleWriteIt) {
    EXPECT_EQ(parse_rate("10/m"), (rate{10, seconds{60}}));
    EXPECT_EQ(parse_rate("5/s"), (rate{5, seconds{1}}));
    EXPECT_EQ(parse_rate("0.5/s"), (rate{0.5, seconds{1}}));
    EXPECT_EQ(parse_rate("100/h"), (rate{100, seconds{3'600}}));
    EXPECT_EQ(parse_rate("3/d"), (rate{3, seconds{86'400}}));
    EXPECT_EQ(parse_rate("7"), (rate{7, seconds{1}}));
}

TEST(Rate, NoneAndZeroAreNoLimit) {
    for (auto const* const text : {"none", "0", "0/m", "0.0/h"}) {
        auto const found = parse_rate(text);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(*found, rate{}) << text;
    }
}

TEST(Rate, WhatMeansNothingIsRefused) {
    for (auto const* const text : {"", "/", "/s", "10/", "10/w", "10/mm", "-1/s", "1e9/s", "nan",
                                   "inf/s", "1/s ", " 1/s", "0.0001/s", "4000001/s", "many"}) {
        EXPECT_FALSE(parse_rate(text)) << text;
    }
}

TEST(Rate, IsPrintedAsItIsRead) {
    for (auto const* const text : {"10/m", "5/s", "0.5/s", "0.001/d", "100.25/h", "none"})
        EXPECT_EQ(to_string(parse_rate(text).value()), text);
    EXPECT_EQ(to_string(rate{2, seconds{30}}), "2/30 s");
}

} // namespace
} // namespace peyk
