// Client frames -> requests. Publish, Settle and lists of tokens are read in place (they come by
// the ten thousand); everything else goes through the generated code.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_control.hpp"
#include "broker/net/wire_convert_items.hpp"
#include "broker/net/wire_reader.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;

// Items of one request, whatever their kind: bounds the room that is kept for them. The core's own
// limits on batches are lower; deliveries held by one consumer are at most so many.
constexpr std::size_t items_max = 65'536;

// The request number and the one body of a frame.
struct envelope {
    core::request_id request;
    int field = 0;
    std::string_view body;
    bool ok = false;
};

envelope read_envelope(std::string_view frame) {
    envelope e;
    wire_reader in{frame};
    while (in.next()) {
        auto const field = static_cast<int>(in.tag() >> 3);
        if (in.tag() == tag_of(wire::ClientFrame::kRequestFieldNumber, wire_type::varint)) {
            e.request.value = in.number();
        } else if (in.tag() == tag_of(field, wire_type::bytes) &&
                   field >= wire::ClientFrame::kHelloFieldNumber) {
            if (e.field != 0)
                return e; // two bodies: which one is meant?
            e.field = field;
            e.body = in.bytes();
        }
    }
    e.ok = in.ok() && e.field != 0;
    return e;
}

std::string nth(std::string_view what, std::size_t index) {
    return std::string{what} + " " + std::to_string(index) + ": ";
}

} // namespace

struct request_decoder::members {
    // Room for what the commands borrow.
    std::vector<core::message> messages;
    message_lists lists;
    std::vector<core::settlement> settlements;
    std::vector<core::delivery_token> tokens;
    bool acknowledge = false; // of Started
    std::vector<core::message_id> ids;
    std::vector<core::held_delivery> held;
    std::vector<std::string_view> queues;
    std::vector<std::string_view> tasks;
    std::vector<std::uint32_t> weights;
    std::vector<core::fact> facts;
    std::string metrics;
    std::vector<std::string_view> labels;
    std::deque<std::string> label_texts; // "name=value"
    std::string pid;
    // The generated messages of the rarer requests.
    wire::Hello hello;
    wire::Ping ping;
    wire::Goodbye goodbye;
    wire::Subscribe subscribe;
    wire::Unsubscribe unsubscribe;
    wire::Credit credit;
    wire::Cancel cancel;
    wire::Get get;
    wire::Watch watch;
    wire::Unwatch unwatch;
    wire::Reschedule reschedule;
    wire::Forget forget;
    wire::Redrive redrive;
    wire::Report report;
    wire::Edit edit;
    wire::Introduce introduce;
    wire::InstructionReply instruction_reply;
    wire::Listen listen;
    wire::Unlisten unlisten;
    control_decoder control;

    any_request decode(envelope const& e, core::session_id session);
    any_request decode_publish(envelope const& e, core::session_id session);
    any_request decode_settle(envelope const& e, core::session_id session);
    any_request decode_hello(std::string_view body);
    void add_program_facts();
    any_request decode_subscribe(envelope const& e, core::session_id session);
    any_request decode_about_ids(envelope const& e, core::session_id session);
    any_request decode_report(envelope const& e, core::session_id session);
    any_request decode_watching(envelope const& e, core::session_id session);
    any_request decode_listen(std::string_view body);
    template <class Facts>
    std::span<core::fact const> copy_facts(Facts const& from) {
        facts.clear();
        for (auto const& each : from)
            facts.push_back({each.name(), each.value()});
        return facts;
    }
    // The core keeps them as bytes.
    template <class Message>
    std::string_view copy_metrics(Message const& from) {
        metrics.clear();
        if (from.has_metrics())
            from.metrics().SerializeToString(&metrics);
        return metrics;
    }
    std::optional<problem> read_tokens(std::string_view body, std::string_view what);

    template <class Ids>
    std::span<core::message_id const> copy_ids(Ids const& from) {
        ids.clear();
        for (auto const& id : from)
            ids.push_back(id_of(id));
        return ids;
    }
};

