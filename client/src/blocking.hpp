#pragma once
// The blocking form of an asynchronous operation: starts it and sleeps until it completes.

#include <peyk/asio.hpp>
#include <peyk/error.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace peyk {

// Why an operation failed, with the broker's words if it was the broker.
struct failure {
    error_code error = {};
    std::string text = {};
    std::string limit = {};
};

template <class... Args>
class blocking_call {
public:
    // The handler; every operation of this library completes, so this object outlives it.
    [[nodiscard]] completion<error_code, Args...> handler() {
        return [this](error_code error, Args... args) {
            complete({error}, std::move(args)...);
        };
    }
    void complete(failure why, Args... args) {
        std::scoped_lock const lock{mutex_}; // held while notifying: the waiter ends this object
        outcome_.emplace(std::move(why), std::move(args)...);
        done_.notify_one();
    }

    // Throws the exception that fits the error.
    auto wait() {
        std::unique_lock lock{mutex_};
        done_.wait(lock, [&] { return outcome_.has_value(); });
        if (auto const& why = std::get<0>(*outcome_); why.error)
            throw_error(why.error, why.text, why.limit);
        if constexpr (sizeof...(Args) == 1)
            return std::move(std::get<1>(*outcome_));
    }

private:
    std::mutex mutex_;
    std::condition_variable done_;
    std::optional<std::tuple<failure, Args...>> outcome_;
};

} // namespace peyk
