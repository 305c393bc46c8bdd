#include "broker/server/journal_tool.hpp"
#include "broker/storage/file_log.hpp"
#include "broker/storage/journal.hpp"
#include "broker/storage/posix_file_system.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace peyk::test {

namespace {

using server::tool_exit;

class JournalTool : public testing::Test {
protected:
    void SetUp() override {
        directory_ = (std::filesystem::temp_directory_path() / "peyk-tool-XXXXXX").string();
        ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
        auto log = storage::file_log::open(files_,
                                           {.directory = directory_,
                                            .segment_bytes = 65'536,
                                            .ballast_bytes = 0,
                                            .free_bytes_min = 0,
                                            .background = false});
        ASSERT_TRUE(log);
        storage::journal journal{std::move(*log)};
        ASSERT_TRUE(journal.recover([](auto const&, auto, auto) {}));
        for (std::uint64_t n = 1; n <= 3; ++n) {
            journal.add(core::record::forgotten{{n}});
            auto sealed = journal.seal();
            ASSERT_TRUE(journal.commit(sealed));
        }
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    tool_exit run(std::vector<char const*> args) {
        printed_.str("");
        return static_cast<tool_exit>(server::run_journal_tool(args, printed_));
    }
    tool_exit run_here(std::vector<char const*> args) {
        args.push_back(directory_.c_str());
        return run(std::move(args));
    }
    void damage() {
        std::fstream segment{directory_ + "/0000000000000001.log",
                             std::ios::in | std::ios::out | std::ios::binary};
        segment.seekp(512 + 40 + 14); // in the first batch
        segment.put('!');
    }

    storage::posix_file_system files_;
    std::string directory_;
    std::ostringstream printed_;
};

TEST_F(JournalTool, SaysThatAJournalIsWhole) {
    EXPECT_EQ(run_here({"verify"}), tool_exit::sound);
    EXPECT_NE(printed_.str().find("3 batches, 3 records"), std::string::npos);
    EXPECT_NE(printed_.str().find("forgotten 3"), std::string::npos);
}

TEST_F(JournalTool, SpeaksJson) {
    EXPECT_EQ(run_here({"verify", "-o", "json"}), tool_exit::sound);
    auto const found = boost::json::parse(printed_.str());
    EXPECT_TRUE(found.at("whole").as_bool());
    EXPECT_EQ(found.at("records").at("forgotten").to_number<int>(), 3);
    EXPECT_TRUE(found.at("fault").is_null());
}

TEST_F(JournalTool, RepairsOnlyByConsent) {
    damage();
    EXPECT_EQ(run_here({"verify", "-o", "json"}), tool_exit::damaged);
    EXPECT_EQ(boost::json::parse(printed_.str()).at("fault").at("offset").to_number<int>(), 512);
    EXPECT_EQ(run_here({"repair"}), tool_exit::usage);
    EXPECT_EQ(run_here({"verify"}), tool_exit::damaged);
    EXPECT_EQ(run_here({"repair", "--accept-loss"}), tool_exit::sound);
    EXPECT_NE(printed_.str().find(".salvage"), std::string::npos);
    EXPECT_EQ(run_here({"verify"}), tool_exit::sound);
}

TEST_F(JournalTool, HasDistinctExits) {
    EXPECT_EQ(run({"--help"}), tool_exit::sound);
    EXPECT_NE(printed_.str().find("verify"), std::string::npos);
    EXPECT_EQ(run({}), tool_exit::usage);
    EXPECT_EQ(run({"verify"}), tool_exit::usage);
    EXPECT_EQ(run_here({"verify", "-o", "xml"}), tool_exit::usage);
    EXPECT_EQ(run({"verify", "/nonexistent/journal"}), tool_exit::failed);
}

} // namespace

} // namespace peyk::test
