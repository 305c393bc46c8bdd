// Runs every scenario of a folder: lines said to the core, "----", what it answered, an empty line.
// `scenario-test --rewrite` writes the answers of today into the files: read the difference.

#include "tests/scenarios/conversation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

bool rewrite = false;

std::string read(std::filesystem::path const& file) {
    std::ifstream from{file};
    std::ostringstream text;
    text << from.rdbuf();
    return text.str();
}

// The file as it should be: comments and lines as they stand, each answered anew.
std::string replay(std::string const& script) {
    peyk::scenarios::conversation talk;
    std::istringstream lines{script};
    std::string written;
    bool answer = false; // skipping what is expected
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) {
            answer = false;
        } else if (line == "----") {
            answer = true;
        } else if (line.starts_with('#')) {
            written += line + "\n";
        } else if (!answer) {
            written += "\n" + line + "\n----\n" + talk.answer(line);
        }
    }
    return written;
}

class scenario : public testing::Test {
public:
    explicit scenario(std::filesystem::path file) : file_(std::move(file)) {}

    void TestBody() override {
        std::string const script = read(file_);
        ASSERT_TRUE(script.starts_with('#')) << "say what " << file_ << " proves";
        std::string const now = replay(script);
        if (rewrite) {
            std::ofstream{file_} << now;
        } else {
            EXPECT_EQ(script, now);
        }
    }

private:
    std::filesystem::path file_;
};

// "lease_lost" as "LeaseLost".
std::string test_name(std::string const& stem) {
    std::string name;
    bool word = true;
    for (char const c : stem) {
        if (c == '_') {
            word = true;
        } else {
            name += word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            word = false;
        }
    }
    return name;
}

} // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    rewrite = argc > 1 && std::string_view{argv[1]} == "--rewrite";
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator{PEYK_SCENARIO_FOLDER}) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (auto const& file : files) {
        testing::RegisterTest("Scenario",
                              test_name(file.stem()).c_str(),
                              nullptr,
                              nullptr,
                              __FILE__,
                              __LINE__,
                              [file]() -> scenario* { return new scenario{file}; });
    }
    return RUN_ALL_TESTS();
}
