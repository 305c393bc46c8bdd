#pragma once
// One session with a broker, over as many connections as it takes. Brings together the parts that
// decide (connect_fsm, the windows and tables) and the connection that moves bytes.
//
// Everything that happens is a turn: take what was asked, take what arrived, complete handlers,
// write one buffer, arm one timer.

#include "client/src/client_inbox.hpp"
#include "client/src/completion_queue.hpp"
#include "client/src/connect_fsm.hpp"
#include "client/src/connection.hpp"
#include "client/src/consumer_state.hpp"
#include "client/src/held_deliveries.hpp"
#include "client/src/listen_table.hpp"
#include "client/src/publish_window.hpp"
#include "client/src/request_table.hpp"
#include "client/src/settle_window.hpp"
#include "client/src/wait_table.hpp"
#include "client/src/watch_table.hpp"
#include "client/src/wire_decode.hpp"
#include "proto/frame_codec.hpp"
#include <peyk/client_options.hpp>
#include <peyk/worker_info.hpp>

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace peyk {

class client_session final : public connection_events,
                             public std::enable_shared_from_this<client_session> {
public:
    // `context`: whatever the executor needs to live.
    client_session(std::shared_ptr<void> context,
                   asio::any_io_executor executor,
                   client_options options,
                   std::vector<broker_url> urls);

    // Any thread.
    template <class What>
    void submit(What what) {
        if (inbox_.add(std::move(what)))
            wake();
    }
    void submit_started(delivery_token token) {
        if (inbox_.add_started(token))
            wake();
    }
    [[nodiscard]] client_inbox& inbox() { return inbox_; }
    [[nodiscard]] asio::any_io_executor const& executor() const { return executor_; }
    [[nodiscard]] client_options const& options() const { return options_; }
    [[nodiscard]] bool is_connected() const { return is_connected_; }
    [[nodiscard]] std::chrono::milliseconds clock_offset() const { return clock_offset_.load(); }
    // This thread is inside one of this session's turns.
    [[nodiscard]] bool in_turn() const;
    [[nodiscard]] std::uint32_t new_consumer_number() { return next_consumer_++; }

    // The session's executor only, from a command.
    void ready(completion<error_code> handler);
    void request(wire::v1::ClientFrame& frame, request_kind kind, reply_handler handler);
    // More answers to a request that has been answered once.
    void expect_more(std::uint64_t request, reply_handler handler) {
        requests_.expect_more(request, std::move(handler));
    }
    // Completes when limits() are the broker's.
    void learn_limits(completion<error_code> handler);
    [[nodiscard]] publish_limits const& limits() const { return limits_; }
    [[nodiscard]] bool holds(delivery_token token) const { return held_.contains(token); }
    // A number for stop_waiting().
    std::uint64_t wait(message_id id, steady_time deadline, wait_handler handler);
    void stop_waiting(message_id id, std::uint64_t number) { waits_.remove(id, number); }
    void watch(std::shared_ptr<watch_state> state);
    void watch_next(std::shared_ptr<watch_state> const& state,
                    steady_time deadline,
                    watch_handler handler);
    void unwatch(watch_state& state);
    void listen(std::shared_ptr<listen_state> state);
    void listen_next(std::shared_ptr<listen_state> const& state,
                     steady_time deadline,
                     event_handler handler);
    void unlisten(listen_state& state);
    void introduce(std::map<std::string, std::string> facts, std::optional<worker_metrics> metrics);
    void on_instruction(instruction_handler handler) { instruction_handler_ = std::move(handler); }
    void on_connection(std::function<void(error_code)> handler) {
        connection_handler_ = std::move(handler);
    }
    void add_consumer(std::shared_ptr<consumer_state> consumer);
    void receive(consumer_state& consumer, receive_op op);
    void set_credit(consumer_state& consumer, std::uint32_t credit);
    void acknowledge(delivery_token token, completion<error_code> handler);
    void set_queues(consumer_state& consumer,
                    std::vector<std::string> queues,
                    std::vector<std::uint32_t> weights);
    void close_consumer(std::shared_ptr<consumer_state> const& consumer,
                        completion<error_code> handler);
    void close(completion<error_code> handler);
    [[nodiscard]] completion_queue& due() { return due_; }

private:
    class turn;
    struct ready_waiter {
        steady_time deadline;
        completion<error_code> handler;
    };

    // connection_events
    void connected(error_code result) override;
    void received(std::string_view chunk) override;
    void written() override;
    void lost(error_code why) override;

    // Turns.
    void wake();
    void end_turn();
    void settle_down();
    void apply(inbox_content& content);
    void flush();
    void arm_timer();
    void on_timer();
    void expire(steady_time now);
    [[nodiscard]] steady_time next_deadline() const;

    // Connecting.
    void start();
    void perform(connect_action action);
    void greet();
    void disconnect(error_code why);
    void rewind();
    void stop(error_code why);
    void finish_closing();
    void fail_all(error_code why);
    [[nodiscard]] error_code time_is_over() const;

    // Frames.
    void on_frame(server_frame const& frame);
    void on_welcome(server_frame const& frame);
    void on_error(server_frame const& frame);
    void on_redirect(server_frame const& frame);
    void on_goodbye(server_frame const& frame);
    void on_published(server_frame const& frame);
    void on_settled(server_frame const& frame);
    void on_deliver(server_frame const& frame);
    void on_recall(server_frame const& frame);
    void on_update(server_frame const& frame);
    void on_events(server_frame const& frame);
    void on_instruction(server_frame const& frame);
    void tell_connection(error_code why);
    void refuse(std::uint64_t request, refusal const& why);
    template <class Wire>
    [[nodiscard]] bool parse(server_frame const& frame, Wire& into);

    // Answers.
    void complete(std::vector<publish_answer>& answers);
    void complete(std::vector<settle_answer>& answers);
    void complete(settle_answer& answer);
    void settle(settle_op op);
    void mark_started(delivery_token token);
    void release(delivery_token token, std::shared_ptr<consumer_state> const& consumer);
    void drop_held(held_deliveries::iterator at);
    void lose(delivery_token token, std::string_view reason, bool terminate);
    void subscribe(std::shared_ptr<consumer_state> const& consumer);
    void unsubscribe(std::shared_ptr<consumer_state> const& consumer);
    void stage_consumers(std::string& out);
    void stage_operators(std::string& out);
    template <class Message>
    void put_facts(Message& to) const;
    void check_closed(std::shared_ptr<consumer_state> const& consumer);
    static client_options named(client_options options); // by who runs it, if it has no name

    std::shared_ptr<void> context_; // before all that uses it
    asio::any_io_executor executor_;
    client_options options_;
    client_inbox inbox_;
    std::atomic<bool> is_connected_ = false;
    std::atomic<std::chrono::milliseconds> clock_offset_{}; // of the broker's, at the last welcome
    std::atomic<std::uint32_t> next_consumer_ = 1;

    connect_fsm fsm_;
    std::shared_ptr<connection> connection_;
    wire::frame_slicer reader_;
    asio::steady_timer timer_;
    steady_time timer_at_ = steady_time::max();
    steady_time attempt_until_ = steady_time::max(); // of the attempt to connect, or of its delay
    // Also while frames are written: not every frame is answered, and silence ends the connection.
    steady_time next_ping_ = steady_time::max();
    steady_time silent_at_ = steady_time::max();
    steady_time close_at_ = steady_time::max();
    std::chrono::milliseconds heartbeat_;
    std::mt19937_64 random_;
    std::uint64_t session_high_;
    std::uint64_t session_low_;
    bool resume_ = false;           // a broker has welcomed this session before
    std::uint64_t connections_ = 0; // Hellos said
    publish_limits limits_;
    std::uint64_t next_request_ = 1;

    publish_window publishes_;
    settle_window settles_;
    request_table requests_;
    wait_table waits_;
    watch_table watches_;
    listen_table listens_;
    std::map<std::string, std::string> facts_; // about this program
    std::optional<worker_metrics> metrics_;
    bool introduction_due_ = false;
    instruction_handler instruction_handler_;
    std::function<void(error_code)> connection_handler_;
    std::vector<std::pair<std::uint64_t, instruction_reply>> replies_; // to be told
    held_deliveries held_;
    std::map<std::uint32_t, std::shared_ptr<consumer_state>> consumers_;
    std::vector<delivery_token> started_; // to be told
    std::vector<ready_waiter> ready_waiters_;
    std::vector<completion<error_code>> close_waiters_;
    bool closing_ = false;
    error_code stopped_; // why, for good

    completion_queue due_;
    inbox_content taken_;
    std::string outgoing_;
    // Used again and again: parsing into them allocates only while they grow.
    std::vector<publish_answer> publish_answers_;
    std::vector<settle_answer> settle_answers_;
    std::vector<refusal> refusals_;
    wire::v1::Deliver deliver_;
    wire::v1::Published published_;
    wire::v1::Settled settled_;
};

} // namespace peyk
