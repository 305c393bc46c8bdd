// The engine with a journal in memory whose disk fills up and empties again.

#include "broker/server/engine.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace peyk::server {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s; // for what takes a second or two

// What the disk does, and what was asked of it.
struct switches {
    bool has_room = false; // as the loop's thread sees it
    std::atomic<bool> fails = false;
    std::atomic<int> looks = 0;             // at its room, since something was written
    std::atomic<std::uint64_t> wanted = 0;  // the last time
};

class switched_log final : public storage::log {
public:
    explicit switched_log(switches& by) : by_(by) {}

    boost::system::result<storage::replay_report> replay(visitor const&) override { return {}; }
    boost::system::result<void> append(storage::batch_number, std::string_view) override {
        by_.looks = 0;
        if (by_.fails)
            return make_error_code(storage::errc::disk_full);
        return {};
    }
    boost::system::result<std::string>
    read(storage::batch_number, std::size_t, std::size_t) override {
        return std::string{};
    }
    boost::system::result<void> trim(storage::batch_number) override { return {}; }
    [[nodiscard]] std::uint64_t bytes() const override { return 0; }
    [[nodiscard]] storage::batch_number oldest_segment_end() const override { return {}; }
    bool reserve(std::uint64_t bytes) override {
        ++by_.looks;
        by_.wanted = bytes;
        return by_.has_room;
    }

private:
    switches& by_;
};

struct engine_rig {
    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        loop.get_executor()};
    core::limits limits;
    core::broker_state state{limits};
    clock time;
    switches disk;
    storage::journal journal{std::make_unique<switched_log>(disk)};
    bool writable = false;
    bool failed = false;
    engine pump{loop, state, journal, time, options()};

    static constexpr core::session_id publisher{1, 1};

    explicit engine_rig(bool fails = false) {
        disk.fails = fails;
        (void)journal.recover([](auto const&...) {});
        core::output recovered;
        state.recovered(time.now(), recovered);
        pump.start(recovered, [this] { writable = true; });
        pump.submit(core::connect{publisher, false});
    }

    engine_options options() {
        engine_options all;
        all.on_failure = [this](std::string const&) {
            failed = true;
        };
        return all;
    }

    // One more message. A refused one writes nothing, so no commit follows it.
    bool takes_a_message() {
        auto const before = state.stats().messages;
        core::message offered;
        offered.id = {1, ++last_id};
        pump.submit(core::publish{publisher, {1}, {}, {}, {&offered, 1}});
        return state.stats().messages > before;
    }
    template <class Condition>
    bool run_until(Condition condition) {
        auto const end = std::chrono::steady_clock::now() + patience;
        while (!condition() && std::chrono::steady_clock::now() < end)
            loop.run_one_for(10ms);
        return std::chrono::steady_clock::now() < end;
    }

    std::uint64_t last_id = 0;
};

TEST(Engine, TakesPublishesAgainOnceThereIsRoomThoughNothingIsCommittedMeanwhile) {
    engine_rig rig;
    ASSERT_TRUE(rig.run_until([&] { return !rig.takes_a_message(); }));
    // The first look comes with a commit, those after it with nothing but time.
    ASSERT_TRUE(rig.run_until([&] { return rig.disk.looks >= 3; }));
    rig.disk.has_room = true;
    EXPECT_TRUE(rig.run_until([&] { return rig.takes_a_message(); }));
}

TEST(Engine, WantsRoomForWhatMayComeBeforeItLooksAgain) {
    engine_rig rig;
    ASSERT_TRUE(rig.run_until([&] { return rig.disk.looks > 0; }));
    EXPECT_GE(rig.disk.wanted, engine_options{}.frame_bytes_max);
}

TEST(Engine, SaysThatTheJournalCanBeWrittenOnceItWas) {
    engine_rig rig;
    EXPECT_FALSE(rig.writable);
    EXPECT_TRUE(rig.run_until([&] { return rig.writable; }));
    EXPECT_FALSE(rig.failed);
}

TEST(Engine, NeverSaysThatTheJournalCanBeWrittenIfItCannot) {
    engine_rig rig{true};
    EXPECT_TRUE(rig.run_until([&] { return rig.failed; }));
    EXPECT_FALSE(rig.writable);
}

} // namespace
} // namespace peyk::server
