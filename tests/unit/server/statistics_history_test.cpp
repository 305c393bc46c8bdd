#include "broker/server/statistics_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

namespace peyk::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

constexpr core::duration minute{60'000};
constexpr core::duration hour{3'600'000};
constexpr core::duration day{86'400'000};
// The beginning of a day.
constexpr core::wall_time noon{core::duration{1'699'920'000'000}};
static_assert(noon.time_since_epoch() % day == core::duration{0});

class StatisticsHistory : public testing::Test {
protected:
    StatisticsHistory() {
        directory = fs::temp_directory_path() / ("peyk-statistics-" + std::to_string(::getpid()));
        fs::remove_all(directory);
    }
    ~StatisticsHistory() override { fs::remove_all(directory); }

    static core::named_sample
    sample_of(std::string_view name,
              std::uint32_t published,
              core::series_kind kind = core::series_kind::queue) {
        core::named_sample made{kind, name, {}};
        made.sample.published = published;
        made.sample.waited.add(core::duration{100});
        return made;
    }
    [[nodiscard]] statistics_history open(core::wall_time now) const { return {directory, now}; }

    // What one queue published, by minutes or hours.
    static std::vector<std::uint32_t> published(statistics_history const& in,
                                                std::string_view name,
                                                core::wall_time now,
                                                bool by_hours = false,
                                                core::wall_time since = core::wall_time{
                                                    core::duration{1}}) {
        std::vector<std::uint32_t> counts;
        for (auto const& series : in.find(core::series_kind::queue, name, since, by_hours, now)) {
            EXPECT_EQ(series.name, name);
            for (auto const& step : series.samples)
                counts.push_back(step.sample.published);
        }
        return counts;
    }
    [[nodiscard]] std::set<std::string> files() const {
        std::set<std::string> names;
        if (fs::exists(directory)) {
            for (auto const& each : fs::directory_iterator{directory})
                names.insert(each.path().filename().string());
        }
        return names;
    }

    fs::path directory;
};

TEST_F(StatisticsHistory, CountsMinutes) {
    auto history = open(noon);
    EXPECT_THAT(files(), IsEmpty()) << "nothing is written before there is something to say";
    history.add({sample_of("mail", 3)}, noon + core::duration{10});
    history.add({sample_of("mail", 4)}, noon + core::duration{20});
    history.add({sample_of("mail", 5), sample_of("other", 1)}, noon + minute);
    auto const found = history.find(
        core::series_kind::queue, "mail", core::unset, false, noon + 2 * minute);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].sum.published, 12u);
    EXPECT_EQ(found[0].sum.waited.count(), 3u);
    ASSERT_EQ(found[0].samples.size(), 2u);
    EXPECT_EQ(found[0].samples[0].at, noon);
    EXPECT_EQ(found[0].samples[0].sample.published, 7u);
    EXPECT_EQ(found[0].samples[1].at, noon + minute);
    EXPECT_EQ(found[0].samples[1].sample.published, 5u);
}

TEST_F(StatisticsHistory, WithoutANameItTellsOfAllOfAKind) {
    auto history = open(noon);
    history.add({sample_of("mail", 3),
                 sample_of("other", 1),
                 sample_of("mail", 9, core::series_kind::task)},
                noon);
    auto const queues = history.find(core::series_kind::queue, "", core::unset, false, noon);
    ASSERT_EQ(queues.size(), 2u);
    EXPECT_EQ(queues[0].name, "mail");
    EXPECT_EQ(queues[0].sum.published, 3u);
    EXPECT_THAT(queues[0].samples, IsEmpty());
    EXPECT_EQ(queues[1].name, "other");
    auto const tasks = history.find(core::series_kind::task, "", core::unset, false, noon);
    ASSERT_EQ(tasks.size(), 1u);
    EXPECT_EQ(tasks[0].sum.published, 9u);
}

TEST_F(StatisticsHistory, TellsOfTheLastHourIfNotAskedForMore) {
    auto history = open(noon);
    history.add({sample_of("mail", 1)}, noon);
    history.add({sample_of("mail", 2)}, noon + hour);
    auto const now = noon + hour + minute;
    EXPECT_THAT(published(history, "mail", now, false, core::unset), ElementsAre(2));
    EXPECT_THAT(published(history, "mail", now), ElementsAre(1, 2));
}

