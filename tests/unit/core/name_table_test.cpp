#include "broker/core/name_table.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

TEST(NameTable, KeepsEachNameOnce) {
    name_table names{100};
    interned_name* const mail = names.intern("mail");
    std::string_view const text = mail->text;
    for (int i = 0; i < 50; ++i) {
        ASSERT_NE(names.intern("queue-" + std::to_string(i)), mail);
    }
    EXPECT_EQ(names.intern("mail"), mail);
    EXPECT_EQ(names.find("mail"), mail);
    EXPECT_EQ(names.find("nobody"), nullptr);
    EXPECT_EQ(text.data(), mail->text.data());
}

TEST(NameTable, IsBounded) {
    name_table names{2};
    EXPECT_NE(names.intern("a"), nullptr);
    EXPECT_NE(names.intern("b"), nullptr);
    EXPECT_EQ(names.intern("c"), nullptr);
    EXPECT_NE(names.intern("a"), nullptr);
}

TEST(QueueName, HasFewLetters) {
    for (char const* const good : {"a", "default", "Mail.out-2_x:y/z"}) {
        EXPECT_TRUE(valid_queue_name(good, 200)) << good;
    }
    for (char const* const bad : {"", "a b", "a\n", "ma\xc3\xa9", "a*", "a=b"}) {
        EXPECT_FALSE(valid_queue_name(bad, 200)) << bad;
    }
    EXPECT_FALSE(valid_queue_name("abc", 2));
}

} // namespace
} // namespace peyk::core
