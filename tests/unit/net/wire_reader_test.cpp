#include "broker/net/wire_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace peyk::net {
namespace {

using namespace std::string_literals;

// Whether the fields can be read to the end.
bool well_formed(std::string const& bytes) {
    wire_reader in{bytes};
    while (in.next()) {
    }
    return in.ok();
}

TEST(WireReader, ReadsEveryType) {
    auto const bytes = "\x08\x96\x01"                         // 1: varint 150
                       "\x11\x01\x00\x00\x00\x00\x00\x00\x80" // 2: fixed64
                       "\x1a\x03"
                       "abc"                    // 3: bytes
                       "\x25\x02\x00\x00\x00"s; // 4: fixed32
    wire_reader in{bytes};
    ASSERT_TRUE(in.next());
    EXPECT_EQ(in.tag(), tag_of(1, wire_type::varint));
    EXPECT_EQ(in.number(), 150u);
    ASSERT_TRUE(in.next());
    EXPECT_EQ(in.tag(), tag_of(2, wire_type::fixed64));
    EXPECT_EQ(in.number(), 0x8000'0000'0000'0001u);
    ASSERT_TRUE(in.next());
    EXPECT_EQ(in.tag(), tag_of(3, wire_type::bytes));
    EXPECT_EQ(in.bytes(), "abc");
    ASSERT_TRUE(in.next());
    EXPECT_EQ(in.tag(), tag_of(4, wire_type::fixed32));
    EXPECT_EQ(in.number(), 2u);
    EXPECT_FALSE(in.next());
    EXPECT_TRUE(in.ok());
}

TEST(WireReader, RefusesWhatIsCutShort) {
    for (auto const& bytes :
         {"\x08"s, "\x08\x96"s, "\x11\x01\x02"s, "\x1a\x03"s, "\x1a\x03xy"s, "\x25\x01"s, "\x80"s})
        EXPECT_FALSE(well_formed(bytes));
}

TEST(WireReader, RefusesALengthBeyondTheEnd) {
    EXPECT_FALSE(well_formed("\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"s));
}

TEST(WireReader, RefusesFieldZeroGroupsAndEndlessNumbers) {
    EXPECT_FALSE(well_formed("\x00\x01"s));
    EXPECT_FALSE(well_formed("\x0b\x0c"s));
    EXPECT_FALSE(well_formed("\x08" + std::string(11, '\xff')));
}

TEST(WireReader, TextMustBeUtf8) {
    auto const bytes = "\x1a\x02\xc3\x28"s;
    wire_reader in{bytes};
    ASSERT_TRUE(in.next());
    EXPECT_TRUE(in.ok());
    (void)in.text();
    EXPECT_FALSE(in.ok());
}

TEST(Utf8, KnowsWhatIsWellFormed) {
    for (auto const& good : {""s,
                             "plain ascii, longer than eight"s,
                             "\xc3\xa9"s,
                             "\xe2\x82\xac"s,
                             "\xf0\x9f\x98\x80 and more"s,
                             "\xed\x9f\xbf"s,
                             "\xf4\x8f\xbf\xbf"s,
                             "12345678\xd9\xbe\xdb\x8c\xda\xa9"s})
        EXPECT_TRUE(is_utf8(good)) << good;
    for (auto const& bad : {"\x80"s,
                            "\xc3"s,
                            "\xc0\xaf"s,
                            "\xe0\x9f\xbf"s,
                            "\xed\xa0\x80"s,
                            "\xf0\x8f\xbf\xbf"s,
                            "\xf4\x90\x80\x80"s,
                            "\xf5\x80\x80\x80"s,
                            "\xff"s,
                            "abcdefgh\xe2\x82"s})
        EXPECT_FALSE(is_utf8(bad));
}

TEST(Utf8, PrefixEndsBeforeACutCharacter) {
    EXPECT_EQ(utf8_prefix("abc\xe2\x82"), "abc");
    EXPECT_EQ(utf8_prefix("abc\xe2\x82\xac"), "abc\xe2\x82\xac");
    EXPECT_EQ(utf8_prefix("12345678\xff"), "12345678");
}

} // namespace
} // namespace peyk::net
