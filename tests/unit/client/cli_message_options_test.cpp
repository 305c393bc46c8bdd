#include "client/cli/exit_code.hpp"
#include "client/cli/message_options.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using namespace std::chrono_literals;

// The message that these words describe.
message described(std::vector<std::string> words) {
    CLI::App app;
    message_options options;
    add_message_options(app, options);
    std::reverse(words.begin(), words.end()); // as CLI11 takes a vector
    app.parse(std::move(words));
    message made;
    apply(options, made);
    return made;
}

exit_code code_of(std::vector<std::string> words) {
    try {
        (void)described(std::move(words));
    } catch (failure const& ended) {
        return ended.code();
    } catch (CLI::ParseError const&) {
        return exit_code::usage;
    }
    return exit_code::ok;
}

TEST(CliMessageOptions, NothingIsLeftToTheBroker) {
    auto const made = described({});
    EXPECT_FALSE(made.retry);
    EXPECT_FALSE(made.unique);
    EXPECT_FALSE(made.max_crashes);
    EXPECT_FALSE(made.priority);
    EXPECT_FALSE(made.eta || made.countdown || made.expires || made.expires_at);
}

TEST(CliMessageOptions, RetriesAreSpelledOut) {
    auto const made = described({"--max-retries",
                                 "7",
                                 "--backoff",
                                 "linear",
                                 "--delay",
                                 "2s",
                                 "--max-delay",
                                 "1m",
                                 "--retry-jitter",
                                 "none",
                                 "--max-age",
                                 "1h",
                                 "--max-crashes",
                                 "2"});
    ASSERT_TRUE(made.retry);
    EXPECT_EQ(*made.retry,
              (retry_policy{.max_retries = 7,
                            .backoff = backoff::linear,
                            .base = 2s,
                            .max = 1min,
                            .jitter = jitter::none,
                            .max_age = 3600s}));
    EXPECT_EQ(made.max_crashes, 2u);
    EXPECT_EQ(described({"--max-retries", "3"}).retry,
              retry_policy{}); // also when it is the default
}

TEST(CliMessageOptions, AListOfDelaysIsABackoff) {
    auto const made = described({"--delays", "1s,5s"});
    ASSERT_TRUE(made.retry);
    EXPECT_EQ(made.retry->backoff, backoff::list);
    EXPECT_EQ(made.retry->delays, (std::vector<std::chrono::milliseconds>{1s, 5s}));
    EXPECT_EQ(code_of({"--backoff", "list"}), exit_code::usage);
    EXPECT_EQ(code_of({"--backoff", "fixed", "--delays", "1s"}), exit_code::usage);
    EXPECT_EQ(code_of({"--backoff", "sometimes"}), exit_code::usage);
}

TEST(CliMessageOptions, UniqueKeysSayHowLongAndWhatThen) {
    EXPECT_EQ(described({"--unique", "k"}).unique, (uniqueness{.key = "k"}));
    EXPECT_EQ(described({"--unique", "k", "--unique-until", "start", "--on-conflict", "keep-last"})
                  .unique,
              (uniqueness{.key = "k",
                          .until = unique_until::start,
                          .on_conflict = on_conflict::keep_last}));
    EXPECT_EQ(described({"--unique", "k", "--unique-ttl", "1m", "--on-conflict", "return"}).unique,
              (uniqueness{.key = "k",
                          .until = unique_until::ttl,
                          .on_conflict = on_conflict::return_existing,
                          .ttl = 60s}));
    EXPECT_EQ(code_of({"--on-conflict", "return"}), exit_code::usage);
    EXPECT_EQ(code_of({"--unique", "k", "--unique-until", "ttl"}), exit_code::usage);
    EXPECT_EQ(code_of({"--unique", "k", "--unique-until", "start", "--unique-ttl", "1m"}),
              exit_code::usage);
    EXPECT_EQ(code_of({"--unique", "k", "--on-conflict", "argue"}), exit_code::usage);
}

TEST(CliMessageOptions, DebounceDelaysAndReplaces) {
    auto const made = described({"--unique", "k", "--debounce", "5s"});
    ASSERT_TRUE(made.unique);
    EXPECT_EQ(made.unique->key, "k");
    EXPECT_EQ(made.countdown, std::chrono::milliseconds{5s});
    EXPECT_EQ(code_of({"--debounce", "5s"}), exit_code::usage);
    EXPECT_EQ(code_of({"--unique", "k", "--debounce", "5s", "--countdown", "1s"}),
              exit_code::usage);
}

TEST(CliMessageOptions, TimesAreAbsoluteOrFromNow) {
    EXPECT_EQ(described({"--expires", "10s"}).expires, std::chrono::milliseconds{10s});
    EXPECT_TRUE(described({"--expires", "2041-01-01T00:00:00Z"}).expires_at);
    auto const soon = described({"--eta", "in 10m"}).eta;
    ASSERT_TRUE(soon);
    EXPECT_GT(*soon, std::chrono::system_clock::now() + 9min);
}

TEST(CliMessageOptions, ValuesThatMeanNothingAreRefused) {
    using words = std::vector<std::string>;
    for (auto const& wrong : {words{"--factor", "nan"},
                              words{"--factor", "0"},
                              words{"--factor", "656"},
                              words{"--delays", ""},
                              words{"--delays", "50d"},
                              words{"--delay", "50d"},
                              words{"--max-delay", "0"},
                              words{"--max-age", "0"},
                              words{"--expires", "0"},
                              words{"--countdown", ""},
                              words{"--unique", ""},
                              words{"--unique", "k", "--unique-ttl", "0"},
                              words{"--unique", "k", "--debounce", "0"}})
        EXPECT_EQ(code_of(wrong), exit_code::usage) << wrong[wrong.size() - 2];
    EXPECT_EQ(described({"--factor", "1.5"}).retry->factor, 1.5);
    EXPECT_EQ(described({"--countdown", "0"}).countdown, 0ms);
}

TEST(CliMessageOptions, KeysLabelsAndTagsAreHandedOver) {
    auto const made = described({"--ordering-key",
                                 "order-17",
                                 "--fairness-key",
                                 "tenant=42",
                                 "--limit-key",
                                 "api",
                                 "--cost",
                                 "3",
                                 "--label",
                                 "gpu=a100",
                                 "--label",
                                 "zone=eu",
                                 "--tag",
                                 "tenant=42"});
    EXPECT_EQ(made.ordering_key, "order-17");
    EXPECT_EQ(made.fairness_key, "tenant=42");
    EXPECT_EQ(made.limit_key, "api");
    EXPECT_EQ(made.cost, 3u);
    EXPECT_EQ(made.labels, (std::vector<std::string>{"gpu=a100", "zone=eu"}));
    EXPECT_EQ(made.tags, std::vector<std::string>{"tenant=42"});
    EXPECT_FALSE(described({}).cost);
    EXPECT_EQ(code_of({"--cost", "0"}), exit_code::usage);
    EXPECT_EQ(code_of({"--cost", "-1"}), exit_code::usage);
}

} // namespace
} // namespace peyk::cli
