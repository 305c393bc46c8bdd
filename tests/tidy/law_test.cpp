// Each law is broken once here, so that a law which finds nothing cannot stay unnoticed. The trees
// are made of strings: what they contain would not be allowed in a file of the project.

#include "tests/tidy/law.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>

#include <unistd.h>

namespace peyk::tidy {
namespace {

struct sample {
    std::string name;
    std::string path;
    std::string text;
    std::string said; // part of the violation; empty: the sample is tidy
};

std::ostream& operator<<(std::ostream& out, sample const& s) {
    return out << s.path;
}

using law = std::function<void(source_tree const&, violations&)>;

source_file as_file(sample const& s) {
    source_file file{.path = s.path, .lines = {}, .ends_with_newline = s.text.ends_with('\n')};
    for (std::size_t at = 0; at < s.text.size();) {
        auto const end = std::min(s.text.find('\n', at), s.text.size());
        file.lines.push_back(s.text.substr(at, end - at));
        at = end + 1;
    }
    return file;
}

void expect_verdict(law const& check, sample const& s) {
    violations found;
    check({as_file(s)}, found);
    if (s.said.empty()) {
        EXPECT_TRUE(found.empty()) << s.path << ": " << (found.empty() ? "" : found[0].what);
        return;
    }
    ASSERT_EQ(found.size(), 1U) << s.path;
    EXPECT_NE(found[0].what.find(s.said), std::string::npos) << found[0].what;
}

class IncludeLaw : public testing::TestWithParam<sample> {};

TEST_P(IncludeLaw, JudgesOneFile) {
    expect_verdict(check_includes, GetParam());
}

std::string include(std::string const& header) {
    return "#include <" + header + ">\n";
}

INSTANTIATE_TEST_SUITE_P(
    Samples,
    IncludeLaw,
    testing::Values(
        sample{
            "CoreMayUseItself", "broker/core/queue.hpp", "#include \"broker/core/ids.hpp\"\n", ""},
        sample{"CoreMayUseContainers",
               "broker/core/queue.hpp",
               include("boost/intrusive/set.hpp"),
               ""},
        sample{
            "CoreNoStorage", "broker/core/queue.cpp", include("broker/storage/log.hpp"), "core/"},
        sample{"CoreNoAsio", "broker/core/queue.cpp", include("boost/asio.hpp"), "core/"},
        sample{"CoreNoLog", "broker/core/queue.cpp", include("spdlog/spdlog.h"), "core/"},
        sample{"CoreNoThread", "broker/core/queue.cpp", include("thread"), "no threads"},
        sample{"CoreNoFiles", "broker/core/queue.cpp", include("fstream"), "no threads"},
        sample{
            "StorageKnowsRecords", "broker/storage/log.cpp", include("broker/core/record.hpp"), ""},
        sample{"StorageNoNet",
               "broker/storage/log.cpp",
               include("broker/net/session.hpp"),
               "storage/"},
        sample{"StorageNoState",
               "broker/storage/log.cpp",
               include("broker/core/broker_state.hpp"),
               "storage/"},
        sample{
            "StorageNoAsio", "broker/storage/log.cpp", include("boost/asio/post.hpp"), "storage/"},
        sample{"NetNoStorage", "broker/net/session.cpp", include("broker/storage/log.hpp"), "net/"},
        sample{"NetNoState",
               "broker/net/session.cpp",
               include("broker/core/broker_state.hpp"),
               "net/"},
        sample{"NetNoProtobufAtLarge",
               "broker/net/session.cpp",
               include("peyk/wire/v1/frame.pb.h"),
               "protobuf stays"},
        sample{"CrossingKnowsTheWire",
               "broker/net/wire_convert.cpp",
               include("peyk/wire/v1/frame.pb.h"),
               ""},
        sample{"ServerKnowsTheBroker",
               "broker/server/engine.cpp",
               include("broker/net/session.hpp"),
               ""},
        sample{"BrokerNoClient", "broker/server/engine.cpp", include("peyk/client.hpp"), "broker/"},
        sample{
            "ClientNoBroker", "client/src/client.cpp", include("broker/core/ids.hpp"), "client/"},
        sample{"ClientNoDiskFormat",
               "client/src/client.cpp",
               include("peyk/storage/v1/record.pb.h"),
               "client/"},
        sample{"PublicNoWire",
               "client/include/peyk/client.hpp",
               include("peyk/wire/v1/frame.pb.h"),
               "client/include/"},
        sample{"WorkerUsesTheClient", "worker/src/pool.cpp", include("peyk/client.hpp"), ""},
        sample{"WorkerNoClientSource",
               "worker/src/pool.cpp",
               include("client/src/session.hpp"),
               "worker/"},
        sample{
            "WorkerNoWire", "worker/src/pool.cpp", include("peyk/wire/v1/frame.pb.h"), "worker/"},
        sample{"WireNoDisk",
               "proto/peyk/wire/v1/frame.proto",
               "import \"peyk/storage/v1/record.proto\";\n",
               "proto/peyk/wire/"},
        sample{"NobodyIncludesTests",
               "client/src/client.cpp",
               include("tests/support/x.hpp"),
               "client/"},
        sample{"PathsFromTheRoot",
               "client/src/client.cpp",
               "#include \"session.hpp\"\n",
               "from the root"}),
    [](auto const& each) { return each.param.name; });

TEST(IncludeLaw, YamlHasOneReaderPerProgram) {
    violations found;
    check_includes({{.path = "broker/server/config.cpp", .lines = {include("yaml-cpp/yaml.h")}},
                    {.path = "worker/src/config.cpp", .lines = {include("yaml-cpp/yaml.h")}}},
                   found);
    EXPECT_TRUE(found.empty());
    check_includes({{.path = "broker/server/config.cpp", .lines = {include("yaml-cpp/yaml.h")}},
                    {.path = "broker/main.cpp", .lines = {include("yaml-cpp/yaml.h")}}},
                   found);
    EXPECT_EQ(found.size(), 2U);
}

class TextLaw : public testing::TestWithParam<sample> {};

TEST_P(TextLaw, JudgesOneFile) {
    expect_verdict(check_text, GetParam());
}

std::string lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "    a();\n";
    return text;
}

INSTANTIATE_TEST_SUITE_P(
    Samples,
    TextLaw,
    testing::Values(
        sample{"Clean", "client/src/a.cpp", "int a();\n", ""},
        sample{"Tab", "client/src/a.cpp", "\tint a();\n", "tab"},
        sample{"TrailingSpace", "config/broker.yaml", "a: 1 \n", "white space"},
        sample{"NoNewline", "README.md", "text", "newline"},
        sample{"Wide", "client/src/a.cpp", "// " + std::string(98, 'a') + "\n", "100 columns"},
        sample{"JustWideEnough", "client/src/a.cpp", "// " + std::string(97, 'a') + "\n", ""},
        sample{"TooLong", "client/src/a.cpp", lines(601), "600"},
        sample{"NoGuard", "client/src/a.hpp", "int a();\n", "#pragma once"},
        sample{"LongFunction",
               "client/src/a.cpp",
               "void f() {\n" + lines(70) + "}\n",
               "function of 72"},
        sample{"LongTable",
               "client/src/a.cpp",
               "void f() {\n" + lines(68) + "    case errc::ok:\n    case errc::full:\n}\n",
               ""},
        sample{"ShortEnough", "client/src/a.cpp", "void f() {\n" + lines(68) + "}\n", ""},
        sample{"LongSignature",
               "client/src/a.cpp",
               "void f(int a,\n       int b) {\n" + lines(70) + "}\n",
               "function of 73"},
        sample{"OpenWork",
               "client/src/a.cpp",
               "// TO"
               "DO: later\n",
               "left open"},
        sample{"HalfDone",
               "client/src/a.cpp",
               "// not implem"
               "ented\n",
               "left open"},
        sample{"MachinePath",
               "README.md",
               "cd /wo"
               "rk/main\n",
               "one machine"},
        sample{"SleepingTest",
               "tests/unit/a_test.cpp",
               "std::this_thread::sleep_"
               "for(1s);\n",
               "wait for a condition"},
        sample{"SleepWithAReason",
               "tests/unit/a_test.cpp",
               "std::this_thread::sleep_"
               "for(1s); // the work itself\n",
               ""},
        sample{"SleepOutsideTests",
               "worker/examples/a.cpp",
               "std::this_thread::sleep_"
               "for(1s);\n",
               ""},
        sample{"CoreClock", "broker/core/a.cpp", "auto t = clock::now();\n", "is told"},
        sample{"CoreMayMentionIt", "broker/core/a.cpp", "// never now() here\n", ""}),
    [](auto const& each) { return each.param.name; });

class NameLaw : public testing::TestWithParam<sample> {};

TEST_P(NameLaw, JudgesOneFile) {
    expect_verdict(check_names, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Samples,
    NameLaw,
    testing::Values(sample{"Good", "client/src/a.cpp", "", ""},
                    sample{"RootFile", "quickstart", "", ""},
                    sample{"DotFile", ".clang-format", "", ""},
                    sample{"NewFolder", "docs/a.md", "", "no place"},
                    sample{"NewRootFile", "notes.md", "", "no place"},
                    sample{"EmptyWord", "client/src/string_utils.cpp", "", "says nothing"},
                    sample{"EmptyFolder", "client/common/a.cpp", "", "says nothing"},
                    sample{"Camel", "client/src/Session.cpp", "", "snake_case"}),
    [](auto const& each) { return each.param.name; });

TEST(SourceTree, ReadsFilesAndLeavesBuildOutputOut) {
    auto const root =
        std::filesystem::temp_directory_path() / ("peyk_tidy_" + std::to_string(::getpid()));
    std::filesystem::create_directories(root / "build");
    std::filesystem::create_directories(root / "client");
    std::ofstream{root / "build" / "a.cpp"} << "int a;\n";
    std::ofstream{root / "client" / "b.cpp"} << "int b;\nint c;";
    auto const tree = read_tree(root);
    std::filesystem::remove_all(root);
    ASSERT_EQ(tree.size(), 1U);
    EXPECT_EQ(tree[0].path, "client/b.cpp");
    EXPECT_EQ(tree[0].lines, (std::vector<std::string>{"int b;", "int c;"}));
    EXPECT_FALSE(tree[0].ends_with_newline);
}

TEST(LargeFiles, AreNamedBeforeTheyAreTooLarge) {
    source_file file{.path = "client/src/a.cpp", .lines = std::vector<std::string>(401)};
    EXPECT_EQ(large_files({file}), std::vector<std::string>{"client/src/a.cpp: 401 lines"});
}

} // namespace
} // namespace peyk::tidy
