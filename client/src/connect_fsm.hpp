#pragma once
// Decides how a client gets to a broker and what it does when that fails: which address next, how
// long to wait, when to give up. No socket, no clock, no randomness of its own: the shell does what
// the action says and reports how it went.

#include "client/src/broker_url.hpp"
#include <peyk/client_options.hpp>
#include <peyk/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace peyk {

struct connect_action {
    enum class kind : std::uint8_t {
        resolve_and_connect, // to `target`
        greet,               // send Hello, expect Welcome
        run,                 // the session is open
        wait,                // for `delay`, then resume()
        stop,                // for good, because of `error`
    };
    kind what = kind::stop;
    broker_url target = {};
    std::chrono::milliseconds delay{0};
    error_code error = {};
};

// One attempt at a time: start(), then resume() with the outcome of each action until it says stop.
class connect_fsm {
public:
    enum class state : std::uint8_t { idle, connecting, greeting, running, waiting, stopped };

    connect_fsm(client_options const& options, std::vector<broker_url> urls);

    // The first action. Must be called once.
    [[nodiscard]] connect_action start();
    // The action before ended with `result`. `random` is a fresh random number, for the jitter.
    [[nodiscard]] connect_action resume(error_code result, std::uint64_t random);
    // The broker said to go elsewhere. Must be followed by resume() with the end of the connection.
    void redirect(broker_url target);
    [[nodiscard]] connect_action stop(error_code why);

    [[nodiscard]] state current() const { return state_; }
    // Why the last attempt failed; none while all is well.
    [[nodiscard]] error_code last_error() const { return last_error_; }

private:
    connect_action connect();
    connect_action failed(error_code why, std::uint64_t random);
    std::chrono::milliseconds next_delay(std::uint64_t random);

    std::vector<broker_url> urls_; // never empty
    std::chrono::milliseconds backoff_min_;
    std::chrono::milliseconds backoff_max_;
    state state_ = state::idle;
    std::size_t next_url_ = 0;
    std::size_t failures_ = 0; // in a row
    std::optional<broker_url> redirected_;
    error_code last_error_;
};

} // namespace peyk
