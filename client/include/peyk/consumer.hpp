#pragma once
// Takes messages from queues and settles them. At most `credit` deliveries are held at a time; the
// broker sends no more than that, so nothing is hoarded.

#include <peyk/asio.hpp>
#include <peyk/client.hpp>
#include <peyk/delivery.hpp>
#include <peyk/error.hpp>
#include <peyk/outcome.hpp>
#include <peyk/report.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

class consumer_state;

// A delivery is no longer the consumer's: cancelled, held too long, or lost while the connection
// was away. Settling it will be refused.
struct recall {
    delivery_token token = {};
    std::string_view reason = {};
    bool terminate = false; // what works on it should be killed, where that can be done
};

// How a consumer chooses between its queues.
enum class queue_choice : std::uint8_t {
    message,  // the best message of all: by priority, then age
    listed,   // the first queue, in the order given, that has one
    weighted, // in turn, each as often as its weight says
};

struct consumer_options {
    std::vector<std::string> queues{"default"};
    queue_choice choice = queue_choice::message;
    std::vector<std::uint32_t> weights = {}; // of queue_choice::weighted: one each, 1 to 1,000
    std::uint32_t credit = 1;                   // unsettled deliveries it may hold; 0: paused
    std::vector<std::string> tasks = {};        // only these tasks; empty: everything
    // Runs on the client's thread: be short.
    std::function<void(recall const&)> on_recalled = {};
    // A settlement given to settle() was refused; errc::unknown_delivery: its lease was over, and
    // the message was or will be delivered again. Runs on the client's thread: be short.
    std::function<void(delivery_token, error_code)> on_refused = {};
    // The broker refused the subscription itself. Waiting receives complete with the same error.
    std::function<void(error_code, std::string_view text)> on_failed = {};
};

struct settlement {
    delivery_token token = {};
    peyk::outcome outcome = {};
};

// Subscribes when made; subscribes again after a reconnect, keeping what it holds. Every member may
// be called from any thread. Its end is close() without waiting.
class consumer {
public:
    consumer(client const& client, consumer_options options);
    consumer(consumer&&) noexcept;
    consumer& operator=(consumer&&) noexcept;
    ~consumer();

    // The next delivery. Errors: errc::closed, or why the broker refused the subscription.
    template <class Token>
    auto async_receive(Token&& token) {
        return asio::async_initiate<Token, completion_signature<delivery>>(
            [this](auto handler) { start_receive(std::move(handler)); }, token);
    }
    // Blocking. Throws timeout_error when nothing comes within `timeout`.
    delivery receive(std::optional<std::chrono::milliseconds> timeout = {});

    // At least one delivery and at most `max`: as many as are there.
    template <class Token>
    auto async_receive_some(std::size_t max, Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::vector<delivery>>>(
            [this](auto handler, std::size_t m) { start_receive_some(std::move(handler), m); },
            token,
            max);
    }
    std::vector<delivery> receive_some(std::size_t max,
                                       std::optional<std::chrono::milliseconds> timeout = {});

    // The task function is about to run. Not answered; counts for the crash limit and makes
    // STARTED.
    void started(delivery_token token);

    // Starts a delivery and acknowledges it early: completes when it is on disk that the message
    // does not come again if its worker is lost. It ends then as a failure of the type
    // `peyk::worker_lost`; a verdict that retries it still does. Begin the work only after that.
    // After a reconnect an unanswered one is sent again. Errors: errc::unknown_delivery: its lease
    // was over, and it must not run; errc::closed.
    template <class Token>
    auto async_acknowledge(delivery_token token, Token&& completion_token) {
        return asio::async_initiate<Token, completion_signature<>>(
            [this](auto handler, delivery_token t) { start_acknowledge(std::move(handler), t); },
            completion_token,
            token);
    }

    // Progress, checkpoint and log of a delivery; completes when they are on disk. Reports given
    // before a settlement are sent before it. After a reconnect an unanswered one is sent again,
    // and its log may appear twice. Errors: errc::unknown_delivery, errc::checkpoint_too_large.
    template <class Token>
    auto async_report(delivery_token token, task_report what, Token&& completion_token) {
        return asio::async_initiate<Token, completion_signature<>>(
            [this](auto handler, delivery_token t, task_report w) {
                start_report(std::move(handler), t, std::move(w));
            },
            completion_token,
            token,
            std::move(what));
    }

    // Settles without waiting. Sent again after a reconnect until it is answered; a refusal goes to
    // on_refused.
    void settle(delivery_token token, outcome verdict);
    void settle(std::vector<settlement> batch);

    // Completes when the settlement is on disk. Error: errc::unknown_delivery,
    // errc::result_too_large (the delivery is still held: settle it as a failure), errc::closed.
    template <class Token>
    auto async_settle(delivery_token token, outcome verdict, Token&& completion_token) {
        return asio::async_initiate<Token, completion_signature<>>(
            [this](auto handler, delivery_token t, outcome v) {
                start_settle(std::move(handler), t, std::move(v));
            },
            completion_token,
            token,
            std::move(verdict));
    }
    // One error per settlement, in the order given.
    template <class Token>
    auto async_settle(std::vector<settlement> batch, Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::vector<error_code>>>(
            [this](auto handler, std::vector<settlement> b) {
                start_settle_batch(std::move(handler), std::move(b));
            },
            token,
            std::move(batch));
    }

    // Deliveries already out stay out.
    void set_credit(std::uint32_t credit);
    void pause();  // credit 0
    void resume(); // the credit set last

    // Reads these queues from now on, as `choice` says; weights (if any) as consumer_options. What
    // is held stays held. Not none.
    void set_queues(std::vector<std::string> queues, std::vector<std::uint32_t> weights = {});

    // Settlements given and not yet answered.
    [[nodiscard]] std::size_t unconfirmed() const;

    // Stops receiving: unsubscribes, hands back what nobody received, completes waiting receives
    // with errc::closed. Deliveries that were received stay held and can still be settled.
    // Completes when what was handed back is confirmed.
    template <class Token>
    auto async_close(Token&& token) {
        return asio::async_initiate<Token, completion_signature<>>(
            [this](auto handler) { start_close(std::move(handler)); }, token);
    }
    void close();

private:
    void start_receive(completion<error_code, delivery> handler);
    void start_receive_some(completion<error_code, std::vector<delivery>> handler, std::size_t max);
    void start_acknowledge(completion<error_code> handler, delivery_token token);
    void start_report(completion<error_code> handler, delivery_token token, task_report what);
    void start_settle(completion<error_code> handler, delivery_token token, outcome verdict);
    void start_settle_batch(completion<error_code, std::vector<error_code>> handler,
                            std::vector<settlement> batch);
    void start_close(completion<error_code> handler);

    client client_;
    std::shared_ptr<consumer_state> state_;
};

} // namespace peyk
