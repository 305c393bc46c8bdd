#pragma once
// Questions of administration: their answers are all ControlReply.

#include "client/src/ask.hpp"
#include "client/src/wire_admin.hpp"

#include <string>
#include <utility>

namespace peyk {

using wire::v1::Control;
using wire::v1::ControlReply;

// Stands for the value of an answer that is just "done".
struct nothing {};

template <class T>
using admin_question = question<ControlReply, T>;

// `convert(reply, value)`: false if that is not the answer to this.
template <class T, class Convert>
admin_question<T> make_question(Control what, on_loss lost, Convert convert) {
    admin_question<T> made;
    *made.frame.mutable_control() = std::move(what);
    made.field = wire::v1::ServerFrame::kControlFieldNumber;
    made.lost = lost;
    made.convert = [convert](ControlReply& from, T& to) {
        return convert(from, to) ? error_code{} : make_error_code(errc::protocol_error);
    };
    return made;
}

inline admin_question<nothing> change(Control what, on_loss lost = on_loss::ask_again) {
    return make_question<nothing>(
        std::move(what), lost, [](ControlReply const& from, nothing&) { return from.has_done(); });
}

// What would be refused, or done again, if it were asked twice.
inline admin_question<nothing> change_once(Control what) {
    return change(std::move(what), on_loss::fail);
}

// What both forms do with the outcome: complete a handler, or wake a thread.
template <class T>
auto to_handler(completion<error_code, T> handler) {
    return [handler = std::move(handler)](client_session& in, failure why, T value) mutable {
        complete(in, std::move(handler), std::move(why), std::move(value));
    };
}

template <class T>
auto to_call(blocking_call<T>& call) {
    return [&call](client_session&, failure why, T value) {
        call.complete(std::move(why), std::move(value));
    };
}

inline void
ask_async(client_session& session, admin_question<nothing> what, completion<error_code> handler) {
    ask(session,
        std::move(what),
        [handler = std::move(handler)](client_session& in, failure why, nothing) mutable {
            complete(in, std::move(handler), std::move(why));
        });
}

} // namespace peyk
