// What each exception of a task becomes.

#include "worker/src/exception_outcome.hpp"
#include <peyk/attempt_end.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace peyk::worker_detail {
namespace {

using namespace std::chrono_literals;

struct too_hot : std::runtime_error {
    using std::runtime_error::runtime_error;
};

time_point const now{1'700'000'000'000ms};

attempt_facts facts(std::uint32_t attempt, std::uint32_t of_message, std::uint32_t registered) {
    return {.attempt = attempt,
            .message_max_retries = of_message,
            .registered = {.max_retries = registered, .base = 1s, .jitter = jitter::none},
            .now = now,
            .random = 0};
}

template <class Thrown>
outcome outcome_of_throwing(Thrown const& thrown, attempt_facts const& with) {
    return outcome_of(std::make_exception_ptr(thrown), with);
}

TEST(ExceptionOutcome, FailsForGoodWithoutRetries) {
    auto const ended = outcome_of_throwing(too_hot{"90 degrees"}, facts(1, 0, 0));
    auto const& failure = std::get<verdict::failure>(ended);
    EXPECT_TRUE(failure.permanent);
    EXPECT_NE(failure.error.type.find("too_hot"), std::string::npos) << failure.error.type;
    EXPECT_EQ(failure.error.message, "90 degrees");
}

TEST(ExceptionOutcome, AnErrorOfTheLibraryIsASentence) {
    boost::system::system_error const of_coroutine{make_error_code(errc::expired)};
    auto const ended = outcome_of_throwing(of_coroutine, facts(1, 0, 0));
    EXPECT_EQ(std::get<verdict::failure>(ended).error.message,
              "the message expires before it is published");
}

TEST(ExceptionOutcome, ThePolicyOfTheMessageIsLeftToTheBroker) {
    auto const ended = outcome_of_throwing(too_hot{"x"}, facts(9, 3, 5));
    EXPECT_FALSE(std::get<verdict::failure>(ended).permanent);
}

TEST(ExceptionOutcome, TheRegistrationCountsWhenTheMessageNamesNoRetries) {
    auto const second = outcome_of_throwing(too_hot{"x"}, facts(2, 0, 2));
    EXPECT_EQ(std::get<verdict::retry>(second).at, now + 2s);
    auto const third = outcome_of_throwing(too_hot{"x"}, facts(3, 0, 2));
    EXPECT_TRUE(std::get<verdict::failure>(third).permanent);
}

TEST(ExceptionOutcome, RetryLaterIsGrantedUntilRetriesAreUsedUp) {
    auto const asked = retry_later{7s, "busy"};
    auto const granted = outcome_of_throwing(asked, facts(3, 3, 0));
    EXPECT_EQ(std::get<verdict::retry>(granted).at, now + 7s);
    EXPECT_EQ(std::get<verdict::retry>(granted).error.message, "busy");
    auto const last = outcome_of_throwing(asked, facts(4, 3, 0));
    EXPECT_TRUE(std::get<verdict::failure>(last).permanent);
    auto const unlimited = outcome_of_throwing(asked, facts(1'000, 0, 0));
    EXPECT_TRUE(std::holds_alternative<verdict::retry>(unlimited));
}

TEST(ExceptionOutcome, SomeExceptionsSayHowItEnds) {
    auto const with = facts(1, 3, 3);
    EXPECT_TRUE(
        std::get<verdict::failure>(outcome_of_throwing(permanent_error{"no"}, with)).permanent);
    auto const bad = outcome_of_throwing(bad_arguments{"a"}, with);
    EXPECT_EQ(std::get<verdict::failure>(bad).error.type, "peyk::bad_arguments");
    EXPECT_EQ(std::get<verdict::dead>(outcome_of_throwing(reject{"r"}, with)).error.message, "r");
    EXPECT_EQ(std::get<verdict::snooze>(outcome_of_throwing(snooze{5s}, with)).at, now + 5s);
    EXPECT_TRUE(std::holds_alternative<verdict::drop>(outcome_of_throwing(drop{}, with)));
}

TEST(ExceptionOutcome, WhatIsNoStdExceptionIsAFailureToo) {
    auto const ended = outcome_of_throwing(42, facts(1, 0, 0));
    EXPECT_EQ(std::get<verdict::failure>(ended).error.type, "int");
}

TEST(ExceptionOutcome, NestedCausesBecomeTheTrace) {
    std::exception_ptr thrown;
    try {
        try {
            throw std::out_of_range{"inner"};
        } catch (...) {
            std::throw_with_nested(std::logic_error{"outer"});
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    auto const ended = outcome_of(thrown, facts(1, 0, 0));
    auto const& error = std::get<verdict::failure>(ended).error;
    EXPECT_EQ(error.type, "std::logic_error");
    EXPECT_EQ(error.trace, "caused by std::out_of_range: inner\n");
}

TEST(ExceptionOutcome, RetryAtNamesTheTime) {
    auto const ended = outcome_of_throwing(retry_at{now + 5min, "later"}, facts(1, 0, 3));
    EXPECT_EQ(std::get<verdict::retry>(ended).at, now + 5min);
    auto const last = outcome_of_throwing(retry_at{now + 5min}, facts(4, 0, 3));
    EXPECT_TRUE(std::get<verdict::failure>(last).permanent);
}

TEST(ExceptionOutcome, RateLimitedHoldsItsScope) {
    auto const ended =
        outcome_of_throwing(rate_limited{now + 1min, hold_scope::queue}, facts(1, 0, 0));
    EXPECT_EQ(std::get<verdict::rate_limited>(ended).until, now + 1min);
    EXPECT_EQ(std::get<verdict::rate_limited>(ended).scope, hold_scope::queue);
    EXPECT_THROW((rate_limited{now, hold_scope::publishing}), std::invalid_argument);
}

TEST(ExceptionOutcome, WhatIsTooOldIsNotRetried) {
    auto old = facts(1, 0, 3);
    old.registered.max_age = 60s;
    old.published_at = now - 60s;
    EXPECT_TRUE(std::holds_alternative<verdict::retry>(outcome_of_throwing(too_hot{"x"}, old)));
    old.published_at = now - 61s;
    EXPECT_TRUE(std::get<verdict::failure>(outcome_of_throwing(too_hot{"x"}, old)).permanent);
}

TEST(ExceptionOutcome, AStoryTooLongIsCut) {
    auto const ended = outcome_of_throwing(too_hot{std::string(1'000'000, 'x')}, facts(1, 0, 0));
    EXPECT_EQ(std::get<verdict::failure>(ended).error.message.size(), 8u << 10);
}

} // namespace
} // namespace peyk::worker_detail
