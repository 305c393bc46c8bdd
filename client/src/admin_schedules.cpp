// Schedules and sweeps.
#include "client/src/admin_question.hpp"
#include <peyk/admin.hpp>

#include <memory>
#include <utility>

namespace peyk {
namespace {

constexpr std::uint32_t page_max = 200; // schedules in one answer; their messages may be large

admin_question<nothing> set_schedule_question(schedule const& wanted) {
    Control what;
    to_wire(wanted, *what.mutable_set_schedule()->mutable_schedule());
    auto made = change(std::move(what));
    auto const& content = wanted.message.content;
    made.mistake = mistake_in_limits(content.soft_time_limit, content.time_limit);
    return made;
}

admin_question<nothing> remove_schedule_question(std::string const& name) {
    Control what;
    what.mutable_remove_schedule()->set_name(name);
    return change_once(std::move(what));
}

admin_question<nothing> pause_schedule_question(std::string const& name, bool paused) {
    Control what;
    what.mutable_pause_schedule()->set_name(name);
    what.mutable_pause_schedule()->set_paused(paused);
    return change(std::move(what));
}

admin_question<message_id> trigger_schedule_question(std::string const& name) {
    Control what;
    what.mutable_trigger_schedule()->set_name(name);
    return make_question<message_id>(
        std::move(what), on_loss::fail, [](ControlReply const& from, message_id& to) {
            to = to_id(from.done().message());
            return from.has_done();
        });
}

admin_question<schedule_info> schedule_question(std::string const& name) {
    Control what;
    what.mutable_list_schedules()->set_name(name);
    auto made =
        make_question<schedule_info>(std::move(what), {}, [](auto&, auto&) { return true; });
    made.convert = [](ControlReply const& from, schedule_info& to) {
        if (from.schedules().schedules_size() == 0)
            return make_error_code(errc::unknown_schedule);
        to = to_schedule(from.schedules().schedules(0));
        return error_code{};
    };
    return made;
}

admin_question<std::vector<sweep_state>> sweeps_question() {
    Control what;
    what.mutable_list_sweeps();
    return make_question<std::vector<sweep_state>>(
        std::move(what), {}, [](ControlReply const& from, std::vector<sweep_state>& to) {
            for (auto const& each : from.sweeps().sweeps())
                to.push_back(to_sweep(each));
            return from.has_sweeps();
        });
}

admin_question<nothing> stop_sweep_question(std::uint64_t id) {
    Control what;
    what.mutable_stop_sweep()->set_id(id);
    return change_once(std::move(what));
}

// Collects the pages of ListSchedules. `finish(session, refused, schedules)`.
template <class Finish>
struct schedule_listing {
    Finish finish;
    std::vector<schedule_info> found = {};

    static void
    ask_page(std::shared_ptr<schedule_listing> self, client_session& session, std::string after) {
        Control what;
        what.mutable_list_schedules()->set_after(std::move(after));
        what.mutable_list_schedules()->set_limit(page_max);
        auto page = make_question<wire::v1::Schedules>(
            std::move(what), {}, [](ControlReply& from, wire::v1::Schedules& to) {
                to.Swap(from.mutable_schedules());
                return true;
            });
        ask(session,
            std::move(page),
            [self](client_session& in, failure why, wire::v1::Schedules const& got) {
                for (auto const& each : got.schedules())
                    self->found.push_back(to_schedule(each));
                if (!why.error && got.more() && got.schedules_size() > 0)
                    return ask_page(self, in, self->found.back().schedule.name);
                self->finish(in, std::move(why), std::move(self->found));
            });
    }
};

template <class Finish>
void list_schedules(client_session& session, Finish finish) {
    using listing = schedule_listing<Finish>;
    listing::ask_page(std::make_shared<listing>(listing{std::move(finish)}), session, {});
}

// A sweep under way: the broker answers its request again and again.
template <class Finish>
struct sweep_watch {
    Finish finish;
    std::function<void(sweep_state const&)> on_state;

