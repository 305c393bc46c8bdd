#include "client/src/client_session.hpp"

#include "client/src/client_frame.hpp"
#include "client/src/client_session_turn.hpp"
#include "client/src/refusal_scope.hpp"
#include "client/src/wire_text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace peyk {
namespace {

using std::chrono::steady_clock;

// One write. More would only sit in the kernel's buffer.
constexpr std::size_t write_bytes_max = 512u << 10;

} // namespace

thread_local client_session const* client_session::turn::current = nullptr;

client_session::client_session(std::shared_ptr<void> context,
                               asio::any_io_executor executor,
                               client_options options,
                               std::vector<broker_url> urls)
    : context_(std::move(context)), executor_(std::move(executor)),
      options_(named(std::move(options))), inbox_(options_.in_flight_max),
      fsm_(options_, std::move(urls)), timer_(executor_), heartbeat_(options_.heartbeat),
      random_(std::random_device{}()), due_(executor_) {
    // The right to resume the session: not from the generator above, which could be guessed.
    std::random_device device;
    session_high_ = std::uint64_t{device()} << 32 | device();
    session_low_ = std::uint64_t{device()} << 32 | device();
}

bool client_session::in_turn() const {
    return turn::current == this;
}

void client_session::wake() {
    if (in_turn()) // the end of the turn takes it
        return;
    asio::post(executor_, [self = shared_from_this()] { turn const now{*self}; });
}

void client_session::end_turn() {
    do {
        settle_down();
        flush();
    } while (!due_.empty()); // flush() has refused something
    arm_timer();
}

// Until nothing is asked and no handler is due: handlers may ask for more.
void client_session::settle_down() {
    while (true) {
        while (inbox_.take(taken_))
            apply(taken_);
        for (auto const& [number, consumer] : consumers_)
            consumer->match(due_);
        if (due_.empty())
            return;
        due_.run();
    }
}

void client_session::apply(inbox_content& content) {
    if (fsm_.current() == connect_fsm::state::idle && !closing_)
        start();
    for (auto& op : content.publishes) {
        std::string mistake{op.mistake};
        if (mistake.empty())
            publishes_.add(std::move(op));
        else
            publish_answers_.push_back(
                {std::move(op), errc::invalid_argument, std::move(mistake), {}});
    }
    complete(publish_answers_);
    for (auto const token : content.started)
        mark_started(token);
    for (auto& op : content.settles)
        settle(std::move(op));
    for (auto& command : content.commands)
        std::move(command)(*this);
    content.clear();
    if (stopped_)
        stop(stopped_);
}

void client_session::flush() {
    if (!is_connected_ || connection_->is_writing())
        return;
    auto& out = outgoing_;
    if (!started_.empty()) {
        wire::v1::ClientFrame frame;
        for (auto const token : std::exchange(started_, {})) {
            auto& to = *frame.mutable_started()->add_tokens();
            to.set_epoch(token.epoch);
            to.set_number(token.number);
        }
        append_frame(out, frame);
    }
    stage_operators(out); // who listens hears of what is asked next
    requests_.stage(out, request_place::before_settles);
    settles_.stage(out, write_bytes_max, limits_, next_request_, settle_answers_);
    complete(settle_answers_);
    publishes_.stage(out, write_bytes_max, limits_, next_request_, publish_answers_);
    complete(publish_answers_);
    stage_consumers(out);
    requests_.stage(out, request_place::last);
    waits_.stage(out, limits_.batch_max, next_request_);
    watches_.stage(out, limits_.batch_max, next_request_);
    if (closing_ && out.size() < write_bytes_max && close_at_ == steady_time::max()) {
        close_at_ = steady_clock::now() + options_.close_timeout;
        wire::v1::ClientFrame frame;
        frame.mutable_goodbye()->set_reason("closed");
        append_frame(out, frame);
    }
    if (!out.empty())
        connection_->write(out);
}

void client_session::written() {
    turn const now{*this};
}

void client_session::arm_timer() {
    auto const at = next_deadline();
    if (at == timer_at_)
        return;
    if (at == steady_time::max()) { // idle, or stopped: nothing may keep the executor busy
        timer_at_ = at;
        timer_.cancel();
        return;
    }
    // A timer that fires too early only costs a turn; setting it again for each publish costs more.
    if (timer_at_ <= at && timer_at_ > steady_clock::now())
        return;
    timer_at_ = at;
    timer_.expires_at(at);
    timer_.async_wait([self = shared_from_this()](error_code error) {
        if (error)
            return;
        turn const now{*self};
        self->timer_at_ = steady_time::max();
        self->on_timer();
    });
}

steady_time client_session::next_deadline() const {
    auto at = std::min({attempt_until_, next_ping_, silent_at_, close_at_});
    at = std::min({at,
                   requests_.next_deadline(),
                   waits_.next_deadline(),
                   watches_.next_deadline(),
                   listens_.next_deadline()});
    if (!publishes_.empty())
        at = std::min(at, publishes_.next_deadline());
    for (auto const& waiter : ready_waiters_)
        at = std::min(at, waiter.deadline);
    for (auto const& [number, consumer] : consumers_)
        at = std::min(at, consumer->next_deadline());
    return at;
}

