#pragma once
// The result of a task that runs elsewhere, now or later.

#include <peyk/client.hpp>
#include <peyk/error.hpp>
#include <peyk/json.hpp>
#include <peyk/message_id.hpp>
#include <peyk/status.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

struct get_options {
    std::optional<std::chrono::milliseconds> timeout = {}; // none: as long as it takes
    bool propagate = true;                                 // throw the task's error
    // Wait though the calling thread runs a task: only when the other one cannot need its slot.
    bool inside_task = false;
};

// Throws errc::would_deadlock if the calling thread runs a task.
void refuse_wait_inside_task();

// What to do with the reports of a task while it is followed. Called on the thread that follows.
struct follow_options {
    std::function<void(progress const&)> on_progress = {};
    std::function<void(std::string_view lines)> on_log = {}; // whole lines
    std::function<void(status const&)> on_state = {};        // each change of state
    std::optional<std::chrono::milliseconds> timeout = {};   // none: as long as it takes
};

// Until the message is final or unknown; the state it ended in. Throws timeout_error.
status follow(client through, message_id id, follow_options const& options);
// The states from now to the final one, each once in a row.
[[nodiscard]] std::vector<state>
states_of(client through, message_id id, std::optional<std::chrono::milliseconds> timeout);

// A value or the task's error, as a value. value() throws the error.
template <class R>
using task_result = boost::system::result<R, task_error>;

[[noreturn]] void throw_exception_from_error(task_error const& failure,
                                             boost::source_location const& where);

// The error of a message that ended without a result, or nothing: SUCCESS.
[[nodiscard]] std::optional<task_error> failure_of(status const& ended);

namespace json_detail {

template <class R>
struct ended {
    static R value(status const& what) { return from_json<R>(what.result); }
};
template <>
struct ended<void> {
    static void value(status const&) {}
};

} // namespace json_detail

// Names a result; it is kept by the broker, not here. Copying is cheap. Thread-safe as far as the
// client is. R has to be default constructible for async_get() and for ignored results.
template <class R>
class async_result {
public:
    async_result() = default; // of no task
    async_result(client owner, message_id id, bool ignored = false)
        : client_(std::move(owner)), id_(id), ignored_(ignored) {}

    [[nodiscard]] message_id id() const { return id_; }
    // No result is kept: get() returns at once.
    [[nodiscard]] bool is_ignored() const { return ignored_; }
    // Throws errc::closed: a result of no task.
    [[nodiscard]] client through() const { return checked(); }

    // Waits for the result. Throws timeout_error (the task goes on), task_error (or the exception
    // registered for its type, see error_types.hpp), revoked_error, or peyk::error for what the
    // client met; errc::would_deadlock inside a task, whose slot the other one may need (there, a
    // coroutine has `co_await async_get(asio::use_awaitable)`). Of an ignored result: R{} at once.
    R get() const { return get_within({}); }
    R get(std::chrono::milliseconds timeout) const { return get_within(timeout); }

    // The same, but with `propagate = false` the task's error is returned, not thrown.
    task_result<R> get(get_options options) const {
        auto const ended = wait(options.timeout, options.inside_task);
        auto const failure = ended ? failure_of(*ended) : std::nullopt;
        if (failure && options.propagate)
            throw_exception_from_error(*failure, BOOST_CURRENT_LOCATION);
        if (failure)
            return *failure;
        if constexpr (std::is_void_v<R>)
            return {};
        else
            return value_of(ended);
    }

    // What the broker knows now.
    [[nodiscard]] peyk::status status() const { return checked().status(id_); }
    [[nodiscard]] peyk::state state() const { return status().state; }
    [[nodiscard]] bool ready() const { return is_final(state()); }
    [[nodiscard]] bool successful() const { return state() == peyk::state::success; }
    [[nodiscard]] bool failed() const { return state() == peyk::state::failure; }

    // The same with the last of the log and the failed attempts.
    [[nodiscard]] peyk::status info() const { return checked().info(id_); }