any_request request_decoder::members::decode_publish(envelope const& e, core::session_id session) {
    using m = wire::Publish;
    messages.clear();
    lists.clear();
    core::publish command{session, e.request, {}, {}, {}};
    wire_reader in{e.body};
    while (in.next()) {
        switch (in.tag()) {
        case tag_of(m::kMessagesFieldNumber, wire_type::bytes): {
            if (messages.size() == items_max)
                return refuse(core::errc::batch_too_large, {});
            auto const found = read_message(in.bytes(), messages.emplace_back(), lists);
            if (found.malformed)
                return malformed("Publish");
            if (found.found())
                return refuse(core::errc::invalid_argument,
                              nth("message", messages.size() - 1) + found.text);
            break;
        }
        case tag_of(m::kFirstSequenceFieldNumber, wire_type::fixed64):
            command.first.value = in.number();
            break;
        case tag_of(m::kAnsweredBelowFieldNumber, wire_type::fixed64):
            command.answered_below.value = in.number();
            break;
        default:
            break;
        }
    }
    if (!in.ok())
        return malformed("Publish");
    if (messages.empty())
        return refuse(core::errc::invalid_argument, "messages: at least one must be given");
    command.messages = messages;
    return core::any_command{command};
}

any_request request_decoder::members::decode_settle(envelope const& e, core::session_id session) {
    settlements.clear();
    wire_reader in{e.body};
    while (in.next()) {
        if (in.tag() != tag_of(wire::Settle::kSettlementsFieldNumber, wire_type::bytes))
            continue;
        if (settlements.size() == items_max)
            return refuse(core::errc::batch_too_large, {});
        auto const found = read_settlement(in.bytes(), settlements.emplace_back());
        if (found.malformed)
            return malformed("Settle");
        if (found.found())
            return refuse(core::errc::invalid_argument,
                          nth("settlement", settlements.size() - 1) + found.text);
    }
    if (!in.ok())
        return malformed("Settle");
    if (settlements.empty())
        return refuse(core::errc::invalid_argument, "settlements: at least one must be given");
    return core::any_command{core::settle{session, e.request, settlements}};
}

std::optional<problem> request_decoder::members::read_tokens(std::string_view body,
                                                             std::string_view what) {
    static_assert(int{wire::Started::kTokensFieldNumber} == int{wire::Extend::kTokensFieldNumber});
    tokens.clear();
    acknowledge = false;
    wire_reader in{body};
    while (in.next()) {
        if (in.tag() == tag_of(wire::Started::kAcknowledgeFieldNumber, wire_type::varint))
            acknowledge = in.flag();
        if (in.tag() != tag_of(wire::Started::kTokensFieldNumber, wire_type::bytes))
            continue;
        if (tokens.size() == items_max)
            return refuse(core::errc::batch_too_large,
                          "tokens: " + std::to_string(items_max) + " at most; split the request",
                          "tokens_max");
        if (!read_token(in.bytes(), tokens.emplace_back()))
            return malformed(what);
    }
    if (!in.ok())
        return malformed(what);
    return std::nullopt;
}

// What Hello says of the program in fields of its own.
void request_decoder::members::add_program_facts() {
    if (!hello.client().empty())
        facts.push_back({"client", hello.client()});
    if (!hello.host().empty())
        facts.push_back({"host", hello.host()});
    if (hello.pid() != 0) {
        pid = std::to_string(hello.pid());
        facts.push_back({"pid", pid});
    }
}

any_request request_decoder::members::decode_hello(std::string_view body) {
    if (!parse(hello, body))
        return malformed("Hello");
    held.clear();
    for (auto const& h : hello.held())
        held.push_back(
            {{core::broker_epoch{h.epoch()}, h.number()}, {h.id_high(), h.id_low()}, h.started()});
    label_texts.clear();
    labels.clear();
    for (auto const& [name, value] : hello.labels())
        labels.push_back(label_texts.emplace_back(name + "=" + value));
    std::ranges::sort(labels);
    copy_facts(hello.facts());
    add_program_facts();
    net::hello out;
    out.connect.facts = facts;
    out.connect.labels = labels;
    out.connect.metrics = copy_metrics(hello);
    out.version_min = hello.version_min();
    out.version_max = hello.version_max();
    out.connect.session = {hello.session_high(), hello.session_low()};
    out.connect.resume = hello.resume();
    out.connect.connection = hello.connection();
    out.connect.name = hello.name().empty() ? hello.client() : hello.name();
    out.connect.heartbeat = core::duration{hello.heartbeat_ms()};
    out.connect.held = held;
    return out;
}

