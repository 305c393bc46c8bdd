#pragma once
// What a running task may know about itself: a function registered as R(peyk::context&, Args...)
// gets one. It lives as long as the attempt.

#include <peyk/client.hpp>
#include <peyk/delivery.hpp>
#include <peyk/json.hpp>
#include <peyk/message.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace peyk {

namespace worker_detail {
class attempt_reports;
}

// A checkpoint is larger than 256 KiB.
class checkpoint_too_large : public std::length_error {
public:
    using std::length_error::length_error;
};

enum class log_level : std::uint8_t { debug, info, warning, error };

// Made by the worker, one per attempt, used by one thread at a time (stop_token() by any).
class context {
public:
    struct parts {
        delivery from = {};
        message_content content = {};
        std::uint32_t max_retries = 0; // in force: of the message, or else of the registration
        // Gives the client of what the task publishes; null: called here and now, without a broker.
        std::function<client()> const* through = nullptr;
        std::stop_token stop = {};
        std::stop_token kill = {};
        std::shared_ptr<worker_detail::attempt_reports> reports = {}; // none: without a broker
        std::shared_ptr<std::atomic<bool>> soft_limit_over = {};      // none: no soft limit
    };

    explicit context(parts of) : parts_(std::move(of)) {}
    // Of no message, for a function called here and now.
    explicit context(std::string task);
    context(context const&) = delete;
    context& operator=(context const&) = delete;

    // The same in every attempt: with it a task makes its own effects idempotent.
    [[nodiscard]] message_id id() const { return parts_.from.id; }
    [[nodiscard]] std::string const& task() const { return parts_.from.task; }
    [[nodiscard]] std::string const& queue() const { return parts_.from.queue; }
    // From 1: one more than the attempts that failed before.
    [[nodiscard]] std::uint32_t attempt() const { return parts_.from.attempt; }
    [[nodiscard]] std::uint32_t max_retries() const { return parts_.max_retries; }
    // A failure now is final.
    [[nodiscard]] bool is_last_attempt() const { return attempt() > max_retries(); }
    [[nodiscard]] std::map<std::string, std::string> const& headers() const {
        return parts_.content.headers;
    }
    [[nodiscard]] delivery const& from() const { return parts_.from; }
    [[nodiscard]] message_content const& content() const { return parts_.content; }

    // The first message of the tree this one belongs to, and the one whose task published it (nil:
    // none did). What this task publishes on its own thread belongs to the same tree.
    [[nodiscard]] message_id root() const;
    [[nodiscard]] message_id parent() const { return parts_.from.parent; }

    // Requested when the attempt no longer counts: the message was cancelled or given to another
    // worker, or this worker stops without waiting. Long tasks look at it now and then; nothing
    // stops those that do not, and whatever they end as is not recorded.
    [[nodiscard]] std::stop_token const& stop_token() const { return parts_.stop; }
    [[nodiscard]] bool cancelled() const { return parts_.stop.stop_requested(); }
    // For what can be ended from outside, as a process of its own: requested beside stop_token(),
    // or later, when nobody waits any longer for the attempt to end by itself. Its time limit is
    // over, it is to be terminated, or its worker leaves.
    [[nodiscard]] std::stop_token const& kill_token() const { return parts_.kill; }
    // The soft time limit is over; the stop token is requested, too, and the end still counts.
    [[nodiscard]] bool soft_limit_over() const {
        return parts_.soft_limit_over != nullptr && *parts_.soft_limit_over;
    }
    // For long tasks, now and then: throws soft_time_limit_exceeded, or attempt_stopped when the
    // attempt no longer counts.
    void throw_if_stopped() const;

    // The following tell the broker about this attempt; whoever watches the message sees it. They
    // never block and never throw for lack of a broker; what was told before the task ends is on
    // disk before its end is.
    //
    // How far it is: sent every 250 ms at most, the last always. `total` 0: not known. The text is
    // cut at 1,000 bytes.
    void progress(std::uint64_t done, std::uint64_t total = 0, std::string_view text = {}) const;

    // What the next attempt needs to go on from here, should this one fail or its worker be lost:
    // bytes as they are, or any other value as JSON. Replaces the one before. It is on its way when
    // this returns: a worker that dies at once may take it along. Throws checkpoint_too_large.
    void checkpoint(std::string_view bytes) const;
    template <class T>
    requires(!std::is_convertible_v<T const&, std::string_view>) //
        void checkpoint(T const& value) const {
        checkpoint(std::string_view{to_json(value)});
    }
    // What an earlier attempt left; empty, and nothing: none did. Throws errc::invalid_json.
    [[nodiscard]] std::string const& checkpoint() const { return parts_.from.checkpoint; }
    template <class T>
    [[nodiscard]] std::optional<T> checkpoint() const {
        if (checkpoint().empty())
            return std::nullopt;
        return from_json<T>(checkpoint());
    }

    // A line, or several, of the message's own log, kept with it (the last 64 KiB). Lines a slow
    // broker cannot take in time are left out, and it is said how many.
    void log(std::string_view text) const;

    // The worker's own client, to publish from within a task. Throws errc::closed without a broker.
    // A blocking get() of another task's result throws errc::would_deadlock: the slot it needs may
    // be this one. A coroutine waits with `co_await result.async_get(asio::use_awaitable)`.
    [[nodiscard]] client through() const;

    // To the worker's log, with the task and its id in front.
    void log(log_level level, std::string_view text) const;

private:
    parts parts_;
};

} // namespace peyk
