#pragma once
// A session with a broker: publish, ask, wait, watch, cancel. Connects by itself when first used,
// reconnects by itself, and re-sends what was not confirmed. Messages are confirmed when they are
// on the broker's disk.

#include <peyk/asio.hpp>
#include <peyk/broker_stats.hpp>
#include <peyk/client_options.hpp>
#include <peyk/error.hpp>
#include <peyk/event.hpp>
#include <peyk/message.hpp>
#include <peyk/message_id.hpp>
#include <peyk/obstacle.hpp>
#include <peyk/selector.hpp>
#include <peyk/status.hpp>
#include <peyk/sweep.hpp>
#include <peyk/watcher.hpp>
#include <peyk/worker_info.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

class client_session;
class client_owner;

struct cancel_options {
    // Asks the worker to kill exactly this attempt, where its pool can; in any other pool its stop
    // token is requested, as without. Either way what it ends as does not count any more.
    bool terminate = false;
    std::string reason = {}; // for people; seen as the error of the REVOKED message
};

struct redrive_options {
    std::string to = {};         // queue; empty: where each was
    bool reset_counters = false; // attempts and crashes count from 0 again
};

struct watch_options {
    bool reports = false; // progress and log too, as tasks tell them
};

// One of many has ended.
struct ended_message {
    std::size_t index = 0; // in the order asked
    peyk::status status = {};
};

// Copies share one session, also those inside tasks, results, consumers and watchers; the last of
// them closes it. Thread-safe.
//
// Asynchronous operations take any completion token. Their handlers run on their associated
// executor, or on the client's thread if they have none; those must not block. Blocking forms throw
// an exception derived from peyk::error (timeout_error, refused_error, ...), and throw
// errc::would_deadlock on the client's own thread.
//
// Without a connection operations wait for one; after their time is over they complete with
// errc::unreachable. With one, with errc::timeout.
class client {
public:
    // With a thread of its own, started by the first use. `urls`: see client_options::url.
    // Throws errc::invalid_url.
    explicit client(std::string_view urls);
    explicit client(client_options options);
    // On the executor of the caller, who runs it. It may have several threads.
    client(asio::any_io_executor executor, client_options options);
    // The last copy says goodbye; with a thread of its own that takes `close_timeout` at most.
    ~client();
    client(client const&) = default;
    client(client&&) noexcept = default;
    client& operator=(client const&) = default;
    client& operator=(client&&) noexcept = default;

    [[nodiscard]] asio::any_io_executor get_executor() const;
    [[nodiscard]] client_options const& options() const;
    [[nodiscard]] bool is_connected() const;
    // How far the broker's clock was ahead of this one's when the connection began, give or take
    // the way there and back; 0 before the first. Any thread.
    [[nodiscard]] std::chrono::milliseconds clock_offset() const;

    // Completes when the broker has welcomed this client, or with why it cannot be reached within
    // `connect_timeout`.
    template <class Token>
    auto async_ready(Token&& token) {
        return asio::async_initiate<Token, completion_signature<>>(
            [this](auto handler) { start_ready(std::move(handler)); }, token);
    }
    void ready();

    // Publishes one message; completes when it is on disk, with its id; with that of another one if
    // on_conflict::return_existing found that. Errors: the broker's refusal (the id that comes with
    // errc::unique_conflict is of the one that has the key), errc::timeout (it may be on disk),
    // errc::in_flight_exceeded (it was not sent), errc::closed. The blocking form throws
    // unique_conflict_error for a conflict.
    template <class Token>
    auto async_publish(message what, Token&& token) {
        return asio::async_initiate<Token, completion_signature<message_id>>(
            [this](auto handler, message m) { start_publish(std::move(handler), std::move(m)); },
            token,
            std::move(what));
    }
    message_id publish(message what);

    // Publishes many in few frames. The error is none when each message was answered; the results
    // are in the order given.
    template <class Token>
    auto async_publish(std::vector<message> batch, Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::vector<publish_result>>>(
            [this](auto handler, std::vector<message> b) {
                start_publish_batch(std::move(handler), std::move(b));
            },
            token,
            std::move(batch));
    }
    std::vector<publish_result> publish(std::vector<message> batch);

    // The states now, in the order asked. Ids nobody published are `unknown`.
    template <class Token>
    auto async_status(std::vector<message_id> ids, Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::vector<peyk::status>>>(
            [this](auto handler, std::vector<message_id> i) {
                start_status(std::move(handler), std::move(i));
            },
            token,
            std::move(ids));
    }
    std::vector<peyk::status> status(std::vector<message_id> ids);
    peyk::status status(message_id id);

    // The same with history and log.
    template <class Token>
    auto async_info(std::vector<message_id> ids, Token&& token) {
        return initiate(&client::start_info, std::forward<Token>(token), std::move(ids));
    }
    std::vector<peyk::status> info(std::vector<message_id> ids);
    peyk::status info(message_id id);