TEST_F(StatisticsHistory, SumsUpHours) {
    auto history = open(noon);
    history.add({sample_of("mail", 1)}, noon);
    history.add({sample_of("mail", 2)}, noon + 59 * minute);
    history.add({sample_of("mail", 4)}, noon + hour);
    EXPECT_THAT(published(history, "mail", noon + hour, true), ElementsAre(3, 4));
    history.add({}, noon + 2 * hour); // a quiet minute ends an hour, too
    EXPECT_THAT(published(history, "mail", noon + 2 * hour, true), ElementsAre(3, 4));
}

TEST_F(StatisticsHistory, TellsOfTheHourUnderWay) {
    auto history = open(noon);
    history.add({sample_of("mail", 1)}, noon + minute);
    EXPECT_THAT(published(history, "mail", noon + minute, true), ElementsAre(1));
    history.add({sample_of("mail", 2), sample_of("first", 5)}, noon + 2 * minute);
    EXPECT_THAT(published(history, "mail", noon + 2 * minute, true), ElementsAre(3));
    history.add({sample_of("mail", 4)}, noon + hour);
    auto const all = history.find(core::series_kind::queue, "", noon, true, noon + hour);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].name, "first");
    EXPECT_EQ(all[0].sum.published, 5u);
    EXPECT_EQ(all[1].sum.published, 7u);
    EXPECT_THAT(all[1].samples, IsEmpty());
    EXPECT_THAT(history.find(core::series_kind::task, "", noon, true, noon + hour), IsEmpty());
    EXPECT_THAT(published(history, "mail", noon + hour, true, noon + hour), ElementsAre(4));
    auto const later = noon + hour + minute;
    EXPECT_THAT(published(history, "mail", later, true, later), IsEmpty());
}

TEST_F(StatisticsHistory, AnHourThatComesAgainIsOne) {
    auto history = open(noon);
    history.add({sample_of("mail", 1)}, noon);
    history.add({}, noon + hour);
    history.add({sample_of("mail", 2)}, noon + 59 * minute); // the clock was set back
    EXPECT_THAT(published(history, "mail", noon + 59 * minute, true), ElementsAre(3));
}

TEST_F(StatisticsHistory, SurvivesARestart) {
    {
        auto history = open(noon);
        history.add({sample_of("mail", 1)}, noon);
        history.add({sample_of("mail", 2)}, noon + hour);
        history.add({sample_of("mail", 3)}, noon + hour);
    }
    auto const again = open(noon + hour + minute);
    EXPECT_THAT(published(again, "mail", noon + hour + minute), ElementsAre(1, 5));
    EXPECT_THAT(published(again, "mail", noon + hour + minute, true), ElementsAre(1, 5));
    auto const found = again.find(
        core::series_kind::queue, "mail", noon, false, noon + hour + minute);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].sum.waited.count(), 3u);
    EXPECT_EQ(found[0].sum.waited.quantile(0.5), [] {
        core::histogram same;
        same.add(core::duration{100});
        return same.quantile(0.5);
    }());
}

TEST_F(StatisticsHistory, AnHourWhoseEndNoProcessSawIsMadeUpFor) {
    {
        auto history = open(noon);
        history.add({sample_of("mail", 1)}, noon);
        history.add({sample_of("mail", 2)}, noon + 30 * minute);
    }
    auto const next = noon + 5 * hour;
    EXPECT_THAT(published(open(next), "mail", next, true), ElementsAre(3));
    EXPECT_THAT(published(open(next), "mail", next, true), ElementsAre(3)) << "and only once";
}

TEST_F(StatisticsHistory, AnHourThatGoesOnAfterARestartIsOne) {
    {
        auto history = open(noon);
        history.add({sample_of("mail", 1)}, noon);
    }
    auto again = open(noon + 10 * minute);
    again.add({sample_of("mail", 2)}, noon + 10 * minute);
    EXPECT_THAT(published(again, "mail", noon + 10 * minute, true), ElementsAre(3));
    again.add({sample_of("mail", 7)}, noon + hour);
    EXPECT_THAT(published(again, "mail", noon + hour, true), ElementsAre(3, 7));
}

TEST_F(StatisticsHistory, AFileThatEndsInTheMiddleIsReadSoFar) {
    {
        auto history = open(noon);
        history.add({sample_of("mail", 1)}, noon);
        history.add({sample_of("mail", 2)}, noon + minute);
    }
    auto const names = files();
    ASSERT_EQ(names.size(), 1u);
    auto const file = directory / *names.begin();
    fs::resize_file(file, fs::file_size(file) - 1);
    auto again = open(noon + 2 * minute);
    EXPECT_THAT(published(again, "mail", noon + 2 * minute), ElementsAre(1));
}

