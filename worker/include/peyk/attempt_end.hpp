#pragma once
// What a task throws to say how its attempt ends. Any other exception is a failure, retried as the
// message or the registration says. These are caught by the worker alone; thrown anywhere else they
// are ordinary exceptions.

#include <peyk/message.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace peyk {

// Failed: try again after this time, whatever the backoff says. Costs an attempt, and is a failure
// once `max_retries` are used up (if neither message nor registration names any: never).
class retry_later : public std::runtime_error {
public:
    explicit retry_later(std::chrono::milliseconds after, std::string const& reason = "retry later")
        : std::runtime_error(reason), after_(after) {}
    [[nodiscard]] std::chrono::milliseconds after() const { return after_; }

private:
    std::chrono::milliseconds after_;
};

// Failed, and trying again would not help: never retried.
class permanent_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The arguments are not what the task takes. Never retried. Thrown by the worker before the
// function runs, naming the argument.
class bad_arguments : public permanent_error {
public:
    using permanent_error::permanent_error;
};

// Failed: the message becomes a dead letter at once, kept with its content.
class reject : public std::runtime_error {
public:
    explicit reject(std::string const& reason) : std::runtime_error(reason) {}
};

// Not now: deliver it again after this time. Costs no attempt and is no failure.
class snooze : public std::exception {
public:
    explicit snooze(std::chrono::milliseconds after) : after_(after) {}
    [[nodiscard]] std::chrono::milliseconds after() const { return after_; }
    [[nodiscard]] char const* what() const noexcept override { return "peyk::snooze"; }

private:
    std::chrono::milliseconds after_;
};

// Done, and no result is stored.
class drop : public std::exception {
public:
    [[nodiscard]] char const* what() const noexcept override { return "peyk::drop"; }
};

} // namespace peyk
