#include "broker/net/session_protocol.hpp"

#include "broker/core/assert.hpp"

#include <utility>

namespace peyk::net {
namespace {

// Deliveries of one flush share a frame up to this size: enough that headers cost nothing, little
// enough that a client sees the first of them soon.
constexpr std::size_t deliver_frame_bytes = 64u << 10;

problem fatal(errc code) {
    problem p;
    p.session = code;
    return p;
}

} // namespace

session_protocol::session_protocol(request_decoder& decoder, outbox_limits limits)
    : decoder_(decoder), outbox_(limits), bytes_max_(limits.bytes_max) {}

std::optional<problem>
session_protocol::receive(std::string_view frame, core::wall_time now, request_handler& to) {
    PEYK_ASSERT(state_ != state::closing);
    auto const in = decoder_.decode(frame, session_);
    if (auto const* bad = std::get_if<problem>(&in.what); bad && bad->fatal())
        return *bad;
    if (auto const* greeting = std::get_if<hello>(&in.what))
        return receive_hello(in.id, *greeting, to);
    if (state_ == state::hello_expected)
        return fatal(errc::hello_expected);

    if (auto const* command = std::get_if<core::any_command>(&in.what)) {
        to.on_command(*command);
    } else if (auto const* bad = std::get_if<problem>(&in.what)) {
        refuse(in.id, *bad);
    } else if (auto const* question = std::get_if<any_question>(&in.what)) {
        to.on_question(in.id, *question);
    } else if (auto const* sign = std::get_if<ping>(&in.what)) {
        if (state_ == state::open)
            append_pong(outbox_.tail(), in.id, *sign, now);
    } else if (auto const* last = std::get_if<goodbye>(&in.what)) {
        to.on_goodbye(last->keep_session);
    }
    return std::nullopt;
}

std::optional<problem>
session_protocol::receive_hello(core::request_id request, hello const& what, request_handler& to) {
    if (state_ != state::hello_expected)
        return fatal(errc::hello_repeated);
    if (what.version_min > protocol_version || what.version_max < protocol_version)
        return fatal(errc::version_unsupported);
    if (what.connect.session.empty()) {
        auto p = fatal(errc::session_refused);
        p.request = core::errc::invalid_argument;
        p.text = "session_high, session_low: 128 random bits made by the client, not zero";
        return p;
    }
    session_ = what.connect.session;
    hello_ = request;
    state_ = state::opening;
    to.on_hello(what.connect);
    return std::nullopt;
}

void session_protocol::welcome(core::effect::welcome const& what, welcome_facts const& facts) {
    if (state_ != state::opening)
        return;
    append_welcome(outbox_.tail(), hello_, what, facts);
    seal_deliveries();
    outbox_.tail().append(early_);
    std::string().swap(early_);
    state_ = state::open;
}

void session_protocol::deliver(core::delivery const& what, std::string_view content) {
    if (state_ != state::open && state_ != state::opening)
        return;
    if (deliveries_.size() + content.size() > deliver_frame_bytes)
        seal_deliveries();
    append_delivery(deliveries_, what, content);
}

void session_protocol::send(core::any_effect const& what) {
    if (state_ != state::open)
        return;
    seal_deliveries();
    append_effect(outbox_.tail(), what);
}

void session_protocol::refuse(core::request_id request, problem const& why) {
    if (state_ == state::open)
        append_problem(outbox_.tail(), request, why);
}

void session_protocol::close(problem const& why) {
    PEYK_ASSERT(why.fatal());
    if (state_ == state::closing)
        return;
    if (state_ == state::open)
        seal_deliveries();
    append_problem(outbox_.tail(), core::request_id{}, why);
    state_ = state::closing;
}

void session_protocol::say_goodbye(errc why, std::string_view reason) {
    if (state_ == state::closing)
        return;
    if (state_ == state::open)
        seal_deliveries();
    append_goodbye(outbox_.tail(), why, reason);
    state_ = state::closing;
}

void session_protocol::seal_deliveries() {
    if (deliveries_.empty())
        return;
    append_deliver_frame(state_ == state::opening ? early_ : outbox_.tail(), deliveries_);
    if (deliveries_.size() > 2 * deliver_frame_bytes)
        std::string().swap(deliveries_);
    else
        deliveries_.clear();
}

bool session_protocol::overflowing() const {
    return outbox_.overflowing() || early_.size() > bytes_max_;
}

bool session_protocol::has_output() const {
    return !outbox_.empty() || (state_ == state::open && !deliveries_.empty());
}

} // namespace peyk::net
