#pragma once
// One simulated client: publishes, consumes, settles, watches, loses its connection and comes back,
// as a well-behaved client library does: it re-sends what was not confirmed and names what it
// holds.

#include "broker/core/command.hpp"
#include "broker/core/effect.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/draft.hpp"
#include "tests/simulation/options.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace peyk::simulation {

// A command on its way to the broker, with what it borrows.
struct parcel {
    core::any_command command;
    std::shared_ptr<void const> keeps;
    std::uint64_t connection = 0; // of its client: what comes over an old one is not heard
};

// A delivery on its way to a client.
struct handed {
    core::delivery_token token;
    core::message_id message;
};
using letter = std::variant<core::any_effect, handed>;

// What all clients share.
struct client_world {
    options const& with;
    dice& chance;
    std::map<core::message_id, draft_ptr>& drafts;
    std::function<void(parcel)> send;
    std::function<std::size_t()> live_messages;
};

class client {
public:
    client(client_world& world, std::uint64_t number, bool consumes);

    // Does one thing, perhaps nothing.
    void act(core::wall_time now);
    // Only comes back, settles and drains; no new work.
    void finish(core::wall_time now);
    // Takes every queue, with plenty of credit, when it next comes back.
    void take_everything();
    // Ends schedules and holds, as soon as it is connected.
    void let_everything_run() { clears_ = true; }

    void receive(letter const& mail, core::wall_time now);
    void connection_lost();
    // Ends the session for good; a new one is made at the next connect.
    void goodbye();

    [[nodiscard]] core::session_id session() const { return session_; }
    [[nodiscard]] std::uint64_t connection() const { return connection_; }
    [[nodiscard]] bool connected() const { return link_ == link::up; }
    [[nodiscard]] bool offline() const { return link_ == link::down; }
    [[nodiscard]] bool idle() const {
        return unconfirmed_.empty() && unsettled_.empty() && held_.empty();
    }

private:
    enum class link : std::uint8_t { down, saying_hello, up };

    struct subscription {
        core::consumer_id id;
        std::uint32_t credit = 1;
        std::vector<std::string> queues;
        std::vector<std::string> tasks;
        core::queue_choice choice = core::queue_choice::message;
        std::vector<std::uint32_t> weights;
        bool open = false;
    };
    struct batch_of_drafts {
        std::uint64_t first = 0;
        std::vector<draft_ptr> drafts;
    };
    struct plan {
        core::delivery_token token;
        int verdict = 0;
        std::string text;
        core::wall_time at = core::unset;
        bool permanent = false;
        core::hold_scope scope = core::hold_scope::task;
    };
    struct held {
        core::message_id message;
        bool started = false;
        bool settling = false;
    };

    void connect();
    void send(parcel p);
    void welcomed(core::effect::welcome const& hello, core::wall_time now);
    void publish(core::wall_time now);
    void send_publish(batch_of_drafts batch);
    // Kept in the world's list of all drafts, unless nobody will publish it under its id.
    draft_ptr make_draft(core::wall_time now, bool listed = true);
    void make_special(draft& m);
    void place(draft& m);
    void edit_waiting(core::wall_time now, std::vector<core::message_id> ids);
    void settle(core::wall_time now, bool gently);
    void send_settle(std::vector<plan> plans);
    void subscribe(subscription& to);
    void ask(core::wall_time now);
    void edit(core::wall_time now);
    void report();
    void adjust();
    void start();
    // client_rules.cpp
    void rule(core::wall_time now);
    void rule_queue();
    void rule_policy();
    void rule_hold(core::wall_time now);
    void rule_schedule(core::wall_time now);
    void set_some_schedule(core::wall_time now, std::string const& name);
    void rule_limit();
    void rule_sweep(core::wall_time now);
    void clear_rules();
    template <class Kept>
    void send_with(std::shared_ptr<Kept> kept);
    [[nodiscard]] std::string some_queue();
    [[nodiscard]] std::string some_task();
    [[nodiscard]] core::request_id next_request() { return {++last_request_}; }
    template <class Command>
    void send_ids(Command command, std::vector<core::message_id> ids);
    [[nodiscard]] core::message_id some_message();

    client_world& world_;
    std::uint64_t const number_;
    core::session_id session_;
    link link_ = link::down;
    bool known_ = false; // the broker has welcomed this session
    bool const numbered_;
    std::uint64_t connection_ = 0;
    bool clears_ = false;
    std::uint64_t cleared_on_ = 0; // connection
    std::uint64_t sessions_ = 0;
    std::uint64_t last_request_ = 0;
    std::uint64_t last_sequence_ = 0;
    std::uint64_t last_message_ = 0;
    std::uint32_t last_consumer_ = 0;
    std::vector<std::string_view> labels_; // sorted
    std::vector<subscription> subscriptions_;
    std::map<core::request_id, batch_of_drafts> unconfirmed_; // in the order of their sequences
    std::map<core::request_id, std::vector<plan>> unsettled_;
    std::map<core::delivery_token, held> held_;
    std::vector<core::request_id> watches_;
};

} // namespace peyk::simulation
