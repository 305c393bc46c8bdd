// The engine with a journal in memory whose disk fills up and empties again.

#include "broker/server/engine.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace peyk::server {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s; // for what takes a second or two

class switched_log final : public storage::log {
public:
    explicit switched_log(bool const& has_room) : has_room_(has_room) {}

    boost::system::result<storage::replay_report> replay(visitor const&) override { return {}; }
    boost::system::result<void> append(storage::batch_number, std::string_view) override {
        return {};
    }
    boost::system::result<std::string>
    read(storage::batch_number, std::size_t, std::size_t) override {
        return std::string{};
    }
    boost::system::result<void> trim(storage::batch_number) override { return {}; }
    [[nodiscard]] std::uint64_t bytes() const override { return 0; }
    [[nodiscard]] storage::batch_number oldest_segment_end() const override { return {}; }
    bool reserve(std::uint64_t) override { return has_room_; }

private:
    bool const& has_room_; // as the loop's thread sees it
};

struct engine_rig {
    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        loop.get_executor()};
    core::limits limits;
    core::broker_state state{limits};
    clock time;
    bool has_room = false;
    storage::journal journal{std::make_unique<switched_log>(has_room)};
    engine pump{loop, state, journal, time, {}};

    static constexpr core::session_id publisher{1, 1};

    engine_rig() {
        (void)journal.recover([](auto const&...) {});
        core::output recovered;
        state.recovered(time.now(), recovered);
        pump.start(recovered);
        pump.submit(core::connect{publisher, false});
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
    rig.loop.run_for(200ms); // no commit is on its way afterwards
    rig.has_room = true;
    EXPECT_TRUE(rig.run_until([&] { return rig.takes_a_message(); }));
}

} // namespace
} // namespace peyk::server
