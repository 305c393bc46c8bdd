// Requests that name many messages. The broker takes so many ids in one request; more go in
// several, one after the other.
#include "client/src/ask.hpp"
#include "client/src/client_frame.hpp"
#include "client/src/utf8.hpp"
#include "client/src/wire_admin.hpp"
#include "client/src/wire_views.hpp"
#include <peyk/client.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace peyk {
namespace {

using wire_frame = wire::v1::ServerFrame;
using id_span = std::span<message_id const>;

// Statuses with their logs are large: so many fit a frame.
constexpr std::size_t whole_statuses_max = 32;
// The broker looks at many messages for each reason.
constexpr std::size_t reasons_max = 100;

// What is asked about each slice, and what is done with the answer.
template <class Answer, class Results>
struct slice_request {
    std::size_t slice_max = 0; // 0: as many as the broker takes
    int field = 0;
    std::function<void(wire::v1::ClientFrame&, id_span)> fill = {};
    std::function<void(Answer&, std::size_t count, Results&)> add = {};
};

template <class Answer, class Results>
struct slices {
    client_session& session;
    slice_request<Answer, Results> request;
    std::vector<message_id> ids;
    completion<error_code, Results> handler;
    std::size_t at = 0;
    Results results = {};

    using self = std::shared_ptr<slices>;

    static void next(self const& me) {
        auto const rest = me->ids.size() - me->at;
        if (rest == 0)
            return me->finish({});
        auto count = std::min(rest, me->session.limits().batch_max);
        if (me->request.slice_max > 0)
            count = std::min(count, me->request.slice_max);
        wire::v1::ClientFrame frame;
        me->request.fill(frame, id_span{me->ids}.subspan(me->at, count));
        me->session.request(frame, {}, [me, count](error_code error, server_frame const& reply) {
            Answer body;
            if (!error)
                error = read_answer(reply, me->request.field, body);
            if (error)
                return me->finish({error, std::string{reply.text}, std::string{reply.limit}});
            me->request.add(body, count, me->results);
            me->at += count;
            next(me);
        });
    }
    void finish(failure why) {
        complete(session, std::move(handler), std::move(why), std::move(results));
    }
};

template <class Answer, class Results>
void ask_in_slices(client_session& session,
                   slice_request<Answer, Results> request,
                   std::vector<message_id> ids,
                   completion<error_code, Results> handler) {
    using all = slices<Answer, Results>;
    run_in(session,
           [request = std::move(request), ids = std::move(ids), handler = std::move(handler)](
               client_session& in) mutable {
               auto const me = std::make_shared<all>(
                   all{in, std::move(request), std::move(ids), std::move(handler)});
               in.learn_limits([me](error_code error) {
                   if (error)
                       me->finish({error});
                   else
                       all::next(me);
               });
           });
}

void add_ids(google::protobuf::RepeatedPtrField<wire::v1::Id>& to, id_span ids) {
    for (auto const id : ids)
        set_id(*to.Add(), id);
}

// Answers that say for which of the ids the broker refused.
template <class Answer>
slice_request<Answer, std::vector<error_code>> refusals_of(int field) {
    slice_request<Answer, std::vector<error_code>> request;
    request.field = field;
    request.add = [](Answer const& from, std::size_t count, std::vector<error_code>& to) {
        auto const first = to.size();
        to.resize(first + count);
        for (auto const& each : from.refused())
            if (each.index() < count)
                to[first + each.index()] = to_error_code(each.code());
    };
    return request;
}

slice_request<wire::v1::Statuses, std::vector<status>> statuses(bool whole) {
    slice_request<wire::v1::Statuses, std::vector<status>> request;
    request.slice_max = whole ? whole_statuses_max : 0;
    request.field = wire_frame::kStatusesFieldNumber;
    request.fill = [whole](wire::v1::ClientFrame& frame, id_span ids) {
        add_ids(*frame.mutable_get()->mutable_ids(), ids);
        frame.mutable_get()->set_whole(whole);
    };
    request.add = [](wire::v1::Statuses& from, std::size_t, std::vector<status>& to) {
        for (auto& each : *from.mutable_statuses())
            to.push_back(to_status(each));
    };
    return request;
}

} // namespace