    // Completes when the message is final (or unknown: nobody published it). Without a timeout it
    // waits as long as it takes. The message is not stopped by errc::timeout.
    template <class Token>
    auto
    async_wait(message_id id, std::optional<std::chrono::milliseconds> timeout, Token&& token) {
        return asio::async_initiate<Token, completion_signature<peyk::status>>(
            [this](auto handler, message_id i, std::optional<std::chrono::milliseconds> t) {
                start_wait(std::move(handler), i, t);
            },
            token,
            id,
            timeout);
    }
    peyk::status wait(message_id id, std::optional<std::chrono::milliseconds> timeout = {});

    // Completes when the first of them is final or unknown, or when all are; all in the order
    // asked. Told by the broker, nothing is polled. errc::timeout: not yet; the messages go on.
    // 100,000 at most, else errc::too_many_watches; none: wait_any() is errc::invalid_argument,
    // wait_all() completes at once.
    template <class Token>
    auto async_wait_any(std::vector<message_id> ids,
                        std::optional<std::chrono::milliseconds> timeout,
                        Token&& token) {
        return initiate(
            &client::start_wait_any, std::forward<Token>(token), std::move(ids), timeout);
    }
    ended_message wait_any(std::vector<message_id> ids,
                           std::optional<std::chrono::milliseconds> timeout = {});
    template <class Token>
    auto async_wait_all(std::vector<message_id> ids,
                        std::optional<std::chrono::milliseconds> timeout,
                        Token&& token) {
        return initiate(
            &client::start_wait_all, std::forward<Token>(token), std::move(ids), timeout);
    }
    std::vector<peyk::status> wait_all(std::vector<message_id> ids,
                                       std::optional<std::chrono::milliseconds> timeout = {});

    // Pushes every state of these messages, and what their tasks report if asked.
    [[nodiscard]] watcher watch(std::vector<message_id> ids, watch_options options = {});
    [[nodiscard]] watcher watch(message_id id, watch_options options = {});

    // The four below complete when they are on disk, with one error per id in the order given. Any
    // number of ids: many leave in several requests, one after the other; when one of them fails as
    // a whole the error says so, and those before it are done. The forms for one id throw
    // refused_error.
    //
    // Revokes messages in any state that is not final. Who waits for them is told at once; a task
    // that runs is asked to stop. errc::already_final, errc::unknown_message.
    template <class Token>
    auto async_cancel(std::vector<message_id> ids, cancel_options how, Token&& token) {
        return initiate(
            &client::start_cancel, std::forward<Token>(token), std::move(ids), std::move(how));
    }
    std::vector<error_code> cancel(std::vector<message_id> ids, cancel_options how = {});
    void cancel(message_id id, cancel_options how = {});

    // Messages that wait become due at another time; none: at once. errc::already_final,
    // errc::message_leased, errc::unknown_message.
    template <class Token>
    auto
    async_reschedule(std::vector<message_id> ids, std::optional<time_point> due, Token&& token) {
        return initiate(&client::start_reschedule, std::forward<Token>(token), std::move(ids), due);
    }
    std::vector<error_code> reschedule(std::vector<message_id> ids, std::optional<time_point> due);
    void reschedule(message_id id, std::optional<time_point> due);
    std::vector<error_code> run_now(std::vector<message_id> ids);
    void run_now(message_id id);

    // Final messages, dead letters too, and their results are forgotten. errc::not_final,
    // errc::unknown_message.
    template <class Token>
    auto async_forget(std::vector<message_id> ids, Token&& token) {
        return initiate(&client::start_forget, std::forward<Token>(token), std::move(ids));
    }
    std::vector<error_code> forget(std::vector<message_id> ids);
    void forget(message_id id);

    // Dead letters become ready again. errc::not_dead, errc::unknown_message.
    template <class Token>
    auto async_redrive(std::vector<message_id> ids, redrive_options how, Token&& token) {
        return initiate(
            &client::start_redrive, std::forward<Token>(token), std::move(ids), std::move(how));
    }
    std::vector<error_code> redrive(std::vector<message_id> ids, redrive_options how = {});
    void redrive(message_id id, redrive_options how = {});

    // Messages that are not final are changed. errc::already_final, errc::expired,
    // errc::unknown_message. As the four above.
    template <class Token>
    auto async_edit(std::vector<message_id> ids, message_edit change, Token&& token) {
        return initiate(&client::start_edit, std::forward<Token>(token), std::move(ids), change);
    }
    std::vector<error_code> edit(std::vector<message_id> ids, message_edit change);
    void edit(message_id id, message_edit change);

    // What is in the way of each, in the order asked.
    template <class Token>
    auto async_why(std::vector<message_id> ids, Token&& token) {
        return initiate(&client::start_why, std::forward<Token>(token), std::move(ids));
    }
    std::vector<obstacle> why(std::vector<message_id> ids);
    obstacle why(message_id id);

    // Every event from now on, or behind one seen before.
    [[nodiscard]] event_listener listen(event_filter filter = {});

