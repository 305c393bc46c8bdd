// Random commands and crashes, with and without cleaning: the same state, and no slot twice.

#include "tests/unit/core/schedule_desk.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace peyk::core {
namespace {

class RandomSchedules : public testing::TestWithParam<std::uint32_t> {
protected:
    void step() {
        std::string const name(1, static_cast<char>('a' + pick(3)));
        s.d->apply(connect{desk::publisher, true}); // It may have been silent for too long.
        switch (pick(6)) {
        case 0:
            set(name);
            break;
        case 1:
            s.d->apply(remove_schedule{desk::publisher, {7}, name});
            break;
        case 2:
            s.d->apply(pause_schedule{desk::publisher, {7}, name, pick(2) == 0});
            break;
        case 3:
            s.d->apply(trigger_schedule{desk::publisher, {7}, name});
            break;
        case 4:
            s.d->relocate({s.d->end - pick(static_cast<std::uint32_t>(s.d->end))}, pick(2'000));
            if (pick(2) == 0) {
                s.d->trim();
            }
            break;
        default:
            for (fire const& each : s.run(duration{pick(20'000)})) {
                EXPECT_TRUE(ids.insert(each.id).second);
            }
            break;
        }
    }

    void set(std::string const& name) {
        auto spec = schedule_desk::every(std::chrono::seconds{1 + pick(9)}, name);
        if (pick(2) == 0) {
            spec.every = duration{0};
            spec.cron = "*/3 * * * * *";
            spec.zone = pick(2) == 0 ? "Berlin" : "";
        }
        spec.misfire = static_cast<misfire>(pick(3));
        spec.overlap = static_cast<overlap>(pick(4));
        spec.jitter = duration{pick(2) * 500};
        spec.expires_after = duration{pick(2) * 5'000};
        spec.message.content = std::string_view{"0123456789"}.substr(pick(10));
        EXPECT_EQ(s.set(spec), "");
    }

    std::uint32_t pick(std::uint32_t below) { return random() % below; }

    std::mt19937 random{GetParam()};
    schedule_desk s;
    std::set<message_id> ids;
};

TEST_P(RandomSchedules, AreTheSameAfterReplay) {
    for (int life = 0; life < 8; ++life) {
        for (int i = 0; i < 60; ++i) {
            step();
        }
        auto const before = s.d->broker.fingerprint();
        s.crash(duration{pick(30'000)});
        ASSERT_EQ(s.d->broker.fingerprint(), before) << "life " << life;
        s.d->wake();
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSchedules, testing::Range(0u, 40u));

} // namespace
} // namespace peyk::core