    static void take(std::shared_ptr<sweep_watch> const& self,
                     client_session& in,
                     error_code error,
                     server_frame const& reply) {
        ControlReply body;
        if (!error)
            error = read_answer(reply, wire::v1::ServerFrame::kControlFieldNumber, body);
        if (!error && !body.has_sweep())
            error = errc::protocol_error;
        auto now = to_sweep(body.sweep());
        if (!error && self->on_state)
            self->on_state(now);
        if (error || now.done)
            return self->finish(in,
                                failure{error, std::string{reply.text}, std::string{reply.limit}},
                                std::move(now));
        in.expect_more(reply.request, handler(self, in));
    }
    static reply_handler handler(std::shared_ptr<sweep_watch> const& self, client_session& in) {
        return [self, &in](error_code error, server_frame const& reply) {
            take(self, in, error, reply);
        };
    }
};

template <class Finish>
void start_watching(client_session& session,
                    sweep const& wanted,
                    std::function<void(sweep_state const&)> on_state,
                    Finish finish) {
    wire::v1::ClientFrame frame;
    to_wire(wanted, *frame.mutable_control()->mutable_start_sweep());
    using watch = sweep_watch<Finish>;
    auto self = std::make_shared<watch>(watch{std::move(finish), std::move(on_state)});
    run_in(session, [frame = std::move(frame), self](client_session& in) mutable {
        in.request(frame, {on_loss::fail}, watch::handler(self, in));
    });
}

} // namespace

void admin::start_schedules(completion<error_code, std::vector<schedule_info>> handler) const {
    list_schedules(client_.session(), to_handler(std::move(handler)));
}

std::vector<schedule_info> admin::schedules() const {
    client_.check_may_block();
    blocking_call<std::vector<schedule_info>> call;
    list_schedules(client_.session(), to_call(call));
    return call.wait();
}

void admin::start_schedule(completion<error_code, schedule_info> handler, std::string name) const {
    ask_async(client_.session(), schedule_question(name), std::move(handler));
}

schedule_info admin::schedule(std::string name) const {
    return ask_blocking(client_, schedule_question(name));
}

void admin::start_set_schedule(done handler, peyk::schedule what) const {
    ask_async(client_.session(), set_schedule_question(what), std::move(handler));
}

void admin::set_schedule(peyk::schedule what) const {
    ask_blocking(client_, set_schedule_question(what));
}

void admin::start_remove_schedule(done handler, std::string name) const {
    ask_async(client_.session(), remove_schedule_question(name), std::move(handler));
}

void admin::remove_schedule(std::string name) const {
    ask_blocking(client_, remove_schedule_question(name));
}

void admin::start_pause_schedule(done handler, std::string name, bool paused) const {
    ask_async(client_.session(), pause_schedule_question(name, paused), std::move(handler));
}

void admin::pause_schedule(std::string name, bool paused) const {
    ask_blocking(client_, pause_schedule_question(name, paused));
}

void admin::start_trigger_schedule(completion<error_code, message_id> handler,
                                   std::string name) const {
    ask_async(client_.session(), trigger_schedule_question(name), std::move(handler));
}

message_id admin::trigger_schedule(std::string name) const {
    return ask_blocking(client_, trigger_schedule_question(name));
}

void admin::start_sweeps(completion<error_code, std::vector<sweep_state>> handler) const {
    ask_async(client_.session(), sweeps_question(), std::move(handler));
}

std::vector<sweep_state> admin::sweeps() const {
    return ask_blocking(client_, sweeps_question());
}

void admin::start_sweep(completion<error_code, sweep_state> handler,
                        peyk::sweep what,
                        std::function<void(sweep_state const&)> on_state) const {
    start_watching(client_.session(), what, std::move(on_state), to_handler(std::move(handler)));
}

sweep_state admin::sweep(peyk::sweep what, std::function<void(sweep_state const&)> on_state) const {
    client_.check_may_block();
    blocking_call<sweep_state> call;
    start_watching(client_.session(), what, std::move(on_state), to_call(call));
    return call.wait();
}

void admin::start_stop_sweep(done handler, std::uint64_t id) const {
    ask_async(client_.session(), stop_sweep_question(id), std::move(handler));
}

void admin::stop_sweep(std::uint64_t id) const {
    ask_blocking(client_, stop_sweep_question(id));
}

} // namespace peyk
