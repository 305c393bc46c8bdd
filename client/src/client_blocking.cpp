// The blocking forms of a client's operations.
#include "client/src/blocking.hpp"
#include <peyk/client.hpp>

#include <utility>

namespace peyk {

void client::ready() {
    check_may_block();
    blocking_call<> call;
    start_ready(call.handler());
    call.wait();
}

message_id client::publish(message what) {
    std::vector<message> batch;
    batch.push_back(std::move(what));
    auto const results = publish(std::move(batch));
    auto const& result = results.front();
    if (result.error == errc::unique_conflict)
        throw unique_conflict_error(result.detail, result.id);
    if (result.error)
        throw_error(result.error, result.detail, result.limit);
    return result.id;
}

std::vector<peyk::status> client::status(std::vector<message_id> ids) {
    check_may_block();
    blocking_call<std::vector<peyk::status>> call;
    start_status(call.handler(), std::move(ids));
    return call.wait();
}

peyk::status client::status(message_id id) {
    auto found = status(std::vector{id});
    if (found.empty())
        throw_error(errc::protocol_error);
    return std::move(found.front());
}

peyk::status client::wait(message_id id, std::optional<std::chrono::milliseconds> timeout) {
    check_may_block();
    blocking_call<peyk::status> call;
    start_wait(call.handler(), id, timeout);
    return call.wait();
}

std::vector<peyk::status> client::info(std::vector<message_id> ids) {
    check_may_block();
    blocking_call<std::vector<peyk::status>> call;
    start_info(call.handler(), std::move(ids));
    return call.wait();
}

peyk::status client::info(message_id id) {
    auto found = info(std::vector{id});
    if (found.empty())
        throw_error(errc::protocol_error);
    return std::move(found.front());
}

namespace {

void throw_if_refused(std::vector<error_code> const& errors) {
    if (!errors.empty() && errors.front())
        throw_error(errors.front());
}

} // namespace

std::vector<error_code> client::cancel(std::vector<message_id> ids, cancel_options how) {
    check_may_block();
    blocking_call<std::vector<error_code>> call;
    start_cancel(call.handler(), std::move(ids), std::move(how));
    return call.wait();
}

void client::cancel(message_id id, cancel_options how) {
    throw_if_refused(cancel(std::vector{id}, std::move(how)));
}

std::vector<error_code> client::reschedule(std::vector<message_id> ids,
                                           std::optional<time_point> due) {
    check_may_block();
    blocking_call<std::vector<error_code>> call;
    start_reschedule(call.handler(), std::move(ids), due);
    return call.wait();
}

void client::reschedule(message_id id, std::optional<time_point> due) {
    throw_if_refused(reschedule(std::vector{id}, due));
}

std::vector<error_code> client::run_now(std::vector<message_id> ids) {
    return reschedule(std::move(ids), std::nullopt);
}

void client::run_now(message_id id) {
    reschedule(id, std::nullopt);
}

std::vector<error_code> client::forget(std::vector<message_id> ids) {
    check_may_block();
    blocking_call<std::vector<error_code>> call;
    start_forget(call.handler(), std::move(ids));
    return call.wait();
}

void client::forget(message_id id) {
    throw_if_refused(forget(std::vector{id}));
}

std::vector<error_code> client::redrive(std::vector<message_id> ids, redrive_options how) {
    check_may_block();
    blocking_call<std::vector<error_code>> call;
    start_redrive(call.handler(), std::move(ids), std::move(how));
    return call.wait();
}

void client::redrive(message_id id, redrive_options how) {
    throw_if_refused(redrive(std::vector{id}, std::move(how)));
}

std::vector<error_code> client::edit(std::vector<message_id> ids, message_edit change) {
    check_may_block();
    blocking_call<std::vector<error_code>> call;
    start_edit(call.handler(), std::move(ids), change);
    return call.wait();
}

void client::edit(message_id id, message_edit change) {
    throw_if_refused(edit(std::vector{id}, change));
}

std::vector<obstacle> client::why(std::vector<message_id> ids) {
    check_may_block();
    blocking_call<std::vector<obstacle>> call;
    start_why(call.handler(), std::move(ids));
    return call.wait();
}

obstacle client::why(message_id id) {
    auto found = why(std::vector{id});
    if (found.empty())
        throw_error(errc::protocol_error);
    return std::move(found.front());
}

message_page client::messages(selector which, std::uint64_t from, std::uint32_t limit) {
    check_may_block();
    blocking_call<message_page> call;
    start_messages(call.handler(), std::move(which), from, limit);
    return call.wait();
}

std::chrono::microseconds client::ping() {
    check_may_block();
    blocking_call<std::chrono::microseconds> call;
    start_ping(call.handler());
    return call.wait();
}

std::vector<queue_stats> client::queues() {
    check_may_block();
    blocking_call<std::vector<queue_stats>> call;
    start_queues(call.handler());
    return call.wait();
}

queue_stats client::queue(std::string name) {
    check_may_block();
    blocking_call<queue_stats> call;
    start_queue(call.handler(), std::move(name));
    return call.wait();
}

broker_stats client::broker() {
    check_may_block();
    blocking_call<broker_stats> call;
    start_broker(call.handler());
    return call.wait();
}

void client::close() {
    check_may_block();
    blocking_call<> call;
    start_close(call.handler());
    call.wait();
}

} // namespace peyk
