#pragma once
// What a task throws to say how its attempt ends. Any other exception is a failure, retried as the
// message or the registration says. These are caught by the worker alone; thrown anywhere else they
// are ordinary exceptions.

#include <peyk/hold.hpp>
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

// The same at a certain time.
class retry_at : public std::runtime_error {
public:
    explicit retry_at(time_point at, std::string const& reason = "retry later")
        : std::runtime_error(reason), at_(at) {}
    [[nodiscard]] time_point at() const { return at_; }

private:
    time_point at_;
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

// What the task made cannot be kept: larger than `result_bytes_max` of its registration, or than
// the broker takes. Never retried. Thrown by the worker; callers see a FAILURE of this type.
class result_too_large : public permanent_error {
public:
    using permanent_error::permanent_error;
};

// The soft time limit of the attempt is over: thrown by context::throw_if_stopped(), and what a
// coroutine's cancelled operation becomes then. A failure like any other.
class soft_time_limit_exceeded : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The time limit of the attempt is over: what the worker settles it with. Retried as the message or
// the registration says. Not thrown into the function.
class time_limit_exceeded : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The attempt does not count any more: thrown by context::throw_if_stopped().
class attempt_stopped : public std::exception {
public:
    [[nodiscard]] char const* what() const noexcept override { return "peyk::attempt_stopped"; }
};

// Failed: the message becomes a dead letter at once, kept with its content.
class reject : public std::runtime_error {
public:
    explicit reject(std::string const& reason) : std::runtime_error(reason) {}
};

// What the task works on wants no more for now (HTTP 429): nothing of the scope is delivered to any
// worker until then, and this message comes again. Costs no attempt and is no failure.
class rate_limited : public std::exception {
public:
    // `scope`: all messages of this task, or all of this queue; throws std::invalid_argument for
    // any other.
    explicit rate_limited(time_point until, hold_scope scope = hold_scope::task)
        : until_(until), scope_(scope) {
        if (scope == hold_scope::publishing)
            throw std::invalid_argument("peyk::rate_limited holds a task or a queue");
    }
    explicit rate_limited(std::chrono::milliseconds after, hold_scope scope = hold_scope::task)
        : rate_limited(std::chrono::system_clock::now() + after, scope) {}
    [[nodiscard]] time_point until() const { return until_; }
    [[nodiscard]] hold_scope scope() const { return scope_; }
    [[nodiscard]] char const* what() const noexcept override { return "peyk::rate_limited"; }

private:
    time_point until_;
    hold_scope scope_;
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
