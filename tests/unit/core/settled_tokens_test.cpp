#include "broker/core/settled_tokens.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

delivery_token token(std::uint64_t number) {
    return {{1}, number};
}

TEST(SettledTokens, KnowWhatWasSettled) {
    settled_tokens settled;
    settled.add(token(1));
    settled.add(token(1));
    EXPECT_TRUE(settled.contains(token(1)));
    EXPECT_FALSE(settled.contains(token(2)));
}

TEST(SettledTokens, ForgetTheOldest) {
    settled_tokens settled;
    for (std::uint64_t i = 1; i <= settled_tokens::tokens_max + 10; ++i) {
        settled.add(token(i));
    }
    EXPECT_FALSE(settled.contains(token(10)));
    EXPECT_TRUE(settled.contains(token(11)));
    EXPECT_TRUE(settled.contains(token(settled_tokens::tokens_max + 10)));
}

} // namespace
} // namespace peyk::core
