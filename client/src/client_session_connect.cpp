// Getting to a broker, losing it, coming back, and the end.
#include "client/src/client_frame.hpp"
#include "client/src/client_session.hpp"
#include "client/src/client_session_turn.hpp"
#include "client/src/utf8.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace peyk {
namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t protocol_version = 1;
constexpr std::string_view library = "peyk-cpp 0.1";
constexpr int heartbeats_missed_max = 3; // as the broker counts

std::string host_name() {
    error_code ignored;
    return asio::ip::host_name(ignored);
}

} // namespace

client_options client_session::named(client_options options) {
    if (options.name.empty())
        options.name = std::string{program_invocation_short_name} + '@' + host_name() + ':' +
                       std::to_string(::getpid());
    return options;
}

void client_session::start() {
    perform(fsm_.start());
}

void client_session::perform(connect_action action) {
    using kind = connect_action::kind;
    auto const now = steady_clock::now();
    attempt_until_ = steady_time::max();
    switch (action.what) {
    case kind::resolve_and_connect:
        attempt_until_ = now + options_.connect_timeout;
        reader_ = wire::frame_slicer{};
        connection_ = std::make_shared<connection>(executor_, weak_from_this());
        connection_->connect(action.target);
        return;
    case kind::greet:
        attempt_until_ = now + options_.connect_timeout;
        greet();
        return;
    case kind::run:
        return;
    case kind::wait:
        attempt_until_ = now + action.delay;
        return;
    case kind::stop:
        stop(action.error);
        return;
    }
}

void client_session::connected(error_code result) {
    turn const now{*this};
    perform(fsm_.resume(result, random_()));
}

void client_session::greet() {
    wire::v1::ClientFrame frame;
    frame.set_request(next_request_++);
    auto& hello = *frame.mutable_hello();
    auto const host = host_name();
    hello.set_version_min(protocol_version);
    hello.set_version_max(protocol_version);
    hello.set_session_high(session_high_);
    hello.set_session_low(session_low_);
    hello.set_resume(resume_);
    hello.set_connection(++connections_);
    hello.set_client(std::string{library});
    hello.set_name(to_utf8(options_.name));
    hello.set_host(to_utf8(host));
    hello.set_pid(static_cast<std::uint32_t>(::getpid()));
    hello.set_heartbeat_ms(static_cast<std::uint32_t>(options_.heartbeat.count()));
    for (auto const& [token, held] : held_) {
        auto& to = *hello.add_held();
        to.set_epoch(token.epoch);
        to.set_number(token.number);
        to.set_id_high(held.id.high);
        to.set_id_low(held.id.low);
        to.set_started(held.started);
    }
    for (auto const& task : options_.tasks)
        hello.add_tasks(to_utf8(task));
    for (auto const& [key, value] : options_.labels)
        (*hello.mutable_labels())[to_utf8(key)] = to_utf8(value);
    put_facts(hello);
    introduction_due_ = false; // Hello has told, and what comes from now on is told after Welcome
    started_.clear();
    outgoing_.clear();
    append_frame(outgoing_, frame);
    connection_->start_reading();
    connection_->write(outgoing_);
}

void client_session::on_welcome(server_frame const& frame) {
    wire::v1::Welcome welcome;
    if (!parse(frame, welcome))
        return;
    if (fsm_.current() != connect_fsm::state::greeting)
        return disconnect(errc::protocol_error);
    rewind();
    resume_ = true;
    auto const& limits = welcome.limits();
    // A limit of 0 would be no connection at all: it means "not told".
    auto const told = [](std::uint32_t value, std::size_t otherwise) {
        return value == 0 ? otherwise : std::size_t{value};
    };
    limits_.batch_max = told(limits.publish_batch_max(), 1);
    limits_.in_flight_max = told(limits.in_flight_max(), options_.in_flight_max);
    limits_.frame_bytes_max = told(limits.frame_bytes_max(), wire::frame_bytes_max);
    heartbeat_ = welcome.heartbeat_ms() == 0 ? options_.heartbeat
                                             : std::chrono::milliseconds{welcome.heartbeat_ms()};
    for (auto const& lost : welcome.lost())
        lose({lost.epoch(), lost.number()}, "lost while the connection was away", false);
    if (welcome.now_ms() != 0)
        clock_offset_ = std::chrono::milliseconds{welcome.now_ms()} -
                        std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch());
    is_connected_ = true;
    tell_connection({});
    auto const now = steady_clock::now();
    next_ping_ = now + heartbeat_;
    silent_at_ = now + heartbeats_missed_max * heartbeat_;
    perform(fsm_.resume({}, random_()));
    for (auto& waiter : std::exchange(ready_waiters_, {}))
        due_.add(std::move(waiter.handler), error_code{});
}

// What the new connection does not know yet is said again.
void client_session::rewind() {
    publishes_.rewind();
    settles_.rewind();
    for (auto& handler : requests_.rewind())
        std::move(handler)(errc::unreachable, server_frame{});
    waits_.rewind();
    watches_.rewind();
    listens_.rewind();
    replies_.clear(); // nobody waits for them any more
    for (auto const& [number, consumer] : consumers_) {
        consumer->subscribe_due = !consumer->closing;
        consumer->credit_due = false;
    }
    outgoing_.clear();
}

void client_session::tell_connection(error_code why) {
    if (connection_handler_)
        due_.add(completion<error_code>{connection_handler_}, why);
}

void client_session::lost(error_code why) {
    turn const now{*this};
    disconnect(why);
}

void client_session::disconnect(error_code why) {
    if (connection_) {
        connection_->close();
        connection_.reset();
    }
    if (is_connected_.exchange(false) && !closing_)
        tell_connection(why);
    outgoing_.clear();
    next_ping_ = silent_at_ = steady_time::max();
    if (closing_)
        return finish_closing();
    if (fsm_.current() == connect_fsm::state::stopped)
        return;
    perform(fsm_.resume(why, random_()));
}

void client_session::close(completion<error_code> handler) {
    close_waiters_.push_back(std::move(handler));
    closing_ = true;
    if (!is_connected_) // nobody to say goodbye to
        finish_closing();
}

void client_session::finish_closing() {
    closing_ = true;
    stop(errc::closed);
    for (auto& handler : std::exchange(close_waiters_, {}))
        due_.add(std::move(handler), error_code{});
}

// For good.
void client_session::stop(error_code why) {
    if (!std::exchange(stopped_, why)) {
        if (fsm_.current() != connect_fsm::state::stopped)
            std::ignore = fsm_.stop(why);
        is_connected_ = false;
        attempt_until_ = next_ping_ = silent_at_ = close_at_ = steady_time::max();
        if (connection_)
            connection_->close();
        connection_.reset();
    }
    fail_all(stopped_);
}

void client_session::fail_all(error_code why) {
    publishes_.fail_all(why, publish_answers_);
    complete(publish_answers_);
    settles_.fail_all(why, settle_answers_);
    complete(settle_answers_);
    while (auto handler = requests_.take_any())
        due_.add(std::move(handler), why, server_frame{});
    for (auto& handler : waits_.take_all())
        due_.add(std::move(handler), why, status{});
    watches_.fail_all(why, due_);
    listens_.fail_all(why, due_);
    for (auto const& [number, consumer] : consumers_) {
        consumer->fail(why, due_);
        if (consumer->on_closed)
            due_.add(std::move(consumer->on_closed), error_code{});
    }
    consumers_.clear();
    for (auto& waiter : std::exchange(ready_waiters_, {}))
        due_.add(std::move(waiter.handler), why);
}

} // namespace peyk
