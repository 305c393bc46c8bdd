// The decisions of connecting, as scripts: report how a step went, expect the next.
#include "client/src/connect_fsm.hpp"

#include <gtest/gtest.h>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using kind = connect_action::kind;

client_options fast() {
    client_options options;
    options.backoff_min = 50ms;
    options.backoff_max = 400ms;
    return options;
}

connect_fsm make(std::string_view urls = "a:1") {
    return {fast(), parse_urls(urls).value()};
}

constexpr std::uint64_t no_jitter = 0;

TEST(ConnectFsm, GoesStraightToRunning) {
    auto fsm = make();
    auto action = fsm.start();
    EXPECT_EQ(action.what, kind::resolve_and_connect);
    EXPECT_EQ(action.target.host, "a");
    EXPECT_EQ(fsm.resume({}, no_jitter).what, kind::greet);
    EXPECT_EQ(fsm.resume({}, no_jitter).what, kind::run);
    EXPECT_EQ(fsm.current(), connect_fsm::state::running);
}

TEST(ConnectFsm, WaitsAndTriesAgainAfterAFailureAtEachStep) {
    for (int good_steps = 0; good_steps < 3; ++good_steps) {
        auto fsm = make();
        std::ignore = fsm.start();
        for (int i = 0; i < good_steps; ++i)
            std::ignore = fsm.resume({}, no_jitter);
        auto const action = fsm.resume(errc::unreachable, no_jitter);
        EXPECT_EQ(action.what, kind::wait) << good_steps;
        EXPECT_EQ(action.delay, 50ms);
        EXPECT_EQ(fsm.last_error(), errc::unreachable);
        EXPECT_EQ(fsm.resume({}, no_jitter).what, kind::resolve_and_connect);
    }
}

TEST(ConnectFsm, BacksOffUpToTheMaximumAndStartsAnewOnceWelcomed) {
    auto fsm = make();
    std::ignore = fsm.start();
    for (auto const expected : {50ms, 100ms, 200ms, 400ms, 400ms}) {
        EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).delay, expected);
        std::ignore = fsm.resume({}, no_jitter);
    }
    std::ignore = fsm.resume({}, no_jitter);
    std::ignore = fsm.resume({}, no_jitter);
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).delay, 50ms);
}

TEST(ConnectFsm, JitterShortensADelayByHalfAtMost) {
    for (std::uint64_t random = 0; random < 200; ++random) {
        auto fsm = make();
        std::ignore = fsm.start();
        auto const delay = fsm.resume(errc::unreachable, random).delay;
        EXPECT_GE(delay, 25ms);
        EXPECT_LE(delay, 50ms);
    }
}

TEST(ConnectFsm, TriesEveryAddressBeforeItWaits) {
    auto fsm = make("a:1,b:2,c:3");
    EXPECT_EQ(fsm.start().target.host, "a");
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).target.host, "b");
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).target.host, "c");
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).what, kind::wait);
    EXPECT_EQ(fsm.resume({}, no_jitter).target.host, "a");
}

TEST(ConnectFsm, ReturnsToTheBrokerItLost) {
    auto fsm = make("a:1,b:2");
    std::ignore = fsm.start();
    std::ignore = fsm.resume(errc::unreachable, no_jitter); // b
    std::ignore = fsm.resume({}, no_jitter);
    std::ignore = fsm.resume({}, no_jitter);
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).what, kind::wait);
    EXPECT_EQ(fsm.resume({}, no_jitter).target.host, "b");
}

TEST(ConnectFsm, FollowsARedirectAtOnceAndOnce) {
    auto fsm = make();
    std::ignore = fsm.start();
    std::ignore = fsm.resume({}, no_jitter);
    fsm.redirect({"z", 9});
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).target, (broker_url{"z", 9}));
    EXPECT_EQ(fsm.resume(errc::unreachable, no_jitter).what, kind::wait);
    EXPECT_EQ(fsm.resume({}, no_jitter).target.host, "a");
}

TEST(ConnectFsm, StopsForGoodWhenTryingAgainCannotHelp) {
    for (auto const why : {errc::version_unsupported, errc::session_superseded, errc::closed}) {
        auto fsm = make();
        std::ignore = fsm.start();
        std::ignore = fsm.resume({}, no_jitter);
        auto const action = fsm.resume(why, no_jitter);
        EXPECT_EQ(action.what, kind::stop);
        EXPECT_EQ(action.error, why);
        EXPECT_EQ(fsm.resume({}, no_jitter).what, kind::stop);
    }
}

TEST(BrokerUrl, TakesWhatPeopleWrite) {
    EXPECT_EQ(parse_url("peyk://host:99").value(), (broker_url{"host", 99}));
    EXPECT_EQ(parse_url("host").value(), (broker_url{"host", 7420}));
    EXPECT_EQ(parse_url("peyk://[::1]:5/").value(), (broker_url{"::1", 5}));
    EXPECT_EQ(parse_url("[::1]").value(), (broker_url{"::1", 7420}));
    EXPECT_EQ(parse_urls("a:1, b").value().size(), 2u);
}

} // namespace
} // namespace peyk
