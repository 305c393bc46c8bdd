#pragma once
// A request whose answer is one message of the wire, turned into a T. Completes with the error
// alone, or throws it with the broker's words.

#include "client/src/blocking.hpp"
#include "client/src/client_session.hpp"
#include "client/src/refusal_scope.hpp"
#include "client/src/request_table.hpp"
#include <peyk/client.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace peyk {

template <class Wire, class T>
struct question {
    wire::v1::ClientFrame frame = {};
    int field = 0; // of the answer in ServerFrame
    on_loss lost = on_loss::ask_again;
    std::function<error_code(Wire&, T&)> convert = {};
    std::string_view mistake = {}; // set: not asked, and refused with this sentence
};

// Runs `command` in a turn of the session.
template <class Command>
void run_in(client_session& session, Command command) {
    session.submit(session_command{std::move(command)});
}

// The body of an answer, or errc::protocol_error.
template <class Wire>
[[nodiscard]] error_code read_answer(server_frame const& reply, int field, Wire& body) {
    auto const size = static_cast<int>(reply.body.size());
    if (reply.field != field || !body.ParseFromArray(reply.body.data(), size))
        return errc::protocol_error;
    return {};
}

// Completes the handler where it finds the broker's words, if there are any.
template <class... Args>
void complete(client_session& in,
              completion<error_code, Args...> handler,
              failure why,
              Args... args) {
    if (why.text.empty() && why.limit.empty())
        return in.due().add(std::move(handler), why.error, std::move(args)...);
    worded<completion<error_code, Args...>> informed{{std::move(why.text), std::move(why.limit)},
                                                     std::move(handler)};
    in.due().add(std::move(informed), why.error, std::move(args)...);
}

// `finish(session, refused, value)`, inside a turn.
template <class Wire, class T, class Finish>
void ask(client_session& session, question<Wire, T> what, Finish finish) {
    run_in(session,
           [what = std::move(what), finish = std::move(finish)](client_session& in) mutable {
               if (!what.mistake.empty())
                   return finish(in, {errc::invalid_argument, std::string{what.mistake}}, T{});
               auto on_reply = [&in,
                                field = what.field,
                                convert = std::move(what.convert),
                                finish = std::move(finish)](error_code error,
                                                            server_frame const& reply) mutable {
                   Wire body;
                   T value{};
                   if (!error)
                       error = read_answer(reply, field, body);
                   if (!error)
                       error = convert(body, value);
                   failure why{error, std::string{reply.text}, std::string{reply.limit}};
                   finish(in, std::move(why), std::move(value));
               };
               in.request(what.frame, {what.lost}, std::move(on_reply));
           });
}

template <class Wire, class T>
void ask_async(client_session& session, question<Wire, T> what, completion<error_code, T> handler) {
    ask(session,
        std::move(what),
        [handler = std::move(handler)](client_session& in, failure why, T value) mutable {
            complete(in, std::move(handler), std::move(why), std::move(value));
        });
}

template <class Wire, class T>
T ask_blocking(client const& through, question<Wire, T> what) {
    through.check_may_block();
    blocking_call<T> call;
    ask(through.session(), std::move(what), [&call](client_session&, failure why, T value) {
        call.complete(std::move(why), std::move(value));
    });
    return call.wait();
}

} // namespace peyk
