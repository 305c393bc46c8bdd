#pragma once
// A command that goes on until it is interrupted. Everything runs on the caller's thread: the
// client, timers and signals. Ctrl-C says goodbye to the broker; a second one ends at once.

#include "client/cli/exit_code.hpp"
#include "client/cli/invocation.hpp"
#include <peyk/client.hpp>
#include <peyk/refusal_words.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>
#include <utility>

namespace peyk::cli {

class live_run {
public:
    explicit live_run(common_options const& common);
    live_run(live_run const&) = delete;
    live_run& operator=(live_run const&) = delete;

    [[nodiscard]] client& broker() { return broker_; }
    [[nodiscard]] asio::io_context& context() { return context_; }

    // Calls `begin` when the broker has answered, and goes on until one of the two below or a
    // signal: exit_code::interrupted. Throws what fail() was given.
    exit_code run(std::function<void()> begin);

    // From handlers. The first call counts.
    void end(exit_code code);
    void fail(error_code why);
    void fail(failure const& why);
    // Called once, when it begins to end.
    void on_end(std::function<void()> handler) { on_end_ = std::move(handler); }

private:
    void stop();

    asio::io_context context_{1};
    asio::signal_set signals_;
    asio::steady_timer patience_; // for the goodbye
    client broker_;
    exit_code code_ = exit_code::ok;
    error_code error_;
    refusal_words refused_;
    std::string sentence_; // of a failure
    std::function<void()> on_end_;
    bool is_over_ = false;
};

} // namespace peyk::cli
