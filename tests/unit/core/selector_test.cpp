#include "broker/core/selector.hpp"

#include <gtest/gtest.h>

#include <string>

namespace peyk::core {
namespace {

TEST(Selector, MatchesPatterns) {
    struct sample {
        char const* pattern;
        char const* text;
        bool matches;
    };
    for (sample const& s : {sample{"", "mail", true},
                            {"mail", "mail", true},
                            {"mail", "mails", false},
                            {"mail", "mai", false},
                            {"*", "", true},
                            {"*", "mail", true},
                            {"mail.*", "mail.", true},
                            {"mail.*", "mail.de", true},
                            {"mail.*", "mail", false},
                            {"*.de", "mail.de", true},
                            {"*.de", "mail.de.at", false},
                            {"*a*b", "xaxbxab", true},
                            {"*a*b", "xaxbxa", false},
                            {"a**b", "ab", true},
                            {"a*b*c", "abbbcbc", true},
                            {"?ail", "mail", false},
                            {"m", "", false}}) {
        EXPECT_EQ(matches(s.pattern, s.text), s.matches) << s.pattern << " on " << s.text;
    }
}

// A recursive matcher would not come back from this one.
TEST(Selector, TakesItsTimeOnlyOnce) {
    std::string pattern;
    for (int i = 0; i < 60; ++i) {
        pattern += "a*";
    }
    std::string const text(200, 'a');
    EXPECT_FALSE(matches(pattern + "b", text));
    EXPECT_TRUE(matches(pattern, text));
}

TEST(Selector, KeepsSetsOfStates) {
    EXPECT_TRUE(waiting_states.contains(message_state::blocked));
    EXPECT_FALSE(waiting_states.contains(message_state::leased));
    EXPECT_TRUE(live_states.contains(message_state::leased));
    EXPECT_FALSE(live_states.contains(message_state::dead));
    EXPECT_EQ(state_set::of_bits(live_states.bits()), live_states);
    EXPECT_TRUE(state_set{}.empty());
}

} // namespace
} // namespace peyk::core
