#include "worker/program/program_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::program {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ProgramWords, TasksAreTakenOutAndTheRestIsTheWorkers) {
    auto const told = read_words({"--pool=solo",
                                  "-A",
                                  "./a.so",
                                  "--exec",
                                  "t=sh",
                                  "-Ab.so",
                                  "--module=c.so",
                                  "--exec=u=cat",
                                  "-c",
                                  "4"});
    EXPECT_THAT(told.modules, ElementsAre("./a.so", "b.so", "c.so"));
    EXPECT_THAT(told.commands, ElementsAre("t=sh", "u=cat"));
    EXPECT_THAT(told.rest, ElementsAre("worker", "--pool=solo", "-c", "4"));
    EXPECT_FALSE(told.help);
}

TEST(ProgramWords, TheWorkersCommandIsKept) {
    EXPECT_THAT(read_words({}).rest, ElementsAre("worker"));
    EXPECT_THAT(read_words({"-A", "x", "tasks"}).rest, ElementsAre("tasks"));
    EXPECT_THAT(read_words({"worker", "-A", "x", "-Q", "a"}).rest,
                ElementsAre("worker", "-Q", "a"));
    EXPECT_TRUE(read_words({"--help"}).help);
    EXPECT_THAT(read_words({"--executor"}).commands, IsEmpty());
}

TEST(ProgramWords, AnOptionWithoutAValueIsRefused) {
    EXPECT_THROW((void)read_words({"-A"}), std::invalid_argument);
    EXPECT_THROW((void)read_words({"--exec="}), std::invalid_argument);
}

} // namespace
} // namespace peyk::program