any_request request_decoder::members::decode_subscribe(envelope const& e,
                                                       core::session_id session) {
    if (!parse(subscribe, e.body))
        return malformed("Subscribe");
    queues.assign(subscribe.queues().begin(), subscribe.queues().end());
    for (auto& queue : queues)
        if (queue.empty())
            queue = default_queue;
    tasks.assign(subscribe.tasks().begin(), subscribe.tasks().end());
    core::subscribe command{
        session, e.request, core::consumer_id{subscribe.consumer()}, subscribe.credit(), queues};
    command.tasks = tasks;
    auto const choice = static_cast<std::uint32_t>(subscribe.choice());
    if (!take_enum(choice, core::queue_choice::weighted, command.choice))
        return refuse(core::errc::invalid_argument, bad("choice", "0, 1 or 2").text);
    weights.assign(subscribe.weights().begin(), subscribe.weights().end());
    command.weights = weights;
    return core::any_command{command};
}

any_request request_decoder::members::decode_report(envelope const& e, core::session_id session) {
    if (!parse(report, e.body))
        return malformed("Report");
    core::report command{session, e.request, {{report.epoch()}, report.number()}};
    if (report.has_progress()) {
        auto const& said = report.progress();
        command.progress = core::progress{said.done(), said.total(), said.text()};
    }
    if (report.has_checkpoint())
        command.checkpoint = report.checkpoint();
    command.log = report.log();
    return core::any_command{command};
}

// Requests that name messages.
any_request request_decoder::members::decode_about_ids(envelope const& e,
                                                       core::session_id session) {
    using m = wire::ClientFrame;
    switch (e.field) {
    case m::kCancelFieldNumber:
        if (!parse(cancel, e.body))
            return malformed("Cancel");
        return core::any_command{core::cancel{
            session, e.request, copy_ids(cancel.ids()), cancel.reason(), cancel.terminate()}};
    case m::kGetFieldNumber:
        if (!parse(get, e.body))
            return malformed("Get");
        return core::any_command{core::get{session, e.request, copy_ids(get.ids()), get.whole()}};
    case m::kWatchFieldNumber:
        if (!parse(watch, e.body))
            return malformed("Watch");
        return core::any_command{core::watch{
            session, e.request, copy_ids(watch.ids()), watch.until_final(), watch.reports()}};
    case m::kRescheduleFieldNumber: {
        if (!parse(reschedule, e.body))
            return malformed("Reschedule");
        core::reschedule command{session, e.request, copy_ids(reschedule.ids())};
        if (!take_time(reschedule.due_ms(), command.due))
            return refuse(core::errc::invalid_argument, bad("due_ms", allowed_time).text);
        return core::any_command{command};
    }
    case m::kForgetFieldNumber:
        if (!parse(forget, e.body))
            return malformed("Forget");
        return core::any_command{core::forget{session, e.request, copy_ids(forget.ids())}};
    case m::kRedriveFieldNumber:
        if (!parse(redrive, e.body))
            return malformed("Redrive");
        return core::any_command{core::redrive{
            session, e.request, copy_ids(redrive.ids()), redrive.to(), redrive.reset_counters()}};
    case m::kEditFieldNumber: {
        if (!parse(edit, e.body))
            return malformed("Edit");
        core::edit command{session, e.request, copy_ids(edit.ids()), {}};
        if (auto const found = take_edit(edit.change(), command.change); found.found())
            return refuse(core::errc::invalid_argument, found.text);
        return core::any_command{command};
    }
    default:
        return decode_watching(e, session);
    }
}

