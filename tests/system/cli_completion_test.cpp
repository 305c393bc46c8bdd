// Completion: what the scripts offer is what the commands are.

#include "tests/system/cli_fixture.hpp"

#include <sstream>

namespace peyk::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

ended shell(std::string const& name, std::vector<std::string> words) {
    words.insert(words.begin(), {"/usr/bin/env", name});
    return run_program(std::move(words));
}

std::string script_of(std::string const& name) {
    auto const said = run_program({PEYK_CLI_BINARY, "completion", name});
    EXPECT_EQ(said.code, 0) << said.err;
    return said.out;
}

// What bash offers for the last of these words, without any other completion loaded.
std::vector<std::string> offered(std::vector<std::string> const& words) {
    std::string line;
    for (auto const& word : words)
        line += " '" + word + "'";
    auto const piped = run_program(
        {"/usr/bin/env",
         "bash",
         "--norc",
         "--noprofile",
         "-c",
         "set -u; source /dev/stdin; COMP_WORDS=(peyk" + line +
             "); COMP_CWORD=" + std::to_string(words.size()) +
             "; _peyk; [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\""},
        script_of("bash"));
    EXPECT_EQ(piped.code, 0) << piped.err;
    EXPECT_EQ(piped.err, "");
    std::vector<std::string> found;
    std::istringstream lines{piped.out};
    for (std::string each; std::getline(lines, each);)
        found.push_back(each);
    return found;
}

TEST(CliCompletion, BashReadsItsScript) {
    auto const said = run_program({"/usr/bin/env", "bash", "-n"}, script_of("bash"));
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(said.err, "");
}

TEST(CliCompletion, BashOffersCommands) {
    EXPECT_THAT(offered({""}), IsSupersetOf({"task", "queue", "completion", "help"}));
    auto const verbs = offered({"task", ""});
    EXPECT_THAT(verbs, IsSupersetOf({"ls", "show", "cancel", "move", "tail"}));
    EXPECT_THAT(verbs, Not(Contains("task")));
    EXPECT_THAT(offered({"task", "re"}), ElementsAre("reschedule", "resume"));
    EXPECT_THAT(offered({"--url", "queue", "task", "can"}), ElementsAre("cancel"));
    EXPECT_THAT(offered({"-o", "json", "dead", "e"}), ElementsAre("export"));
    EXPECT_THAT(offered({"task", "ls", ""}), IsEmpty());
}

TEST(CliCompletion, BashOffersOptionsAndTheirValues) {
    EXPECT_THAT(offered({"task", "ls", "--"}),
                IsSupersetOf({"--queue", "--filter", "--limit", "--output", "--context"}));
    EXPECT_THAT(offered({"task", "ls", "--qu"}), ElementsAre("--queue"));
    EXPECT_THAT(offered({"ping", "-o", ""}), ElementsAre("table", "json", "yaml", "jsonl"));
    EXPECT_THAT(offered({"cron", "set", "x", "--overlap", "re"}), ElementsAre("replace"));
    EXPECT_THAT(offered({"task", "ls", "--queue", ""}), IsEmpty());
    EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
    EXPECT_THAT(offered({"help", "filt"}), ElementsAre("filters"));
}

TEST(CliCompletion, BashKnowsHowAWorkerIsBegun) {
    EXPECT_THAT(offered({"worker", "-"}), IsSupersetOf({"-A", "--module", "--exec", "--url"}));
    EXPECT_THAT(offered({"worker", ""}), ElementsAre("ls", "show", "health"));
    EXPECT_THAT(offered({"worker", "-A", "./libtasks.so", "--ex"}), ElementsAre("--exec"));
    EXPECT_THAT(offered({"worker", "--exec", "ls", "--mod"}), ElementsAre("--module"));
    auto const page = run_program({PEYK_CLI_BINARY, "help", "--man"}).out;
    EXPECT_THAT(page, HasSubstr("\\-\\-exec"));
    EXPECT_THAT(page, HasSubstr("\\-\\-module"));
    auto const behind = run_program({PEYK_CLI_BINARY, "worker", "ls", "-A", "./libtasks.so"});
    EXPECT_EQ(behind.code, 2);
    EXPECT_THAT(behind.err, HasSubstr("right behind `peyk worker`"));
}

// Shells that are not there check nothing but that the script knows the commands.
TEST(CliCompletion, TheOtherShellsHaveTheSameCommands) {
    for (std::string const name : {"zsh", "fish"}) {
        auto const script = script_of(name);
        for (auto const* word : {"'task ls'", "'/queue'", "reschedule", "output", "jsonl"})
            EXPECT_THAT(script, HasSubstr(word)) << name;
        if (shell(name, {"-c", "true"}).code != 0)
            continue;
        auto const said = run_program({"/usr/bin/env", name, "-n", "/dev/stdin"}, script);
        EXPECT_EQ(said.code, 0) << name << said.err;
    }
    EXPECT_EQ(run_program({PEYK_CLI_BINARY, "completion", "tcsh"}).code, 2);
    EXPECT_EQ(run_program({PEYK_CLI_BINARY, "completion"}).code, 2);
}

} // namespace
} // namespace peyk::test
