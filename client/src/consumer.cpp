#include "client/src/blocking.hpp"
#include "client/src/client_frame.hpp"
#include "client/src/client_session.hpp"
#include "client/src/consumer_state.hpp"
#include "client/src/utf8.hpp"
#include "client/src/wire_encode.hpp"
#include <peyk/consumer.hpp>

#include <utility>

namespace peyk {
namespace {

using std::chrono::steady_clock;

template <class Command>
void run_in(client const& owner, Command command) {
    owner.session().submit(session_command{std::move(command)});
}

void receive_from(client const& owner, std::shared_ptr<consumer_state> state, receive_op op) {
    run_in(owner, [state = std::move(state), op = std::move(op)](client_session& in) mutable {
        in.receive(*state, std::move(op));
    });
}

steady_time deadline_after(std::optional<std::chrono::milliseconds> timeout) {
    return timeout ? steady_clock::now() + *timeout : steady_time::max();
}

void fill_report(wire::v1::Report& to, delivery_token token, task_report what) {
    to.set_epoch(token.epoch);
    to.set_number(token.number);
    if (what.progress) {
        auto& progress = *to.mutable_progress();
        progress.set_done(what.progress->done);
        progress.set_total(what.progress->total);
        progress.set_text(to_utf8(what.progress->text));
    }
    if (what.checkpoint)
        to.set_checkpoint(std::move(*what.checkpoint));
    to.set_log(to_utf8(what.log));
}

settle_op
to_op(std::shared_ptr<consumer_state> const& state, delivery_token token, outcome const& verdict) {
    settle_op op;
    op.token = token;
    op.consumer = state;
    append_settlement(op.encoded, token, verdict);
    ++state->unconfirmed;
    return op;
}

} // namespace

consumer::consumer(client const& owner, consumer_options options)
    : client_(owner), state_(std::make_shared<consumer_state>(owner.session().new_consumer_number(),
                                                              std::move(options))) {
    run_in(client_, [state = state_](client_session& in) { in.add_consumer(state); });
}

consumer::consumer(consumer&&) noexcept = default;

consumer& consumer::operator=(consumer&& other) noexcept {
    if (this != &other) {
        if (state_)
            start_close([](error_code) {});
        client_ = std::move(other.client_);
        state_ = std::move(other.state_);
    }
    return *this;
}

consumer::~consumer() {
    if (state_)
        start_close([](error_code) {});
}

void consumer::start_receive(completion<error_code, delivery> handler) {
    receive_op op;
    op.one = std::move(handler);
    receive_from(client_, state_, std::move(op));
}

void consumer::start_receive_some(completion<error_code, std::vector<delivery>> handler,
                                  std::size_t max) {
    receive_op op;
    op.max = std::max<std::size_t>(max, 1);
    op.some = std::move(handler);
    receive_from(client_, state_, std::move(op));
}

delivery consumer::receive(std::optional<std::chrono::milliseconds> timeout) {
    client_.check_may_block();
    blocking_call<delivery> call;
    receive_op op;
    op.deadline = deadline_after(timeout);
    op.one = call.handler();
    receive_from(client_, state_, std::move(op));
    return call.wait();
}

std::vector<delivery> consumer::receive_some(std::size_t max,
                                             std::optional<std::chrono::milliseconds> timeout) {
    client_.check_may_block();
    blocking_call<std::vector<delivery>> call;
    receive_op op;
    op.max = std::max<std::size_t>(max, 1);
    op.deadline = deadline_after(timeout);
    op.some = call.handler();
    receive_from(client_, state_, std::move(op));
    return call.wait();
}

void consumer::started(delivery_token token) {
    client_.session().submit_started(token);
}

void consumer::start_acknowledge(completion<error_code> handler, delivery_token token) {
    run_in(client_, [token, handler = std::move(handler)](client_session& in) mutable {
        in.acknowledge(token, std::move(handler));
    });
}

void consumer::start_report(completion<error_code> handler,
                            delivery_token token,
                            task_report what) {
    wire::v1::ClientFrame frame;
    fill_report(*frame.mutable_report(), token, std::move(what));
    run_in(client_,
           [frame = std::move(frame), token, handler = std::move(handler)](
               client_session& in) mutable {
               if (!in.holds(token))
                   return in.due().add(std::move(handler), error_code{errc::unknown_delivery});
               in.request(frame,
                          {on_loss::ask_again, request_place::before_settles},
                          [&in, handler = std::move(handler)](error_code error,
                                                              server_frame const&) mutable {
                              in.due().add(std::move(handler), error);
                          });
           });
}

void consumer::settle(delivery_token token, outcome verdict) {
    client_.session().submit(to_op(state_, token, verdict));
}

void consumer::settle(std::vector<settlement> batch) {
    std::vector<settle_op> ops;
    ops.reserve(batch.size());
    for (auto const& each : batch)
        ops.push_back(to_op(state_, each.token, each.outcome));
    client_.session().submit(std::move(ops));
}

void consumer::start_settle(completion<error_code> handler, delivery_token token, outcome verdict) {
    auto op = to_op(state_, token, verdict);
    op.handler = std::move(handler);
    client_.session().submit(std::move(op));
}

void consumer::start_settle_batch(completion<error_code, std::vector<error_code>> handler,
                                  std::vector<settlement> batch) {
    if (batch.empty())
        return run_in(client_, [handler = std::move(handler)](client_session& in) mutable {
            in.due().add(std::move(handler), error_code{}, std::vector<error_code>{});
        });
    auto shared = std::make_shared<settle_batch>();
    shared->handler = std::move(handler);
    shared->results.resize(batch.size());
    shared->unanswered = batch.size();
    std::vector<settle_op> ops;
    ops.reserve(batch.size());
    for (auto const& each : batch) {
        ops.push_back(to_op(state_, each.token, each.outcome));
        ops.back().batch = shared;
        ops.back().index = static_cast<std::uint32_t>(ops.size() - 1);
    }
    client_.session().submit(std::move(ops));
}

void consumer::set_credit(std::uint32_t credit) {
    state_->credit_wished = credit;
    run_in(client_,
           [state = state_, credit](client_session& in) { in.set_credit(*state, credit); });
}

void consumer::set_queues(std::vector<std::string> queues, std::vector<std::uint32_t> weights) {
    if (queues.empty())
        throw error(errc::invalid_argument);
    run_in(client_,
           [state = state_, queues = std::move(queues), weights = std::move(weights)](
               client_session& in) mutable {
               in.set_queues(*state, std::move(queues), std::move(weights));
           });
}

void consumer::pause() {
    run_in(client_, [state = state_](client_session& in) { in.set_credit(*state, 0); });
}

void consumer::resume() {
    set_credit(state_->credit_wished);
}

std::size_t consumer::unconfirmed() const {
    return state_->unconfirmed;
}

void consumer::start_close(completion<error_code> handler) {
    run_in(client_, [state = state_, handler = std::move(handler)](client_session& in) mutable {
        in.close_consumer(state, std::move(handler));
    });
}

void consumer::close() {
    client_.check_may_block();
    blocking_call<> call;
    start_close(call.handler());
    call.wait();
}

} // namespace peyk
