// Limits and shares, workers and what they are told, statistics.
#include "client/src/admin_question.hpp"
#include "client/src/wire_views.hpp"
#include <peyk/admin.hpp>

#include <memory>
#include <utility>

namespace peyk {
namespace {

admin_question<limit_list> limits_question() {
    Control what;
    what.mutable_list_limits();
    return make_question<limit_list>(
        std::move(what), {}, [](ControlReply const& from, limit_list& to) {
            to = to_limits(from.limits());
            return from.has_limits();
        });
}

admin_question<std::vector<limiter_info>> limiters_question(limit_names const& of,
                                                            std::uint32_t limit) {
    Control what;
    to_wire(of, *what.mutable_list_limits()->mutable_names());
    what.mutable_list_limits()->set_limit(limit);
    return make_question<std::vector<limiter_info>>(
        std::move(what), {}, [](ControlReply const& from, std::vector<limiter_info>& to) {
            for (auto const& each : from.limits().limiters())
                to.push_back(to_limiter(each));
            return from.has_limits();
        });
}

admin_question<nothing> set_limit_question(limit_names const& names, limit_change const& wanted) {
    Control what;
    to_wire(names, *what.mutable_set_limit()->mutable_names());
    to_wire(wanted, *what.mutable_set_limit());
    return change(std::move(what));
}

admin_question<nothing> remove_limit_question(limit_names const& names) {
    Control what;
    to_wire(names, *what.mutable_remove_limit()->mutable_names());
    return change_once(std::move(what));
}

admin_question<nothing> set_share_question(std::string const& key, std::uint32_t weight) {
    Control what;
    what.mutable_set_share()->set_key(key);
    what.mutable_set_share()->set_weight(weight);
    return change(std::move(what));
}

admin_question<std::vector<statistics_series>> statistics_question(statistics_query const& asked) {
    Control what;
    to_wire(asked, *what.mutable_show_statistics());
    return make_question<std::vector<statistics_series>>(
        std::move(what), {}, [](ControlReply const& from, std::vector<statistics_series>& to) {
            for (auto const& each : from.statistics().series())
                to.push_back(to_series(each));
            return from.has_statistics();
        });
}

constexpr std::uint32_t page_max = 500; // sessions in one answer

// Collects the pages of ListSessions. `finish(session, refused, found)`.
template <class Finish>
struct session_listing {
    Finish finish;
    worker_target which;
    bool workers_only;
    std::vector<session_info> found = {};

    static void
    ask_page(std::shared_ptr<session_listing> self, client_session& session, std::string after) {
        Control what;
        auto& list = *what.mutable_list_sessions();
        list.set_name(self->which.name);
        list.set_label(self->which.label);
        list.set_workers(self->workers_only);
        list.set_after(std::move(after));
        list.set_limit(page_max);
        auto page = make_question<wire::v1::Sessions>(
            std::move(what), {}, [](ControlReply& from, wire::v1::Sessions& to) {
                to.Swap(from.mutable_sessions());
                return true;
            });
        ask(session,
            std::move(page),
            [self](client_session& in, failure why, wire::v1::Sessions const& got) {
                for (auto const& each : got.sessions())
                    self->found.push_back(to_session(each));
                if (!why.error && got.more() && got.sessions_size() > 0)
                    return ask_page(self, in, self->found.back().id);
                self->finish(in, std::move(why), std::move(self->found));
            });
    }
};

template <class Finish>
void list_sessions(client_session& session, worker_target which, bool workers_only, Finish finish) {
    using listing = session_listing<Finish>;
    listing::ask_page(std::make_shared<listing>(
                          listing{std::move(finish), std::move(which), workers_only}),
                      session,
                      {});
}

// Answers of workers, as they come.
template <class Finish>
struct instruction_watch {
    Finish finish;
    std::vector<instructed> answers = {};