void client_session::on_timer() {
    auto const now = steady_clock::now();
    expire(now);
    if (close_at_ <= now)
        return finish_closing();
    if (silent_at_ <= now)
        return disconnect(errc::heartbeat_missed);
    if (next_ping_ <= now) {
        next_ping_ = now + heartbeat_;
        wire::v1::ClientFrame frame;
        frame.set_request(next_request_++);
        frame.mutable_ping();
        append_frame(outgoing_, frame);
    }
    if (attempt_until_ > now)
        return;
    attempt_until_ = steady_time::max();
    if (fsm_.current() == connect_fsm::state::waiting)
        perform(fsm_.resume({}, random_()));
    else
        disconnect(errc::handshake_timeout);
}

void client_session::expire(steady_time now) {
    auto const why = time_is_over();
    publishes_.expire(now, why, publish_answers_);
    complete(publish_answers_);
    while (auto handler = requests_.take_expired(now))
        due_.add(std::move(handler), why, server_frame{});
    for (auto& handler : waits_.take_expired(now))
        due_.add(std::move(handler), error_code{errc::timeout}, status{});
    watches_.expire(now, due_);
    listens_.expire(now, due_);
    for (auto const& [number, consumer] : consumers_)
        consumer->expire(now, due_);
    std::erase_if(ready_waiters_, [&](ready_waiter& waiter) {
        if (waiter.deadline > now)
            return false;
        due_.add(std::move(waiter.handler), why);
        return true;
    });
}

// For operations that wait for an answer: is nobody there, or nobody quick enough?
error_code client_session::time_is_over() const {
    return is_connected_ ? errc::timeout : errc::unreachable;
}

void client_session::ready(completion<error_code> handler) {
    if (is_connected_)
        return due_.add(std::move(handler), error_code{});
    ready_waiters_.push_back({steady_clock::now() + options_.connect_timeout, std::move(handler)});
}

void client_session::request(wire::v1::ClientFrame& frame,
                             request_kind kind,
                             reply_handler handler) {
    // A name or a pattern with another text in its place would mean something else.
    if (!is_text(frame.control()) || !is_text(frame.redrive()))
        return std::move(handler)(errc::invalid_argument,
                                  server_frame{.text = "text is not UTF-8"});
    frame.set_request(next_request_);
    std::string bytes;
    append_frame(bytes, frame);
    // What belongs to the connection is over with it, and is made anew on the next one.
    auto const deadline = kind.lost == on_loss::forget
                              ? steady_time::max()
                              : steady_clock::now() + options_.request_timeout;
    requests_.add(next_request_++, std::move(bytes), deadline, kind, std::move(handler));
}

void client_session::learn_limits(completion<error_code> handler) {
    if (resume_) // at once: what it asks for belongs to this turn, which may be the last
        return std::move(handler)(error_code{});
    ready_waiters_.push_back({steady_clock::now() + options_.request_timeout, std::move(handler)});
}

std::uint64_t client_session::wait(message_id id, steady_time deadline, wait_handler handler) {
    return waits_.add(id, deadline, std::move(handler));
}

void client_session::watch(std::shared_ptr<watch_state> state) {
    watches_.add(std::move(state));
}

void client_session::watch_next(std::shared_ptr<watch_state> const& state,
                                steady_time deadline,
                                watch_handler handler) {
    state->next(deadline, std::move(handler), due_);
}

void client_session::unwatch(watch_state& state) {
    watches_.remove(state);
    state.fail(errc::closed, due_);
}

void client_session::complete(std::vector<publish_answer>& answers) {
    if (answers.empty())
        return;
    inbox_.release(answers.size());
    for (auto& answer : answers) {
        auto const id = answer.existing.is_nil() ? answer.op.id : answer.existing;
        auto const joined = !answer.error && !answer.existing.is_nil();
        if (answer.op.handler && answer.error) {
            due_.add(worded<completion<error_code, message_id>>{{std::move(answer.detail),
                                                                 std::move(answer.limit)},
                                                                std::move(answer.op.handler)},
                     answer.error,
                     id);
            continue;
        }
        if (answer.op.handler) {
            due_.add(std::move(answer.op.handler), answer.error, id);
            continue;
        }
        if (!answer.op.batch)
            continue;
        auto& batch = *answer.op.batch;
        batch.results[answer.op.index] = {
            id, answer.error, std::move(answer.detail), std::move(answer.limit), joined};
        if (!answer.answered && !batch.error)
            batch.error = answer.error;
        if (--batch.unanswered == 0)
            due_.add(std::move(batch.handler), batch.error, std::move(batch.results));
    }
    answers.clear();
}

} // namespace peyk
