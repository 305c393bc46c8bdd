#pragma once
// The conversation with one client without its socket: frames in, requests out; effects in, frames
// out. Guards the order of the conversation and nothing else.
//
//   hello_expected --Hello--> opening --Welcome--> open --error, Goodbye--> closing
//
// In `opening` requests are taken already, but nothing is sent before the Welcome: what the core
// still owes to an earlier connection of the session is dropped, deliveries wait.

#include "broker/core/effect.hpp"
#include "broker/net/outbox.hpp"
#include "broker/net/request.hpp"
#include "broker/net/wire_convert.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::net {

inline constexpr std::uint32_t protocol_version = 1;

// Who acts on the requests of one client.
class request_handler {
public:
    virtual void on_hello(core::connect const& what) = 0;
    virtual void on_command(core::any_command const& what) = 0;
    virtual void on_question(core::request_id request, any_question const& what) = 0;
    virtual void on_goodbye(bool keep_session) = 0;

protected:
    ~request_handler() = default;
};

class session_protocol {
public:
    enum class state { hello_expected, opening, open, closing };

    // The decoder is shared by all sessions of the thread.
    session_protocol(request_decoder& decoder, outbox_limits limits);

    // Takes one frame (without its length header) and calls `to` for what it asks, at most once.
    // A problem means that the connection must be closed with it. `now` is told in Pong.
    [[nodiscard]] std::optional<problem>
    receive(std::string_view frame, core::wall_time now, request_handler& to);

    void welcome(core::effect::welcome const& what, welcome_facts const& facts);
    void deliver(core::delivery const& what, std::string_view content);
    void send(core::any_effect const& what);
    // `what` as append_answer() takes it.
    template <class... What>
    void answer(core::request_id request, What const&... what) {
        if (state_ == state::open)
            append_answer(outbox_.tail(), request, what...);
    }
    void refuse(core::request_id request, problem const& why);
    void instruct(instruction const& what) {
        if (state_ == state::open)
            append_instruction(outbox_.tail(), what);
    }

    // The last frame. Nothing is sent or received afterwards.
    void close(problem const& why);
    void say_goodbye(errc why, std::string_view reason);

    // Turns the collected deliveries into a frame: call before reading the outbox.
    void seal_deliveries();

    [[nodiscard]] state now() const { return state_; }
    [[nodiscard]] core::session_id session() const { return session_; }
    [[nodiscard]] outbox& out() { return outbox_; }
    [[nodiscard]] outbox const& out() const { return outbox_; }
    // Over the cap, what waits in `opening` included.
    [[nodiscard]] bool overflowing() const;
    [[nodiscard]] bool has_output() const;

private:
    [[nodiscard]] std::optional<problem>
    receive_hello(core::request_id request, hello const& what, request_handler& to);

    request_decoder& decoder_;
    outbox outbox_;
    std::string deliveries_; // encoded, not yet in a frame
    std::string early_;      // frames that wait for the Welcome
    std::size_t bytes_max_;
    core::session_id session_;
    core::request_id hello_; // number of the Hello, told back in Welcome
    state state_ = state::hello_expected;
};

} // namespace peyk::net