void client::start_status(completion<error_code, std::vector<peyk::status>> handler,
                          std::vector<message_id> ids) {
    ask_in_slices(session(), statuses(false), std::move(ids), std::move(handler));
}

void client::start_info(completion<error_code, std::vector<peyk::status>> handler,
                        std::vector<message_id> ids) {
    ask_in_slices(session(), statuses(true), std::move(ids), std::move(handler));
}

void client::start_cancel(completion<error_code, std::vector<error_code>> handler,
                          std::vector<message_id> ids,
                          cancel_options how) {
    auto request = refusals_of<wire::v1::Cancelled>(wire_frame::kCancelledFieldNumber);
    request.fill = [how = std::move(how)](wire::v1::ClientFrame& frame, id_span slice) {
        auto& to = *frame.mutable_cancel();
        add_ids(*to.mutable_ids(), slice);
        to.set_reason(to_utf8(how.reason));
        to.set_terminate(how.terminate);
    };
    ask_in_slices(session(), std::move(request), std::move(ids), std::move(handler));
}

void client::start_reschedule(completion<error_code, std::vector<error_code>> handler,
                              std::vector<message_id> ids,
                              std::optional<time_point> due) {
    using std::chrono::milliseconds;
    // 0 is "at once"; a time before 1970 is that as well.
    auto const ms = due ? std::max<std::int64_t>(
                              std::chrono::floor<milliseconds>(due->time_since_epoch()).count(), 1)
                        : 0;
    auto request = refusals_of<wire::v1::Rescheduled>(wire_frame::kRescheduledFieldNumber);
    request.fill = [ms](wire::v1::ClientFrame& frame, id_span slice) {
        add_ids(*frame.mutable_reschedule()->mutable_ids(), slice);
        frame.mutable_reschedule()->set_due_ms(ms);
    };
    ask_in_slices(session(), std::move(request), std::move(ids), std::move(handler));
}

void client::start_forget(completion<error_code, std::vector<error_code>> handler,
                          std::vector<message_id> ids) {
    auto request = refusals_of<wire::v1::Forgotten>(wire_frame::kForgottenFieldNumber);
    request.fill = [](wire::v1::ClientFrame& frame, id_span slice) {
        add_ids(*frame.mutable_forget()->mutable_ids(), slice);
    };
    ask_in_slices(session(), std::move(request), std::move(ids), std::move(handler));
}

void client::start_edit(completion<error_code, std::vector<error_code>> handler,
                        std::vector<message_id> ids,
                        message_edit change) {
    auto request = refusals_of<wire::v1::Edited>(wire_frame::kEditedFieldNumber);
    request.fill = [change](wire::v1::ClientFrame& frame, id_span slice) {
        add_ids(*frame.mutable_edit()->mutable_ids(), slice);
        to_wire(change, *frame.mutable_edit()->mutable_change());
    };
    ask_in_slices(session(), std::move(request), std::move(ids), std::move(handler));
}

void client::start_why(completion<error_code, std::vector<obstacle>> handler,
                       std::vector<message_id> ids) {
    slice_request<wire::v1::ControlReply, std::vector<obstacle>> request;
    request.slice_max = reasons_max;
    request.field = wire_frame::kControlFieldNumber;
    request.fill = [](wire::v1::ClientFrame& frame, id_span slice) {
        add_ids(*frame.mutable_control()->mutable_why()->mutable_ids(), slice);
    };
    request.add = [](wire::v1::ControlReply const& from, std::size_t, std::vector<obstacle>& to) {
        for (auto const& each : from.obstacles().obstacles())
            to.push_back(to_obstacle(each));
    };
    ask_in_slices(session(), std::move(request), std::move(ids), std::move(handler));
}

void client::start_redrive(completion<error_code, std::vector<error_code>> handler,
                           std::vector<message_id> ids,
                           redrive_options how) {
    auto request = refusals_of<wire::v1::Redriven>(wire_frame::kRedrivenFieldNumber);
    request.fill = [how = std::move(how)](wire::v1::ClientFrame& frame, id_span slice) {
        auto& to = *frame.mutable_redrive();
        add_ids(*to.mutable_ids(), slice);
        to.set_to(how.to);
        to.set_reset_counters(how.reset_counters);
    };
    ask_in_slices(session(), std::move(request), std::move(ids), std::move(handler));
}

} // namespace peyk
