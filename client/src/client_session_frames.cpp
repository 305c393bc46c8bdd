// What the broker says.
#include "client/src/client_session.hpp"
#include "client/src/client_session_turn.hpp"

#include <algorithm>
#include <utility>

namespace peyk {
namespace {

using wire_frame = wire::v1::ServerFrame;
constexpr int heartbeats_missed_max = 3; // as the broker counts

template <class Refused>
void to_refusals(Refused& from, std::vector<refusal>& to) {
    to.clear();
    for (auto& each : from)
        to.push_back({each.index(),
                      to_error_code(each.code()),
                      std::move(*each.mutable_message()),
                      std::move(*each.mutable_limit()),
                      to_id(each.existing())});
}

// What joined another message is answered with that one; the window wants one list, in order.
void add_joined(wire::v1::Published const& from, std::vector<refusal>& to) {
    for (auto const& each : from.joined())
        to.push_back({each.index(), {}, {}, {}, to_id(each.existing())});
    if (from.joined_size() > 0)
        std::ranges::sort(to, {}, &refusal::index);
}

} // namespace

void client_session::received(std::string_view chunk) {
    turn const now{*this};
    if (is_connected_)
        silent_at_ = std::chrono::steady_clock::now() + heartbeats_missed_max * heartbeat_;
    auto const from = connection_; // a frame may end it
    reader_.feed(chunk);
    while (from == connection_) {
        auto const next = reader_.next();
        if (!next)
            return disconnect(next.error());
        if (!*next)
            break;
        auto const frame = cut_server_frame(**next);
        if (!frame)
            return disconnect(frame.error());
        on_frame(*frame);
    }
    if (from == connection_)
        reader_.keep();
}

template <class Wire>
bool client_session::parse(server_frame const& frame, Wire& into) {
    if (into.ParseFromArray(frame.body.data(), static_cast<int>(frame.body.size())))
        return true;
    disconnect(errc::protocol_error);
    return false;
}

void client_session::on_frame(server_frame const& frame) {
    switch (frame.field) {
    case wire_frame::kWelcomeFieldNumber:
        return on_welcome(frame);
    case wire_frame::kErrorFieldNumber:
        return on_error(frame);
    case wire_frame::kRedirectFieldNumber:
        return on_redirect(frame);
    case wire_frame::kGoodbyeFieldNumber:
        return on_goodbye(frame);
    case wire_frame::kPublishedFieldNumber:
        return on_published(frame);
    case wire_frame::kSettledFieldNumber:
        return on_settled(frame);
    case wire_frame::kDeliverFieldNumber:
        return on_deliver(frame);
    case wire_frame::kRecallFieldNumber:
        return on_recall(frame);
    case wire_frame::kUpdateFieldNumber:
        return on_update(frame);
    case wire_frame::kEventsFieldNumber:
        return on_events(frame);
    case wire_frame::kInstructionFieldNumber:
        return on_instruction(frame);
    default: // an answer to a request, or of a newer broker
        if (auto handler = requests_.take(frame.request))
            std::move(handler)(error_code{}, frame);
    }
}

void client_session::on_error(server_frame const& frame) {
    wire::v1::Error error;
    if (!parse(frame, error))
        return;
    auto const code = to_error_code(error.code());
    if (error.fatal() || !is_connected_)
        return disconnect(code);
    refuse(frame.request,
           {0, code, std::move(*error.mutable_message()), std::move(*error.mutable_limit())});
}

void client_session::refuse(std::uint64_t request, refusal const& why) {
    std::vector<wait_handler> waiting;
    if (publishes_.refuse(request, why, publish_answers_)) {
        complete(publish_answers_);
    } else if (settles_.refuse(request, why.error, settle_answers_)) {
        complete(settle_answers_);
    } else if (waits_.refuse(request, waiting)) {
        for (auto& handler : waiting)
            due_.add(std::move(handler), why.error, status{});
    } else if (!watches_.refuse(request, why.error, due_) &&
               !listens_.refuse(request, why.error, due_)) {
        if (auto handler = requests_.take(request))
            std::move(handler)(why.error, server_frame{.text = why.detail, .limit = why.limit});
    }
}

void client_session::on_redirect(server_frame const& frame) {
    wire::v1::Redirect redirect;
    if (!parse(frame, redirect))
        return;
    auto target = parse_url(redirect.url());
    if (!target)
        return disconnect(errc::protocol_error);
    fsm_.redirect(std::move(*target));
    disconnect(errc::unreachable);
}

void client_session::on_goodbye(server_frame const& frame) {
    wire::v1::Goodbye goodbye;
    if (!parse(frame, goodbye))
        return;
    auto const code = to_error_code(goodbye.code());
    disconnect(code ? code : errc::shutting_down);
}

void client_session::on_published(server_frame const& frame) {
    if (!parse(frame, published_))
        return;
    to_refusals(*published_.mutable_refused(), refusals_);
    add_joined(published_, refusals_);
    publishes_.answer(frame.request, refusals_, publish_answers_);
    complete(publish_answers_);
}

void client_session::on_settled(server_frame const& frame) {
    if (!parse(frame, settled_))
        return;
    to_refusals(*settled_.mutable_refused(), refusals_);
    settles_.answer(frame.request, refusals_, settle_answers_);
    complete(settle_answers_);
}

void client_session::on_update(server_frame const& frame) {
    wire::v1::Update update;
    if (!parse(frame, update))
        return;
    auto what = to_status(*update.mutable_status());
    if (!waits_.owns(frame.request)) {
        watches_.update(frame.request, std::move(what), update.last(), due_);
        return;
    }
    if (!what.is_final() && what.state != state::unknown)
        return;
    auto waiting = waits_.take(what.id);
    for (std::size_t i = 0; i + 1 < waiting.size(); ++i)
        due_.add(std::move(waiting[i]), error_code{}, what);
    if (!waiting.empty())
        due_.add(std::move(waiting.back()), error_code{}, std::move(what));
}

// Declared for the other parts of the session.
template bool client_session::parse(server_frame const&, wire::v1::Welcome&);
template bool client_session::parse(server_frame const&, wire::v1::Deliver&);
template bool client_session::parse(server_frame const&, wire::v1::Recall&);
template bool client_session::parse(server_frame const&, wire::v1::Events&);
template bool client_session::parse(server_frame const&, wire::v1::Instruction&);

} // namespace peyk