any_request request_decoder::members::decode_listen(std::string_view body) {
    if (!parse(listen, body))
        return malformed("Listen");
    net::listen out{0, listen.queue(), listen.task(), listen.worker(), listen.after()};
    for (auto const kind : listen.kinds()) {
        if (kind < 0 || kind >= static_cast<int>(core::event_kinds))
            return refuse(core::errc::invalid_argument, bad("kinds", "0 to 11").text);
        out.kinds |= 1u << kind;
    }
    return any_question{out};
}

// Programs about themselves, and events.
any_request request_decoder::members::decode_watching(envelope const& e,
                                                      core::session_id session) {
    using m = wire::ClientFrame;
    switch (e.field) {
    case m::kIntroduceFieldNumber:
        if (!parse(introduce, e.body))
            return malformed("Introduce");
        return core::any_command{
            core::introduce{session, copy_facts(introduce.facts()), copy_metrics(introduce)}};
    case m::kInstructionReplyFieldNumber:
        if (!parse(instruction_reply, e.body))
            return malformed("InstructionReply");
        return any_question{net::instruction_reply{
            instruction_reply.number(), instruction_reply.ok(), instruction_reply.text()}};
    case m::kListenFieldNumber:
        return decode_listen(e.body);
    case m::kUnlistenFieldNumber:
        if (!parse(unlisten, e.body))
            return malformed("Unlisten");
        return any_question{net::unlisten{{unlisten.listen()}}};
    default:
        return refuse(core::errc::unsupported, "this broker does not know that kind of request");
    }
}

any_request request_decoder::members::decode(envelope const& e, core::session_id session) {
    using m = wire::ClientFrame;
    switch (e.field) {
    case m::kPublishFieldNumber:
        return decode_publish(e, session);
    case m::kSettleFieldNumber:
        return decode_settle(e, session);
    case m::kStartedFieldNumber:
        if (auto p = read_tokens(e.body, "Started"))
            return *std::move(p);
        return core::any_command{core::start{session, tokens, e.request, acknowledge}};
    case m::kExtendFieldNumber:
        if (auto p = read_tokens(e.body, "Extend"))
            return *std::move(p);
        return core::any_command{core::extend{session, e.request, tokens}};
    case m::kCreditFieldNumber:
        if (!parse(credit, e.body))
            return malformed("Credit");
        return core::any_command{core::set_credit{
            session, e.request, core::consumer_id{credit.consumer()}, credit.credit()}};
    case m::kPingFieldNumber:
        if (!parse(ping, e.body))
            return malformed("Ping");
        return net::ping{ping.value()};
    case m::kHelloFieldNumber:
        return decode_hello(e.body);
    case m::kGoodbyeFieldNumber:
        if (!parse(goodbye, e.body))
            return malformed("Goodbye");
        return net::goodbye{goodbye.reason(), goodbye.keep_session()};
    case m::kSubscribeFieldNumber:
        return decode_subscribe(e, session);
    case m::kUnsubscribeFieldNumber:
        if (!parse(unsubscribe, e.body))
            return malformed("Unsubscribe");
        return core::any_command{
            core::unsubscribe{session, e.request, core::consumer_id{unsubscribe.consumer()}}};
    case m::kUnwatchFieldNumber:
        if (!parse(unwatch, e.body))
            return malformed("Unwatch");
        return core::any_command{core::unwatch{session, core::request_id{unwatch.watch()}}};
    case m::kReportFieldNumber:
        return decode_report(e, session);
    case m::kControlFieldNumber:
        return control.decode(e.body, e.request, session);
    default:
        return decode_about_ids(e, session);
    }
}

request_decoder::request_decoder() : self_(std::make_unique<members>()) {}
request_decoder::~request_decoder() = default;

request request_decoder::decode(std::string_view frame, core::session_id session) {
    auto const e = read_envelope(frame);
    if (!e.ok)
        return {e.request, malformed("the frame")};
    return {e.request, self_->decode(e, session)};
}

} // namespace peyk::net
