#pragma once
// What a running task may know about itself: a function registered as R(peyk::context&, Args...)
// gets one. It lives as long as the attempt.

#include <peyk/client.hpp>
#include <peyk/delivery.hpp>
#include <peyk/message.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace peyk {

enum class log_level : std::uint8_t { debug, info, warning, error };

// Made by the worker, one per attempt, used by one thread at a time (stop_token() by any).
class context {
public:
    struct parts {
        delivery from = {};
        message_content content = {};
        std::uint32_t max_retries = 0;      // in force: of the message, or else of the registration
        std::optional<client> through = {}; // none: called here and now, without a broker
        std::stop_token stop = {};
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

    // Requested when the attempt no longer counts: the message was cancelled or given to another
    // worker, or this worker stops without waiting. Long tasks look at it now and then.
    [[nodiscard]] std::stop_token const& stop_token() const { return parts_.stop; }

    // The worker's own client, to publish from within a task. Throws errc::closed without a broker.
    // Do not wait for the result of another task: the slot it needs may be this one.
    [[nodiscard]] client through() const;

    // To the worker's log, with the task and its id in front.
    void log(log_level level, std::string_view text) const;

private:
    parts parts_;
};

} // namespace peyk