    static void take(std::shared_ptr<instruction_watch> const& self,
                     client_session& in,
                     error_code error,
                     server_frame const& reply) {
        ControlReply body;
        if (!error)
            error = read_answer(reply, wire::v1::ServerFrame::kControlFieldNumber, body);
        if (!error && !body.has_instructed())
            error = errc::protocol_error;
        auto const& told = body.instructed();
        if (!error && told.workers() == 0) // not the first frame, which says how many are told
            self->answers.push_back({told.worker(), {told.ok(), told.text()}});
        if (error || told.last())
            return self->finish(in,
                                failure{error, std::string{reply.text}, std::string{reply.limit}},
                                std::move(self->answers));
        in.expect_more(reply.request, handler(self, in));
    }
    static reply_handler handler(std::shared_ptr<instruction_watch> const& self,
                                 client_session& in) {
        return [self, &in](error_code error, server_frame const& reply) {
            take(self, in, error, reply);
        };
    }
};

template <class Finish>
void start_instructing(client_session& session,
                       worker_target const& which,
                       instruction const& wanted,
                       std::chrono::milliseconds wait,
                       Finish finish) {
    wire::v1::ClientFrame frame;
    auto& to = *frame.mutable_control()->mutable_instruct_workers();
    to.set_name(which.name);
    to.set_label(which.label);
    to.set_action(wanted.action);
    for (auto const& argument : wanted.arguments)
        to.add_arguments(argument);
    to.set_wait_ms(static_cast<std::uint32_t>(wait.count()));
    using watch = instruction_watch<Finish>;
    auto self = std::make_shared<watch>(watch{std::move(finish)});
    run_in(session, [frame = std::move(frame), self](client_session& in) mutable {
        in.request(frame, {on_loss::fail}, watch::handler(self, in));
    });
}

} // namespace

void admin::start_limits(completion<error_code, limit_list> handler) const {
    ask_async(client_.session(), limits_question(), std::move(handler));
}

limit_list admin::limits() const {
    return ask_blocking(client_, limits_question());
}

void admin::start_limiters(completion<error_code, std::vector<limiter_info>> handler,
                           limit_names of,
                           std::uint32_t limit) const {
    ask_async(client_.session(), limiters_question(of, limit), std::move(handler));
}

std::vector<limiter_info> admin::limiters(limit_names of, std::uint32_t limit) const {
    return ask_blocking(client_, limiters_question(of, limit));
}

void admin::start_set_limit(done handler, limit_names names, limit_change change) const {
    ask_async(client_.session(), set_limit_question(names, change), std::move(handler));
}

void admin::set_limit(limit_names names, limit_change change) const {
    ask_blocking(client_, set_limit_question(names, change));
}

void admin::start_remove_limit(done handler, limit_names names) const {
    ask_async(client_.session(), remove_limit_question(names), std::move(handler));
}

void admin::remove_limit(limit_names names) const {
    ask_blocking(client_, remove_limit_question(names));
}

void admin::start_set_share(done handler, std::string key, std::uint32_t weight) const {
    ask_async(client_.session(), set_share_question(key, weight), std::move(handler));
}

void admin::set_share(std::string key, std::uint32_t weight) const {
    ask_blocking(client_, set_share_question(key, weight));
}

void admin::start_sessions(completion<error_code, std::vector<session_info>> handler,
                           worker_target which,
                           bool workers_only) const {
    list_sessions(
        client_.session(), std::move(which), workers_only, to_handler(std::move(handler)));
}

std::vector<session_info> admin::sessions(worker_target which, bool workers_only) const {
    client_.check_may_block();
    blocking_call<std::vector<session_info>> call;
    list_sessions(client_.session(), std::move(which), workers_only, to_call(call));
    return call.wait();
}

void admin::start_instruct(completion<error_code, std::vector<instructed>> handler,
                           worker_target which,
                           instruction what,
                           std::chrono::milliseconds wait) const {
    start_instructing(client_.session(), which, what, wait, to_handler(std::move(handler)));
}

std::vector<instructed> admin::instruct(worker_target which,
                                        instruction what,
                                        std::chrono::milliseconds wait) const {
    client_.check_may_block();
    blocking_call<std::vector<instructed>> call;
    start_instructing(client_.session(), which, what, wait, to_call(call));
    return call.wait();
}

void admin::start_statistics(completion<error_code, std::vector<statistics_series>> handler,
                             statistics_query what) const {
    ask_async(client_.session(), statistics_question(what), std::move(handler));
}

std::vector<statistics_series> admin::statistics(statistics_query what) const {
    return ask_blocking(client_, statistics_question(what));
}

} // namespace peyk
