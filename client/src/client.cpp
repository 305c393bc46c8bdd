#include "client/src/ask.hpp"
#include "client/src/blocking.hpp"
#include "client/src/client_frame.hpp"
#include "client/src/client_owner.hpp"
#include "client/src/wire_admin.hpp"
#include "client/src/wire_encode.hpp"
#include <peyk/client.hpp>
#include <peyk/lineage.hpp>

#include <utility>

namespace peyk {
namespace {

using std::chrono::steady_clock;
using wire_frame = wire::v1::ServerFrame;

client_options with_url(std::string_view urls) {
    client_options options;
    options.url = urls;
    return options;
}

steady_time deadline_after(std::optional<std::chrono::milliseconds> timeout) {
    return timeout ? steady_clock::now() + *timeout : steady_time::max();
}

publish_op to_op(client_session& session, message const& what, message_id id) {
    auto const& options = session.options();
    publish_op op;
    op.id = id;
    op.deadline = steady_clock::now() + options.publish_timeout;
    op.mistake = mistake_in_limits(what.content.soft_time_limit, what.content.time_limit);
    append_message(op.encoded, what, std::chrono::system_clock::now());
    return op;
}

// On the publishing thread: the task it runs is the parent of what it publishes.
void give_identity(message& what) {
    if (what.id.is_nil())
        what.id = message_id::make();
    auto const of = current_lineage();
    if (what.parent.is_nil())
        what.parent = of.parent;
    if (what.root.is_nil())
        what.root = of.root.is_nil() ? what.parent : of.root;
}

// Room for the messages was reserved.
void submit_batch(client_session& session,
                  completion<error_code, std::vector<publish_result>> handler,
                  std::vector<message> batch) {
    auto shared = std::make_shared<publish_batch>();
    shared->handler = std::move(handler);
    shared->results.resize(batch.size());
    shared->unanswered = batch.size();
    std::vector<publish_op> ops;
    ops.reserve(batch.size());
    for (auto& what : batch) {
        give_identity(what);
        ops.push_back(to_op(session, what, what.id));
        ops.back().batch = shared;
        ops.back().index = static_cast<std::uint32_t>(ops.size() - 1);
    }
    session.submit(std::move(ops));
}

// Collects the pages of ListQueues.
struct queue_listing {
    client_session& session;
    completion<error_code, std::vector<queue_stats>> handler;
    std::vector<queue_stats> found;

    static void ask_page(std::shared_ptr<queue_listing> self, std::string after) {
        wire::v1::ClientFrame frame;
        constexpr std::uint32_t page = 1'000;
        auto& list = *frame.mutable_control()->mutable_list_queues();
        list.set_after(std::move(after));
        list.set_limit(page);
        auto& session = self->session;
        session.request(frame, {}, [self](error_code error, server_frame const& reply) mutable {
            self->take_page(self, error, reply);
        });
    }
    void take_page(std::shared_ptr<queue_listing> const& self,
                   error_code error,
                   server_frame const& reply) {
        wire::v1::ControlReply body;
        if (!error)
            error = read_answer(reply, wire_frame::kControlFieldNumber, body);
        if (!error && !body.has_queues())
            error = errc::protocol_error;
        for (auto const& each : body.queues().queues())
            found.push_back(to_queue_stats(each));
        if (!error && body.queues().more() && body.queues().queues_size() > 0)
            return ask_page(self, found.back().name);
        session.due().add(std::move(handler), error, std::move(found));
    }
};

} // namespace

client::client(std::string_view urls) : client(with_url(urls)) {}

client::client(client_options options)
    : owner_(std::make_shared<client_owner>(std::move(options))) {}

client::client(asio::any_io_executor executor, client_options options)
    : owner_(std::make_shared<client_owner>(std::move(executor), std::move(options))) {}

client::~client() = default;

asio::any_io_executor client::get_executor() const {
    return session().executor();
}

client_options const& client::options() const {
    return session().options();
}

std::chrono::milliseconds client::clock_offset() const {
    return session().clock_offset();
}

bool client::is_connected() const {
    return session().is_connected();
}

client_session& client::session() const {
    return owner_->session();
}

void client::check_may_block() const {
    if (owner_->is_own_thread())
        throw error(errc::would_deadlock);
}

watcher client::watch(std::vector<message_id> ids, watch_options options) {
    auto state = std::make_shared<watch_state>(std::move(ids), options.reports);
    run_in(session(), [state](client_session& in) { in.watch(state); });
    return {owner_, std::move(state)};
}

watcher client::watch(message_id id, watch_options options) {
    return watch(std::vector{id}, options);
}

void client::start_ready(completion<error_code> handler) {
    run_in(session(), [handler = std::move(handler)](client_session& in) mutable {
        in.ready(std::move(handler));
    });
}

void client::start_publish(completion<error_code, message_id> handler, message what) {
    give_identity(what);
    auto& in = session();
    if (!in.inbox().try_reserve(1)) {
        run_in(in, [id = what.id, handler = std::move(handler)](client_session& s) mutable {
            s.due().add(std::move(handler), error_code{errc::in_flight_exceeded}, id);
        });
        return;
    }
    auto op = to_op(in, what, what.id);
    op.handler = std::move(handler);
    in.submit(std::move(op));
}

void client::start_publish_batch(completion<error_code, std::vector<publish_result>> handler,
                                 std::vector<message> batch) {
    auto& in = session();
    auto const has_room = !batch.empty() && in.inbox().try_reserve(batch.size());
    if (has_room)
        return submit_batch(in, std::move(handler), std::move(batch));
    auto const error = batch.empty() ? error_code{} : errc::in_flight_exceeded;
    run_in(in, [error, handler = std::move(handler)](client_session& s) mutable {
        s.due().add(std::move(handler), error, std::vector<publish_result>{});
    });
}

void client::start_wait(completion<error_code, peyk::status> handler,
                        message_id id,
                        std::optional<std::chrono::milliseconds> timeout) {
    auto const deadline = deadline_after(timeout);
    run_in(session(), [id, deadline, handler = std::move(handler)](client_session& in) mutable {
        in.wait(id, deadline, std::move(handler));
    });
}

void client::start_ping(completion<error_code, std::chrono::microseconds> handler) {
    question<wire::v1::Pong, std::chrono::microseconds> ping;
    ping.frame.mutable_ping();
    ping.field = wire_frame::kPongFieldNumber;
    ping.convert = [from = steady_clock::now()](auto&, auto& to) {
        to = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - from);
        return error_code{};
    };
    ask_async(session(), std::move(ping), std::move(handler));
}

