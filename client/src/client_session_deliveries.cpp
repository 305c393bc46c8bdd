// Consumers: subscribing, delivering, settling, taking back.
#include "client/src/ask.hpp"
#include "client/src/client_frame.hpp"
#include "client/src/client_session.hpp"
#include "client/src/utf8.hpp"
#include "client/src/wire_encode.hpp"

#include <algorithm>
#include <utility>

namespace peyk {

void client_session::add_consumer(std::shared_ptr<consumer_state> consumer) {
    consumers_.emplace(consumer->number(), std::move(consumer));
}

void client_session::receive(consumer_state& consumer, receive_op op) {
    consumer.receive(std::move(op), due_);
}

void client_session::set_credit(consumer_state& consumer, std::uint32_t credit) {
    consumer.credit_due = consumer.credit_due || consumer.credit != credit;
    consumer.credit = credit;
}

void client_session::set_queues(consumer_state& consumer,
                                std::vector<std::string> queues,
                                std::vector<std::uint32_t> weights) {
    consumer.set_queues(std::move(queues), std::move(weights));
    consumer.resubscribe_due = !consumer.closing;
}

void client_session::stage_consumers(std::string& out) {
    for (auto const& [number, consumer] : consumers_) {
        // A consumer of the same number takes over what the one before holds.
        if (std::exchange(consumer->resubscribe_due, false) && !consumer->subscribe_due) {
            wire::v1::ClientFrame frame;
            frame.mutable_unsubscribe()->set_consumer(number);
            append_frame(out, frame);
            consumer->subscribe_due = true;
        }
        if (std::exchange(consumer->subscribe_due, false)) {
            consumer->credit_due = false;
            subscribe(consumer);
        }
        if (std::exchange(consumer->credit_due, false)) {
            wire::v1::ClientFrame frame;
            frame.mutable_credit()->set_consumer(number);
            frame.mutable_credit()->set_credit(consumer->credit);
            append_frame(out, frame);
        }
    }
}

void client_session::subscribe(std::shared_ptr<consumer_state> const& consumer) {
    wire::v1::ClientFrame frame;
    auto& to = *frame.mutable_subscribe();
    to.set_consumer(consumer->number());
    to.set_credit(consumer->credit);
    for (auto const& queue : consumer->options().queues)
        to.add_queues(to_utf8(queue));
    for (auto const& task : consumer->options().tasks)
        to.add_tasks(to_utf8(task));
    to.set_choice(static_cast<wire::v1::QueueChoice>(consumer->options().choice));
    for (auto const weight : consumer->options().weights)
        to.add_weights(weight);
    request(frame, {on_loss::forget}, [this, consumer](error_code error, server_frame const&) {
        // The broker may have kept it through the reconnect.
        if (!error || error == errc::duplicate_consumer)
            return;
        consumer->fail(error, due_);
        if (consumer->options().on_failed)
            consumer->options().on_failed(error, error.message());
    });
}

void client_session::on_deliver(server_frame const& frame) {
    if (!parse(frame, deliver_))
        return;
    for (auto& each : *deliver_.mutable_deliveries()) {
        auto what = to_delivery(each);
        auto const found = consumers_.find(each.consumer());
        auto const consumer = found == consumers_.end() ? nullptr : found->second;
        if (!held_.try_emplace(what.token, held_delivery{what.id, consumer}).second)
            continue; // held already
        if (consumer)
            ++consumer->holding;
        if (!consumer || consumer->closing)
            release(what.token, consumer);
        else
            consumer->deliver(std::move(what));
    }
}

void client_session::on_recall(server_frame const& frame) {
    wire::v1::Recall recall;
    if (!parse(frame, recall))
        return;
    for (auto const& token : recall.tokens())
        lose({token.epoch(), token.number()}, recall.reason(), recall.terminate());
}

// The broker says this delivery is not ours. While a settlement is on its way its answer decides.
void client_session::lose(delivery_token token, std::string_view reason, bool terminate) {
    auto const found = held_.find(token);
    if (found == held_.end())
        return;
    if (found->second.settling) {
        found->second.recalled = true;
        return;
    }
    auto const consumer = found->second.consumer;
    drop_held(found);
    if (consumer && !consumer->recall(token) && consumer->options().on_recalled)
        consumer->options().on_recalled({token, reason, terminate});
}

void client_session::drop_held(held_deliveries::iterator at) {
    auto const consumer = std::move(at->second.consumer);
    held_.erase(at);
    if (!consumer)
        return;
    --consumer->holding;
    if (consumer->closing)
        check_closed(consumer);
}

void client_session::mark_started(delivery_token token) {
    auto const found = held_.find(token);
    if (found == held_.end() || found->second.settling)
        return;
    found->second.started = true;
    if (is_connected_ || fsm_.current() == connect_fsm::state::greeting)
        started_.push_back(token);
}

// A reconnecting client names it as started before the question is asked again.
void client_session::acknowledge(delivery_token token, completion<error_code> handler) {
    auto const found = held_.find(token);
    if (found == held_.end() || found->second.settling)
        return due_.add(std::move(handler), error_code{errc::unknown_delivery});
    found->second.started = true;
    wire::v1::ClientFrame frame;
    auto& started = *frame.mutable_started();
    started.set_acknowledge(true);
    auto& to = *started.add_tokens();
    to.set_epoch(token.epoch);
    to.set_number(token.number);
    request(
        frame,
        {on_loss::ask_again, request_place::before_settles},
        [this, handler = std::move(handler)](error_code error, server_frame const& answer) mutable {
            wire::v1::Acknowledged body;
            if (!error)
                error = read_answer(answer, wire::v1::ServerFrame::kAcknowledgedFieldNumber, body);
            if (!error && body.refused_size() > 0)
                error = to_error_code(body.refused(0).code());
            due_.add(std::move(handler), error);
        });
}

void client_session::settle(settle_op op) {
    auto const found = held_.find(op.token);
    if (found == held_.end() || found->second.settling) {
        settle_answer answer{std::move(op), errc::unknown_delivery};
        return complete(answer);
    }
    found->second.settling = true;
    settles_.add(std::move(op));
}

void client_session::release(delivery_token token,
                             std::shared_ptr<consumer_state> const& consumer) {
    if (consumer)
        ++consumer->handing_back;
    settle_op op;
    op.token = token;
    op.consumer = consumer;
    op.hands_back = true;
    append_settlement(op.encoded, token, verdict::release{});
    settle(std::move(op));
}

void client_session::complete(std::vector<settle_answer>& answers) {
    for (auto& answer : answers) {
        complete(answer);
        auto const found = held_.find(answer.op.token);
        if (found == held_.end())
            continue;
        // A result that is too large leaves the delivery with us: it can be settled otherwise.
        if (answer.error == errc::result_too_large && !found->second.recalled)
            found->second.settling = false;
        else
            drop_held(found);
    }
    answers.clear();
}

void client_session::complete(settle_answer& answer) {
    auto& op = answer.op;
    auto const& consumer = op.consumer;
    if (op.hands_back) {
        if (consumer)
            --consumer->handing_back;
        return;
    }
    if (consumer)
        --consumer->unconfirmed;
    if (op.handler) {
        due_.add(std::move(op.handler), answer.error);
    } else if (op.batch) {
        op.batch->results[op.index] = answer.error;
        if (!answer.answered)
            op.batch->error = answer.error;
        if (--op.batch->unanswered == 0)
            due_.add(std::move(op.batch->handler), op.batch->error, std::move(op.batch->results));
    } else if (consumer && answer.error && consumer->options().on_refused) {
        consumer->options().on_refused(op.token, answer.error);
    }
}

void client_session::close_consumer(std::shared_ptr<consumer_state> const& consumer,
                                    completion<error_code> handler) {
    if (!consumers_.contains(consumer->number()) || consumer->closing)
        return due_.add(std::move(handler), error_code{});
    consumer->closing = true;
    consumer->subscribe_due = consumer->credit_due = false;
    consumer->on_closed = std::move(handler);
    consumer->fail(errc::closed, due_);
    for (auto const& unread : consumer->take_unread())
        release(unread.token, consumer);
    unsubscribe(consumer);
}

void client_session::unsubscribe(std::shared_ptr<consumer_state> const& consumer) {
    wire::v1::ClientFrame frame;
    frame.mutable_unsubscribe()->set_consumer(consumer->number());
    // An error says that the broker does not know it: as good as unsubscribed.
    request(frame, {}, [this, consumer](error_code, server_frame const&) {
        consumer->unsubscribed = true;
        check_closed(consumer);
    });
}

void client_session::check_closed(std::shared_ptr<consumer_state> const& consumer) {
    if (!consumer->unsubscribed || consumer->handing_back > 0)
        return;
    if (consumer->on_closed)
        due_.add(std::move(consumer->on_closed), error_code{});
    if (consumer->holding == 0)
        consumers_.erase(consumer->number());
}

} // namespace peyk