// What is appended behind a torn sample could not be read again.
TEST_F(StatisticsHistory, WhatComesBehindATornSampleIsNotLost) {
    {
        auto history = open(noon);
        history.add({sample_of("mail", 1)}, noon);
        history.add({sample_of("mail", 2)}, noon + minute);
    }
    auto const file = directory / *files().begin();
    fs::resize_file(file, fs::file_size(file) - 1);
    {
        auto again = open(noon + 2 * minute);
        again.add({sample_of("mail", 4)}, noon + 2 * minute);
    }
    EXPECT_THAT(published(open(noon + 3 * minute), "mail", noon + 3 * minute), ElementsAre(1, 4));
}

TEST_F(StatisticsHistory, AFileThatMeansNothingIsLeftOut) {
    fs::create_directories(directory);
    std::ofstream{directory / "minutes-1699920000.pb"} << "\x05hello this is no sample";
    auto history = open(noon);
    history.add({sample_of("mail", 1)}, noon + minute);
    EXPECT_THAT(published(history, "mail", noon + minute), ElementsAre(1));
}

TEST_F(StatisticsHistory, OldStepsGoAndTheirFilesWithThem) {
    auto history = open(noon);
    history.add({sample_of("mail", 1)}, noon);
    history.add({sample_of("mail", 2)}, noon + hour);
    history.flush();
    EXPECT_EQ(files(),
              (std::set<std::string>{"hours-1699920000.pb",
                                     "minutes-1699920000.pb",
                                     "minutes-1699923600.pb"}));
    auto const later = noon + statistics_history::minutes.kept + hour;
    history.add({sample_of("mail", 3)}, later);
    EXPECT_THAT(published(history, "mail", later), ElementsAre(2, 3));
    EXPECT_FALSE(files().contains("minutes-1699920000.pb"));
    EXPECT_TRUE(files().contains("minutes-1699923600.pb"));
    EXPECT_TRUE(files().contains("hours-1699920000.pb"));
    auto const much_later = noon + statistics_history::hours.kept + day;
    history.add({sample_of("mail", 4)}, much_later);
    EXPECT_FALSE(files().contains("hours-1699920000.pb"));
    EXPECT_THAT(published(history, "mail", much_later), ElementsAre(4));
}

TEST_F(StatisticsHistory, WhatIsTooOldIsNotReadAgain) {
    {
        auto history = open(noon);
        history.add({sample_of("mail", 1)}, noon);
    }
    auto const later = noon + statistics_history::minutes.kept + minute;
    EXPECT_THAT(published(open(later), "mail", later), IsEmpty());
    EXPECT_THAT(published(open(later), "mail", later, true), ElementsAre(1))
        << "its hour is made up for before its minutes go";
}

TEST_F(StatisticsHistory, MemoryIsBounded) {
    std::string const name(100, 'n');
    core::sample full;
    full.published = 1;
    for (std::size_t bucket = 0; bucket < core::histogram::buckets; ++bucket) {
        full.waited.counts()[bucket] = 0xffff'ffff;
        full.ran.counts()[bucket] = 0xffff'ffff;
    }
    statistics_history history{{}, noon}; // no files: they would be as large
    constexpr int names = 2'000;
    std::vector<std::string> texts;
    for (int i = 0; i < names; ++i)
        texts.push_back(std::to_string(i));
    std::vector<core::named_sample> all;
    for (auto const& each : texts)
        all.push_back({core::series_kind::queue, each, full});
    // Each sample takes about 1,150 bytes: 40 minutes are too much.
    constexpr int steps = 40;
    auto now = noon;
    for (int i = 0; i < steps; ++i, now += minute)
        history.add(all, now);
    auto const left = history.find(core::series_kind::queue, "7", noon, false, now);
    ASSERT_EQ(left.size(), 1u);
    EXPECT_LT(left[0].samples.size(), std::size_t{steps});
    EXPECT_GT(left[0].samples.size(), std::size_t{steps / 2});
    EXPECT_EQ(left[0].samples.back().at, now - minute) << "the oldest go first";
}

} // namespace
} // namespace peyk::server
