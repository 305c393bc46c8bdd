// Events, and what operators and this program tell each other.
#include "client/src/client_frame.hpp"
#include "client/src/client_session.hpp"
#include "client/src/client_session_turn.hpp"
#include "client/src/utf8.hpp"
#include "client/src/wire_views.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <string>
#include <utility>

#include <unistd.h>

namespace peyk {

void client_session::listen(std::shared_ptr<listen_state> state) {
    if (stopped_)
        return state->fail(stopped_, due_);
    listens_.add(std::move(state));
}

void client_session::listen_next(std::shared_ptr<listen_state> const& state,
                                 steady_time deadline,
                                 event_handler handler) {
    state->next(deadline, std::move(handler), due_);
}

void client_session::unlisten(listen_state& state) {
    listens_.remove(state);
    state.fail(errc::closed, due_);
}

void client_session::on_events(server_frame const& frame) {
    wire::v1::Events events;
    if (parse(frame, events))
        listens_.take(frame.request, events, due_);
}

void client_session::introduce(std::map<std::string, std::string> facts,
                               std::optional<worker_metrics> metrics) {
    facts_ = std::move(facts);
    metrics_ = std::move(metrics);
    // Said in Hello too, and replaced with all else by what is said now.
    error_code ignored;
    facts_.try_emplace("host", asio::ip::host_name(ignored));
    facts_.try_emplace("pid", std::to_string(::getpid()));
    introduction_due_ = true;
}

// For Hello, and for Introduce.
template <class Message>
void client_session::put_facts(Message& to) const {
    for (auto const& [name, value] : facts_) {
        auto& fact = *to.add_facts();
        fact.set_name(to_utf8(name));
        fact.set_value(to_utf8(value));
    }
    if (metrics_)
        to_wire(*metrics_, *to.mutable_metrics());
}
template void client_session::put_facts(wire::v1::Hello& to) const;
template void client_session::put_facts(wire::v1::Introduce& to) const;

void client_session::on_instruction(server_frame const& frame) {
    wire::v1::Instruction said;
    if (!parse(frame, said))
        return;
    auto answer = [self = shared_from_this(), number = said.number()](instruction_reply reply) {
        self->submit(session_command{[number, reply = std::move(reply)](client_session& in) {
            in.replies_.emplace_back(number, reply);
        }});
    };
    if (!instruction_handler_)
        return answer({false,
                       "\"" + said.action() +
                           "\" is not supported: this program takes no "
                           "instructions"});
    instruction what{said.action(), {said.arguments().begin(), said.arguments().end()}};
    due_.add(completion<>{[handler = instruction_handler_,
                           what = std::move(what),
                           answer = std::move(answer)]() mutable {
        handler(std::move(what), std::move(answer));
    }});
}

void client_session::stage_operators(std::string& out) {
    listens_.stage(out, next_request_);
    if (std::exchange(introduction_due_, false)) {
        wire::v1::ClientFrame frame;
        put_facts(*frame.mutable_introduce());
        append_frame(out, frame);
    }
    for (auto const& [number, reply] : std::exchange(replies_, {})) {
        wire::v1::ClientFrame frame;
        auto& to = *frame.mutable_instruction_reply();
        to.set_number(number);
        to.set_ok(reply.ok);
        to.set_text(to_utf8(reply.text));
        append_frame(out, frame);
    }
}

} // namespace peyk
