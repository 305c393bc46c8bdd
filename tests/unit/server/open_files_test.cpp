// Connections leave files for the journal.

#include "broker/server/open_files.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace peyk::server {
namespace {

TEST(OpenFiles, ConnectionsLeaveSomeForTheJournal) {
    EXPECT_EQ(connections_within(10'000, 65'536), 10'000u);
    EXPECT_EQ(connections_within(10'000, 1'024), 1'024u - 128u);
    EXPECT_EQ(connections_within(10'000, 64), 32u);
    EXPECT_EQ(connections_within(10, 64), 10u);
}

TEST(OpenFiles, TheLimitIsRaisedAsFarAsItMay) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit low = before;
    low.rlim_cur = 64;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(room_for_connections(200), connections_within(200, before.rlim_max));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

} // namespace
} // namespace peyk::server