    // Every state from now on.
    [[nodiscard]] watcher watch(watch_options options = {}) const {
        return checked().watch(id_, options);
    }
    // Waits for the end and tells what happens until then: progress, log lines, states.
    peyk::status follow(follow_options const& options) const {
        return peyk::follow(checked(), id_, options);
    }
    // PENDING, STARTED, RETRY, ...: waits for the end and gives all that was seen.
    [[nodiscard]] std::vector<peyk::state>
    states(std::optional<std::chrono::milliseconds> timeout = {}) const {
        return states_of(checked(), id_, timeout);
    }

    // These throw refused_error. Revokes the task, waiting or running; errc::already_final.
    // r.cancel({.terminate = true, .reason = "not needed"})
    void cancel(cancel_options how = {}) const { checked().cancel(id_, std::move(how)); }
    // While it waits: not before `due`, or at once. errc::message_leased, errc::already_final.
    void reschedule(time_point due) const { checked().reschedule(id_, due); }
    void run_now() const { checked().run_now(id_); }
    // The result, or the dead letter, is not needed any more. errc::not_final.
    void forget() const { checked().forget(id_); }

    // As get(); the exception is the one get() throws.
    template <class Token>
    auto async_get(Token&& token) const {
        return async_get(std::optional<std::chrono::milliseconds>{}, std::forward<Token>(token));
    }
    template <class Token>
    auto async_get(std::optional<std::chrono::milliseconds> timeout, Token&& token) const {
        if constexpr (std::is_void_v<R>)
            return asio::async_initiate<Token, void(std::exception_ptr)>(
                starter<completion<std::exception_ptr>>{}, token, *this, timeout);
        else
            return asio::async_initiate<Token, void(std::exception_ptr, R)>(
                starter<completion<std::exception_ptr, R>>{}, token, *this, timeout);
    }

private:
    // Erases the handler and completes it with what the message ended as.
    template <class Handler>
    struct starter {
        void operator()(Handler handler,
                        async_result const& self,
                        std::optional<std::chrono::milliseconds> timeout) const {
            if (self.ignored_ || !self.client_)
                return complete(handler, self.client_ ? error_code{} : errc::closed, nullptr);
            auto waiter = client{*self.client_};
            auto const executor = asio::get_associated_executor(handler, waiter.get_executor());
            waiter.async_wait(
                self.id_,
                timeout,
                asio::bind_executor(executor,
                                    [handler = std::move(handler)](
                                        error_code error, peyk::status const& ended) mutable {
                                        complete(handler, error, &ended);
                                    }));
        }
        static void complete(Handler& handler, error_code error, peyk::status const* ended) {
            std::exception_ptr failure;
            try {
                if (error)
                    throw_error(error);
                if (auto const failed = ended ? failure_of(*ended) : std::nullopt)
                    throw_exception_from_error(*failed, BOOST_CURRENT_LOCATION);
                if constexpr (!std::is_void_v<R>) {
                    R value = ended ? json_detail::ended<R>::value(*ended) : R{};
                    return std::move(handler)(nullptr, std::move(value));
                }
            } catch (...) {
                failure = std::current_exception();
            }
            if constexpr (std::is_void_v<R>)
                std::move(handler)(failure);
            else
                std::move(handler)(failure, R{});
        }
    };

    client checked() const {
        if (!client_)
            throw error(errc::closed, "a result of no task");
        return *client_;
    }
    // Nothing: the result is ignored.
    std::optional<peyk::status> wait(std::optional<std::chrono::milliseconds> timeout,
                                     bool inside_task = false) const {
        auto waiter = checked();
        if (ignored_)
            return std::nullopt;
        if (!inside_task)
            refuse_wait_inside_task();
        return waiter.wait(id_, timeout);
    }
    static R value_of(std::optional<peyk::status> const& ended) {
        if (ended)
            return json_detail::ended<R>::value(*ended);
        return R();
    }
    R get_within(std::optional<std::chrono::milliseconds> timeout) const {
        auto const ended = wait(timeout);
        if (auto const failure = ended ? failure_of(*ended) : std::nullopt)
            throw_exception_from_error(*failure, BOOST_CURRENT_LOCATION);
        return value_of(ended);
    }

    std::optional<client> client_;
    message_id id_;
    bool ignored_ = false;
};

} // namespace peyk