    // What this program is and does, for people who ask the broker; replaces what was said before,
    // and is said again after a reconnect. At most one in a second is wanted.
    void introduce(std::map<std::string, std::string> facts,
                   std::optional<worker_metrics> metrics = {});
    // What operators tell this program to do. Without a handler every instruction is answered "not
    // supported". Replaces the handler before.
    void on_instruction(instruction_handler handler);
    // Told on the client's executor when the broker is there (no error) and when it is gone (why).
    // Nobody needs it to go on: the client connects again by itself. Replaces the handler before.
    void on_connection(std::function<void(error_code)> handler);

    // A page of the messages chosen, `limit` at most. `from`: 0, then `next` of the page before.
    template <class Token>
    auto async_messages(selector which, std::uint64_t from, std::uint32_t limit, Token&& token) {
        return initiate(
            &client::start_messages, std::forward<Token>(token), std::move(which), from, limit);
    }
    message_page messages(selector which, std::uint64_t from = 0, std::uint32_t limit = 100);

    // The round trip.
    template <class Token>
    auto async_ping(Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::chrono::microseconds>>(
            [this](auto handler) { start_ping(std::move(handler)); }, token);
    }
    std::chrono::microseconds ping();

    // All queues in name order.
    template <class Token>
    auto async_queues(Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::vector<queue_stats>>>(
            [this](auto handler) { start_queues(std::move(handler)); }, token);
    }
    std::vector<queue_stats> queues();

    // One queue; errc::unknown_queue.
    template <class Token>
    auto async_queue(std::string name, Token&& token) {
        return asio::async_initiate<Token, completion_signature<queue_stats>>(
            [this](auto handler, std::string n) { start_queue(std::move(handler), std::move(n)); },
            token,
            std::move(name));
    }
    queue_stats queue(std::string name);

    template <class Token>
    auto async_broker(Token&& token) {
        return asio::async_initiate<Token, completion_signature<broker_stats>>(
            [this](auto handler) { start_broker(std::move(handler)); }, token);
    }
    broker_stats broker();

    // Says goodbye: the session ends and what it holds goes back at once. Everything that waits
    // completes with errc::closed. The blocking form returns when the connection is closed.
    template <class Token>
    auto async_close(Token&& token) {
        return asio::async_initiate<Token, completion_signature<>>(
            [this](auto handler) { start_close(std::move(handler)); }, token);
    }
    void close();

    // For what is built on top of a client.
    [[nodiscard]] client_session& session() const;
    // Throws errc::would_deadlock on the client's own thread.
    void check_may_block() const;

private:
    // `start` with the caller's handler in front of these arguments.
    template <class Token, class... Results, class... Params>
    auto initiate(void (client::*start)(completion<error_code, Results...>, Params...),
                  Token&& token,
                  std::type_identity_t<Params>... args) {
        return asio::async_initiate<Token, completion_signature<Results...>>(
            [self = *this, start](auto handler, Params... bound) mutable {
                (self.*start)(std::move(handler), std::move(bound)...);
            },
            token,
            std::move(args)...);
    }

    void start_ready(completion<error_code> handler);
    void start_publish(completion<error_code, message_id> handler, message what);
    void start_publish_batch(completion<error_code, std::vector<publish_result>> handler,
                             std::vector<message> batch);
    void start_status(completion<error_code, std::vector<peyk::status>> handler,
                      std::vector<message_id> ids);
    void start_wait(completion<error_code, peyk::status> handler,
                    message_id id,
                    std::optional<std::chrono::milliseconds> timeout);
    void start_info(completion<error_code, std::vector<peyk::status>> handler,
                    std::vector<message_id> ids);
    void start_wait_any(completion<error_code, ended_message> handler,
                        std::vector<message_id> ids,
                        std::optional<std::chrono::milliseconds> timeout);
    void start_wait_all(completion<error_code, std::vector<peyk::status>> handler,
                        std::vector<message_id> ids,
                        std::optional<std::chrono::milliseconds> timeout);
    void start_cancel(completion<error_code, std::vector<error_code>> handler,
                      std::vector<message_id> ids,
                      cancel_options how);
    void start_reschedule(completion<error_code, std::vector<error_code>> handler,
                          std::vector<message_id> ids,
                          std::optional<time_point> due);
    void start_forget(completion<error_code, std::vector<error_code>> handler,
                      std::vector<message_id> ids);
    void start_redrive(completion<error_code, std::vector<error_code>> handler,
                       std::vector<message_id> ids,
                       redrive_options how);
    void start_messages(completion<error_code, message_page> handler,
                        selector which,
                        std::uint64_t from,
                        std::uint32_t limit);
    void start_edit(completion<error_code, std::vector<error_code>> handler,
                    std::vector<message_id> ids,
                    message_edit change);
    void start_why(completion<error_code, std::vector<obstacle>> handler,
                   std::vector<message_id> ids);
    void start_ping(completion<error_code, std::chrono::microseconds> handler);
    void start_queues(completion<error_code, std::vector<queue_stats>> handler);
    void start_queue(completion<error_code, queue_stats> handler, std::string name);
    void start_broker(completion<error_code, broker_stats> handler);
    void start_close(completion<error_code> handler);

    std::shared_ptr<client_owner> owner_;
};

} // namespace peyk
