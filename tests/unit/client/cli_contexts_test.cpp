// The file of contexts, and which address holds when several are said.

#include "client/cli/contexts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <stdlib.h>

namespace peyk::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A folder of its own that goes with the test.
class CliContexts : public testing::Test {
protected:
    CliContexts() {
        auto name = (fs::temp_directory_path() / "peyk-contexts-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        file_ = folder_ / "peyk" / "contexts.yaml";
    }
    ~CliContexts() override { fs::remove_all(folder_); }

    void write(std::string const& text) const {
        fs::create_directories(file_.parent_path());
        std::ofstream{file_} << text;
    }
    // The sentence about a file that makes no sense.
    std::string refused(std::string const& text) const {
        write(text);
        try {
            (void)read_contexts(file_);
        } catch (failure const& wrong) {
            EXPECT_EQ(wrong.code(), exit_code::internal);
            return wrong.what();
        }
        ADD_FAILURE() << text;
        return {};
    }

    fs::path folder_;
    fs::path file_;
};

TEST_F(CliContexts, NoFileIsNoContexts) {
    EXPECT_EQ(read_contexts(file_), contexts{});
    EXPECT_EQ(read_contexts({}), contexts{});
}

TEST_F(CliContexts, WhatIsWrittenIsReadAgainByItsOwnerOnly) {
    contexts const all{"prod",
                       {{"prod", {"peyk://broker.example:7420", output_format::json}},
                        {"yes", {"peyk://[::1]:7420,peyk://other:1", std::nullopt}}}};
    write_contexts(file_, all);
    EXPECT_EQ(read_contexts(file_), all);
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    write_contexts(file_, {});
    EXPECT_EQ(read_contexts(file_), contexts{});
    EXPECT_EQ(std::distance(fs::directory_iterator{file_.parent_path()}, {}), 1); // nothing is left
}

TEST_F(CliContexts, AFileThatCannotBeReplacedStaysAsItIs) {
    contexts const all{"", {{"a", {"peyk://a:1", std::nullopt}}}};
    fs::create_directories(file_ / "in the way");
    EXPECT_THROW(write_contexts(file_, all), failure);
    EXPECT_EQ(std::distance(fs::directory_iterator{file_.parent_path()}, {}), 1);
    EXPECT_THROW(write_contexts({}, all), failure);
}

TEST_F(CliContexts, ALinkStaysALink) {
    write("contexts: {a: {url: 'peyk://a:1'}}\n");
    auto const kept = folder_ / "kept.yaml";
    fs::rename(file_, kept);
    fs::create_symlink(kept, file_);
    auto all = read_contexts(file_);
    all.current = "a";
    write_contexts(file_, all);
    EXPECT_TRUE(fs::is_symlink(file_));
    EXPECT_EQ(read_contexts(kept).current, "a");
}

TEST_F(CliContexts, WhatMakesNoSenseIsSaidWithFileAndLine) {
    auto const at = [&](int line) {
        return HasSubstr(file_.string() + ":" + std::to_string(line) + ": ");
    };
    EXPECT_THAT(refused("contexts:\n  a: [\n"), at(3));
    EXPECT_THAT(refused("current: a\nuri: x\n"), testing::AllOf(at(2), HasSubstr("'uri'")));
    EXPECT_THAT(refused("contexts:\n  a:\n    uri: x\n"),
                testing::AllOf(at(3), HasSubstr("'uri'")));
    EXPECT_THAT(refused("contexts:\n  a:\n    url: http://x\n"), at(3));
    EXPECT_THAT(refused("contexts:\n  a:\n    url: peyk://a\n    output: xml\n"), at(4));
    EXPECT_THAT(refused("contexts:\n  a:\n"), testing::AllOf(at(2), HasSubstr("no url")));
    EXPECT_THAT(refused("contexts:\n  a/b:\n    url: peyk://a\n"), at(2));
    EXPECT_THAT(refused("contexts: {}\ncurrent: gone\n"), testing::AllOf(at(2), HasSubstr("gone")));
    EXPECT_THAT(refused("current: {}\n"), at(1));
    EXPECT_THAT(refused("contexts: text\n"), at(1));
    EXPECT_THAT(refused("- a\n"), at(1));
    EXPECT_THAT(refused(std::string(2u << 20, '#')), HasSubstr("too large"));
}

// The url and the output that hold.
common_options settled(common_arguments const& given, surroundings const& around) {
    contexts const known{"current",
                         {{"current", {"peyk://current:1", output_format::yaml}},
                          {"other", {"peyk://other:1", std::nullopt}}}};
    common_options options;
    settle(options, given, around, known);
    return options;
}

TEST(CliSettle, TheFirstThatSaysSomethingHolds) {
    EXPECT_EQ(settled({}, {}).url, "peyk://current:1");
    EXPECT_EQ(settled({}, {.url = {}, .context = "other"}).url, "peyk://other:1");
    EXPECT_EQ(settled({}, {.url = "peyk://variable:1", .context = "other"}).url,
              "peyk://variable:1");
    EXPECT_EQ(settled({.context = "other"}, {.url = "peyk://variable:1", .context = {}}).url,
              "peyk://other:1");
    EXPECT_EQ(settled({.url = "peyk://option:1", .context = "other"}, {}).url, "peyk://option:1");
    common_options nothing;
    settle(nothing, {}, {}, {});
    EXPECT_EQ(nothing.url, "peyk://127.0.0.1:7420");
}

TEST(CliSettle, TheOutputIsTheContextsUnlessItIsSaid) {
    EXPECT_EQ(settled({}, {}).output, output_format::yaml);
    EXPECT_EQ(settled({.output = output_format::table}, {}).output, output_format::table);
    EXPECT_EQ(settled({.context = "other"}, {}).output, output_format::table);
}

TEST(CliSettle, AContextThatIsNotThereIsSaid) {
    EXPECT_THROW(settled({.context = "gone"}, {}), failure);
    EXPECT_THROW(settled({}, {.url = {}, .context = "gone"}), failure);
}

} // namespace
} // namespace peyk::cli