void client::start_queues(completion<error_code, std::vector<queue_stats>> handler) {
    run_in(session(), [handler = std::move(handler)](client_session& in) mutable {
        queue_listing::ask_page(
            std::make_shared<queue_listing>(in, std::move(handler), std::vector<queue_stats>{}),
            {});
    });
}

void client::start_queue(completion<error_code, queue_stats> handler, std::string name) {
    question<wire::v1::ControlReply, queue_stats> show;
    show.frame.mutable_control()->mutable_list_queues()->set_name(std::move(name));
    show.field = wire_frame::kControlFieldNumber;
    show.convert = [](wire::v1::ControlReply const& from, queue_stats& to) {
        if (from.queues().queues_size() == 0)
            return make_error_code(errc::unknown_queue);
        to = to_queue_stats(from.queues().queues(0));
        return error_code{};
    };
    ask_async(session(), std::move(show), std::move(handler));
}

void client::start_broker(completion<error_code, broker_stats> handler) {
    question<wire::v1::ControlReply, broker_stats> show;
    show.frame.mutable_control()->mutable_show_broker();
    show.field = wire_frame::kControlFieldNumber;
    show.convert = [](wire::v1::ControlReply const& from, broker_stats& to) {
        to = to_broker_stats(from.broker());
        return error_code{};
    };
    ask_async(session(), std::move(show), std::move(handler));
}

void client::start_messages(completion<error_code, message_page> handler,
                            selector which,
                            std::uint64_t from,
                            std::uint32_t limit) {
    question<wire::v1::ControlReply, message_page> list;
    auto& wanted = *list.frame.mutable_control()->mutable_list_messages();
    to_wire(which, *wanted.mutable_which());
    wanted.set_from(from);
    wanted.set_limit(limit);
    list.field = wire_frame::kControlFieldNumber;
    list.convert = [](wire::v1::ControlReply& page, message_page& to) {
        if (!page.has_messages())
            return make_error_code(errc::protocol_error);
        for (auto& each : *page.mutable_messages()->mutable_messages())
            to.messages.push_back(to_status(each));
        to.next = page.messages().next();
        return error_code{};
    };
    ask_async(session(), std::move(list), std::move(handler));
}

void client::start_close(completion<error_code> handler) {
    run_in(session(), [handler = std::move(handler)](client_session& in) mutable {
        in.close(std::move(handler));
    });
}

std::vector<publish_result> client::publish(std::vector<message> batch) {
    check_may_block();
    auto& in = session();
    if (batch.empty())
        return {};
    if (!in.inbox().reserve(batch.size(), steady_clock::now() + in.options().publish_timeout))
        throw_error(errc::in_flight_exceeded, {}, "in_flight_max");
    blocking_call<std::vector<publish_result>> call;
    submit_batch(in, call.handler(), std::move(batch));
    return call.wait();
}

} // namespace peyk
