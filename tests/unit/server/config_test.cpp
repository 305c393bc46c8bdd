#include "broker/core/broker_state.hpp"
#include "broker/core/obstacle.hpp"
#include "broker/server/config.hpp"
#include "broker/server/config_values.hpp"
#include "broker/server/recovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include <unistd.h>

namespace peyk::server {
namespace {

environment no_environment() {
    return [](char const*) -> char const* {
        return nullptr;
    };
}

class Config : public testing::Test {
protected:
    Config() {
        file = std::filesystem::temp_directory_path() /
               ("peyk-config-" + std::to_string(::getpid()) + ".yaml");
    }
    ~Config() override { std::filesystem::remove(file); }

    config load(std::string_view text) {
        std::ofstream{file} << text;
        return load_config(file, no_environment());
    }
    // The error without the path of the file.
    std::string error(std::string_view text) {
        try {
            load(text);
        } catch (config_error const& e) {
            std::string const what = e.what();
            EXPECT_THAT(what, testing::StartsWith(file.string() + ":"));
            return what.substr(file.string().size() + 1);
        }
        return "accepted";
    }

    std::filesystem::path file;
};

TEST_F(Config, TheFileThatIsShippedSaysTheDefaults) {
    EXPECT_EQ(print(load_config(std::filesystem::path{PEYK_BROKER_YAML}, no_environment())),
              print(config{}));
}

TEST_F(Config, TheFileThatIsShippedHasEveryKey) {
    std::ifstream in{PEYK_BROKER_YAML};
    std::stringstream text;
    text << in.rdbuf();
    for (auto const& key : config_keys())
        EXPECT_THAT(text.str(), testing::HasSubstr("\n  " + std::string{key.name} + ": "));
}

TEST_F(Config, TheDefaultsFitTogether) {
    EXPECT_NO_THROW(check(config{}));
}

TEST_F(Config, WhatIsPrintedCanBeRead) {
    auto changed = load("listen: {port: 1, address: \"::1\"}\njournal: {sync: never}\n");
    changed.journal.free_bytes_min = 5u << 20;
    EXPECT_EQ(print(load(print(changed))), print(changed));
}

TEST_F(Config, AnEmptyFileChangesNothing) {
    EXPECT_EQ(print(load("")), print(config{}));
    EXPECT_EQ(print(load("listen:\n")), print(config{}));
}

TEST_F(Config, ReadsSizesAndTimes) {
    auto const c = load("limits: {content_bytes_max: 2 MiB, result_bytes_max: 4096}\n"
                        "sessions: {grace_ms: 1500}\n");
    EXPECT_EQ(c.limits.content_bytes_max, 2u << 20);
    EXPECT_EQ(c.limits.result_bytes_max, 4096u);
    EXPECT_EQ(c.limits.session_grace, core::duration{1500});
}

TEST_F(Config, ErrorsNameLineKeyAndWhatIsAllowed) {
    EXPECT_EQ(error("listen:\n  port: 70000\n"),
              "2: listen.port: \"70000\" is not allowed; allowed is a number from 0 to 65535");
    EXPECT_THAT(error("listen:\n  prot: 1\n"), testing::StartsWith("2: listen.prot: unknown key"));
    EXPECT_THAT(error("\n\nlisen: {}\n"), testing::StartsWith("3: lisen: unknown section"));
    EXPECT_THAT(error("journal: {sync: sometimes}\n"),
                testing::HasSubstr("one of always, interval, never"));
    EXPECT_THAT(error("listen:\n  port: 1\n  port: 2\n"), testing::StartsWith("3: listen.port"));
    EXPECT_THAT(error("listen: [1, 2]\n"), testing::StartsWith("1: listen: keys are expected"));
    EXPECT_THAT(error("listen: {port: [1]}\n"), testing::HasSubstr("listen.port"));
    EXPECT_THAT(error("limits: {content_bytes_max: 4 MB}\n"), testing::HasSubstr("4MiB"));
    EXPECT_THAT(error("limits: {content_bytes_max: -1}\n"), testing::HasSubstr("not allowed"));
    EXPECT_THAT(error("a: b: c\n"), testing::StartsWith("1: "));
    EXPECT_THAT(error("listen: {address: nowhere}\n"), testing::HasSubstr("IPv4 or IPv6"));
}

TEST_F(Config, ReadsPolicies) {
    auto const c = load("policies:\n"
                        "  - pattern: emails.*\n"
                        "    priority: 3\n"
                        "    max_length: 100\n"
                        "    max_bytes: 2MiB\n"
                        "    overflow: drop_oldest\n"
                        "    default_ttl: 2h\n"
                        "    lease: 1500ms\n"
                        "    aging: 30s\n"
                        "    dead_letter: \"-\"\n"
                        "  - {pattern: all, dead_max: 7}\n");
    ASSERT_EQ(c.policies.size(), 2u);
    auto const first = c.policies[0].command();
    EXPECT_EQ(first.pattern, "emails.*");
    EXPECT_EQ(first.priority, 3);
    EXPECT_EQ(first.settings.max_length, 100u);
    EXPECT_EQ(first.settings.max_bytes, 2u << 20);
    EXPECT_EQ(first.settings.overflow, core::overflow::drop_oldest);
    EXPECT_EQ(first.settings.default_ttl_s, 7'200u);
    EXPECT_EQ(first.settings.lease_ms, 1'500u);
    EXPECT_EQ(first.settings.aging_s, 30u);
    EXPECT_EQ(first.settings.dead_letter, "-");
    EXPECT_EQ(first.settings.max_crashes, std::nullopt);
    EXPECT_EQ(c.policies[1].command().settings.dead_max, 7u);
    EXPECT_EQ(print(load(print(c))), print(c));
}

TEST_F(Config, ReadsSchedules) {
    auto const c = load("schedules:\n"
                        "  - name: nightly\n"
                        "    cron: \"30 2 * * *\"\n"
                        "    zone: Europe/Berlin\n"
                        "    task: reports.build\n"
                        "    queue: reports\n"
                        "    args: [2026, \"7\", all, null, {deep: [true, 1.50]}]\n"
                        "    kwargs: {force: false}\n"
                        "    misfire: run_all\n"
                        "    overlap: skip\n"
                        "    jitter: 30s\n"
                        "    start: 2027-01-01T00:00:00Z\n"
                        "    paused: true\n"
                        "  - {name: often, every: 15m, task: t}\n");
    ASSERT_EQ(c.schedules.size(), 2u);
    auto const& first = c.schedules[0];
    EXPECT_THAT(first.args,
                testing::ElementsAre("2026", "\"7\"", "\"all\"", "null", "{\"deep\":[true,1.50]}"));
    auto const spec = first.command("content").spec;
    EXPECT_EQ(spec.cron, "30 2 * * *");
    EXPECT_EQ(spec.zone, "Europe/Berlin");
    EXPECT_EQ(spec.message.task, "reports.build");
    EXPECT_EQ(spec.message.queue, "reports");
    EXPECT_EQ(spec.message.content, "content");
    EXPECT_EQ(spec.misfire, core::misfire::run_all);
    EXPECT_EQ(spec.overlap, core::overlap::skip);
    EXPECT_EQ(spec.jitter, std::chrono::seconds{30});
    EXPECT_EQ(spec.start.time_since_epoch(), std::chrono::seconds{1'798'761'600});
    EXPECT_TRUE(spec.paused);
    EXPECT_TRUE(spec.configured);
    EXPECT_EQ(c.schedules[1].command("").spec.every, std::chrono::minutes{15});
    EXPECT_EQ(print(load(print(c))), print(c));
}

TEST_F(Config, ReadsRatesAndShares) {
    auto const c = load("rates:\n"
                        "  - {task: \"tasks.*\", queue: mail, rate: 10/m, burst: 3}\n"
                        "  - {key: tenant=*, concurrency: 4}\n"
                        "  - {task: a, rate: 0.5/s, per_worker: true}\n"
                        "  - {key: tenant=42, rate: none}\n"
                        "shares:\n"
                        "  - {key: tenant=42, weight: 3}\n");
    ASSERT_EQ(c.rates.size(), 4u);
    auto const first = c.rates[0].command();
    EXPECT_EQ(first.names, (core::limit_names{"tasks.*", "mail", ""}));
    EXPECT_EQ(first.change.rate, (core::rate{10'000, 60}));
    EXPECT_EQ(first.change.burst, 3u);
    EXPECT_EQ(first.change.concurrency, 0u);
    EXPECT_EQ(first.change.per_worker, false);
    EXPECT_EQ(c.rates[1].command().change.concurrency, 4u);
    EXPECT_EQ(c.rates[1].command().change.rate, core::rate{});
    EXPECT_EQ(c.rates[2].command().change.rate, (core::rate{500, 1}));
    EXPECT_EQ(c.rates[2].command().change.per_worker, true);
    ASSERT_EQ(c.shares.size(), 1u);
    EXPECT_EQ(c.shares[0].command().key, "tenant=42");
    EXPECT_EQ(c.shares[0].command().weight, 3u);
    EXPECT_EQ(print(load(print(c))), print(c));
}

TEST_F(Config, WhatIsConfiguredIsInForce) {
    auto const c = load("rates:\n"
                        "  - {task: a, rate: 10/m}\n"
                        "  - {key: tenant=42, rate: none}\n"
                        "shares:\n"
                        "  - {key: tenant=42, weight: 3}\n");
    core::broker_state state{c.limits};
    configure(state, c);
    auto const limits = state.limits_in_force();
    ASSERT_EQ(limits.size(), 2u);
    EXPECT_TRUE(limits[0].configured);
    auto const shares = state.shares();
    ASSERT_EQ(shares.size(), 1u);
    EXPECT_EQ(shares[0].weight, 3u);
    EXPECT_TRUE(shares[0].configured);
}

TEST_F(Config, ReadsRatesAsPeopleWriteThem) {
    auto const rate = [](std::uint32_t thousandths, std::uint32_t seconds) {
        return std::optional{core::rate{thousandths, seconds}};
    };
    EXPECT_EQ(parse_rate("10/m"), rate(10'000, 60));
    EXPECT_EQ(parse_rate("5"), rate(5'000, 1));
    EXPECT_EQ(parse_rate("0.5/s"), rate(500, 1));
    EXPECT_EQ(parse_rate("0.001/d"), rate(1, 86'400));
    EXPECT_EQ(parse_rate("100.25/h"), rate(100'250, 3'600));
    for (auto const* const text : {"none", "0", "0/h", "0.000/m"})
        EXPECT_EQ(parse_rate(text), core::rate{}) << text;
    for (auto const* const text :
         {"", "/s", "10/", "10/w", "-1/s", "1./s", ".5/s", "1.0001/s", "1e3", "5000000/s", "1.2.3"})
        EXPECT_EQ(parse_rate(text), std::nullopt) << text;
    for (auto const* const text : {"10/m", "0.5/s", "100.25/h", "3/d", "none"})
        EXPECT_EQ(core::to_string(parse_rate(text).value()), text);
}

TEST_F(Config, ErrorsInRatesNameLineItemAndKey) {
    EXPECT_EQ(error("rates:\n  - task: a\n    rate: fast\n"),
              "3: rates[0].rate: \"fast\" is not allowed; allowed is none, or so many in a second, "
              "minute, hour or day, as 5/s, 0.5/s, 10/m, 100/h or 3/d");
    EXPECT_THAT(error("rates:\n  - tsk: a\n"),
                testing::StartsWith("2: rates[0].tsk: unknown key; known are task, queue, key, "));
    EXPECT_THAT(error("rates: [{burst: 0}]\n"), testing::HasSubstr("from 1 to 1000000"));
    EXPECT_THAT(error("rates: [{concurrency: many}]\n"), testing::HasSubstr("a number"));
    EXPECT_THAT(error("rates: [{per_worker: 1}]\n"), testing::HasSubstr("true or false"));
    EXPECT_THAT(error("shares: [{weight: 0}]\n"), testing::HasSubstr("from 1 to 1000"));
    EXPECT_THAT(error("shares: [{weight: 1001}]\n"), testing::HasSubstr("from 1 to 1000"));
    EXPECT_THAT(error("shares: [{key: [a]}]\n"), testing::HasSubstr("a fairness key"));
    EXPECT_EQ(error("rates:\n  - {task: a, rate: 1/s}\n  - {task: b, rate: 1/s}\n"
                    "  - {task: a, rate: 2/s}\n"),
              "4: rates[2]: a limit about the same task, queue and key is given already at " +
                  file.string() + ":2: rates[0]");
    EXPECT_EQ(error("shares:\n  - {key: a, weight: 2}\n  - {key: a, weight: 3}\n"),
              "3: shares[1]: the key \"a\" is given already at " + file.string() +
                  ":2: shares[0]");
}

TEST_F(Config, ErrorsInListsNameLineItemAndKey) {
    EXPECT_EQ(error("policies:\n  - pattern: a\n    overflow: maybe\n"),
              "3: policies[0].overflow: \"maybe\" is not allowed; allowed is one of reject, "
              "drop_oldest, dead_letter");
    EXPECT_THAT(error("policies:\n  - pattern: a\n  - patern: b\n"),
                testing::StartsWith("3: policies[1].patern: unknown key; known are pattern, "));
    EXPECT_THAT(error("policies: {}\n"), testing::HasSubstr("policies: a list is expected"));
    EXPECT_THAT(error("policies: [1]\n"), testing::HasSubstr("policies[0]: keys are expected"));
    EXPECT_THAT(error("policies: [{lease: 10}]\n"), testing::HasSubstr("as 500ms, 10s"));
    EXPECT_THAT(error("policies: [{lease: [1]}]\n"), testing::HasSubstr("policies[0].lease"));
    EXPECT_THAT(error("policies: [{aging: 10ms}]\n"), testing::HasSubstr("whole seconds"));
    EXPECT_THAT(error("schedules: [{name: a, name: b}]\n"),
                testing::HasSubstr("schedules[0].name: given twice"));
    EXPECT_THAT(error("schedules: [{start: 2027-02-30T00:00:00Z}]\n"),
                testing::HasSubstr("schedules[0].start"));
    EXPECT_THAT(error("schedules: [{args: 1}]\n"), testing::HasSubstr("allowed is a list"));
    EXPECT_THAT(error("schedules: [{priority: 256}]\n"), testing::HasSubstr("0 to 255"));
}

TEST_F(Config, TwoOfOneNameAreAnErrorThatNamesBothPlaces) {
    EXPECT_EQ(error("policies:\n  - pattern: a*\n  - pattern: b\n  - pattern: a*\n"),
              "4: policies[2]: the pattern \"a*\" is given already at " + file.string() +
                  ":2: policies[0]");
    EXPECT_EQ(error("schedules:\n  - {name: a, task: t}\n  - {name: a, task: u}\n"),
              "3: schedules[1]: the name \"a\" is given already at " + file.string() +
                  ":2: schedules[0]");
}

TEST_F(Config, WhatTheCoreRefusesIsSaidInASentence) {
    auto const refusal = [this](std::string_view text) -> std::string {
        auto const c = load(text);
        core::broker_state state{c.limits};
        try {
            configure(state, c);
        } catch (config_error const& e) {
            return std::string{e.what()}.substr(file.string().size() + 1);
        }
        return "accepted";
    };
    EXPECT_THAT(refusal("policies:\n  - pattern: \"a b\"\n"),
                testing::AllOf(testing::StartsWith("2: policies[0]: "),
                               testing::HasSubstr("the pattern is empty, too long or has")));
    EXPECT_THAT(refusal("policies:\n  - {pattern: a, dead_letter: \"b c\"}\n"),
                testing::StartsWith("2: policies[0]: the name in dead_letter is too long or has"));
    EXPECT_THAT(refusal("rates:\n  - rate: 1/s\n"),
                testing::StartsWith("2: rates[0]: a limit needs a task, a queue or a key"));
    EXPECT_EQ(refusal("rates:\n  - task: a\n"), "2: rates[0]: a rate or a concurrency is needed");
    EXPECT_EQ(refusal("rates:\n  - {task: a, concurrency: 1, burst: 3}\n"),
              "2: rates[0]: a burst needs a rate");
    EXPECT_EQ(refusal("rates:\n  - {task: a, concurrency: 1, per_worker: true}\n"),
              "2: rates[0]: per_worker needs a rate");
    EXPECT_THAT(refusal("rates:\n  - {key: a, rate: 1/s, per_worker: true}\n"),
                testing::HasSubstr("no key if it is per_worker"));
    EXPECT_THAT(refusal("shares:\n  - weight: 3\n"),
                testing::StartsWith("2: shares[0]: a share needs a key of at most 200 bytes"));
    EXPECT_EQ(refusal("limits: {policies_max: 1}\npolicies:\n  - pattern: a\n  - pattern: b\n"),
              "4: policies[1]: there are more policies than limits.policies_max (1)");
}

TEST_F(Config, TheCommentedExamplesOfTheFileThatIsShippedAreGood) {
    std::ifstream in{PEYK_BROKER_YAML};
    std::string text;
    bool example = false;
    for (std::string line; std::getline(in, line);) {
        example =
            (example && line.starts_with("#")) || line == "# policies:" ||
            line == "# schedules:" || line == "# rates:" || line == "# shares:";
        if (example && line.size() > 2)
            text += line.substr(2) + "\n";
    }
    auto const c = load(text);
    ASSERT_EQ(c.policies.size(), 1u);
    EXPECT_EQ(c.policies[0].command().settings.dead_letter, "dead.emails");
    ASSERT_EQ(c.schedules.size(), 1u);
    core::broker_state broker{{}};
    std::string detail;
    auto spec = c.schedules[0].command("");
    spec.spec.zone = "UTC";
    EXPECT_EQ(broker.configure(spec, detail), core::errc::ok) << detail;
    EXPECT_EQ(broker.configure(c.policies[0].command()), core::errc::ok);
    ASSERT_EQ(c.rates.size(), 2u);
    for (auto const& each : c.rates)
        EXPECT_EQ(broker.configure(each.command()), core::errc::ok);
    ASSERT_EQ(c.shares.size(), 1u);
    EXPECT_EQ(broker.configure(c.shares[0].command()), core::errc::ok);
}

TEST_F(Config, AMissingFileIsAnError) {
    EXPECT_THROW((void)load_config("/nonexistent/broker.yaml", no_environment()), config_error);
}

TEST_F(Config, TheEnvironmentComesAfterTheFile) {
    std::map<std::string, std::string> const variables{{"PEYK_LISTEN_PORT", "9"},
                                                       {"PEYK_JOURNAL_SYNC_INTERVAL_MS", "7"}};
    std::ofstream{file} << "listen: {port: 8, address: 127.0.0.2}\n";
    auto const c = load_config(file, [&](char const* name) -> char const* {
        auto const it = variables.find(name);
        return it == variables.end() ? nullptr : it->second.c_str();
    });
    EXPECT_EQ(c.port, 9);
    EXPECT_EQ(c.address, "127.0.0.2");
    EXPECT_EQ(c.journal.sync_interval.count(), 7);
}

TEST_F(Config, AnErrorInTheEnvironmentNamesTheVariable) {
    try {
        (void)load_config(std::nullopt, [](char const* name) -> char const* {
            return std::string_view{name} == "PEYK_LISTEN_PORT" ? "x" : nullptr;
        });
        FAIL();
    } catch (config_error const& e) {
        EXPECT_THAT(e.what(), testing::StartsWith("PEYK_LISTEN_PORT: \"x\" is not allowed"));
    }
}

TEST_F(Config, AMisspeltVariableIsAnError) {
    char const* const known[] = {
        "PEYK_LISTEN_PORT=1", "PEYK_URL=x", "PEYK_NAME", "HOME=/", nullptr};
    EXPECT_NO_THROW(check_variables(known));
    char const* const misspelt[] = {"PEYK_LISTEN_PROT=1", nullptr};
    EXPECT_THROW(check_variables(misspelt), config_error);
}

TEST_F(Config, ADirectoryIsNoFile) {
    try {
        (void)load_config(std::filesystem::temp_directory_path(), no_environment());
        FAIL();
    } catch (config_error const& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("is a directory"));
    }
}

TEST_F(Config, RefusesWhatDoesNotFitTogether) {
    auto c = config{};
    c.limits.content_bytes_max = c.sessions.frame_bytes_max;
    EXPECT_THROW(check(c), config_error);
    c = config{};
    c.limits.heartbeat = c.limits.heartbeat_max + core::duration{1};
    EXPECT_THROW(check(c), config_error);
    c = config{};
    c.journal.segment_bytes = c.sessions.frame_bytes_max;
    EXPECT_THROW(check(c), config_error);
}

TEST_F(Config, ReadsAnAddressWithAPort) {
    config c;
    set_listen(c, "0.0.0.0:99", "--listen");
    EXPECT_EQ(c.address, "0.0.0.0");
    EXPECT_EQ(c.port, 99);
    set_listen(c, "[::1]:0", "--listen");
    EXPECT_EQ(c.address, "::1");
    EXPECT_THROW(set_listen(c, "99", "--listen"), config_error);
    EXPECT_THROW(set_listen(c, "localhost:99", "--listen"), config_error);
}

} // namespace
} // namespace peyk::server
