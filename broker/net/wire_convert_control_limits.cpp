// Requests about limits, workers and statistics.

#include "broker/net/wire_convert_control.hpp"

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;

core::limit_names names_of(wire::LimitNames const& from) {
    return {from.task(), from.queue(), from.key()};
}

core::limit_change change_of(wire::SetLimit const& from) {
    core::limit_change to;
    if (from.has_rate())
        to.rate = core::rate{from.rate().thousandths(), from.rate().seconds()};
    if (from.has_burst())
        to.burst = from.burst();
    if (from.has_concurrency())
        to.concurrency = from.concurrency();
    if (from.has_per_worker())
        to.per_worker = from.per_worker();
    return to;
}

} // namespace

fault take_edit(wire::MessageEdit const& from, core::message_edit& to) {
    if (from.has_priority() && !take_small(from.priority(), to.priority.emplace()))
        return bad("change.priority", "0 to 255");
    if (from.has_expires_ms() && !take_time(from.expires_ms(), to.expires.emplace()))
        return bad("change.expires_ms", allowed_time);
    if (from.has_max_retries() && !take_small(from.max_retries(), to.max_retries.emplace()))
        return bad("change.max_retries", "0 to 65535");
    return {};
}

any_request control_decoder::decode_limit(core::request_id request, core::session_id session) {
    if (control_.has_set_share()) {
        auto const& from = control_.set_share();
        return core::any_command{core::set_share{session, request, from.key(), from.weight()}};
    }
    if (control_.has_remove_limit())
        return core::any_command{
            core::remove_limit{session, request, names_of(control_.remove_limit().names())}};
    auto const& from = control_.set_limit();
    return core::any_command{
        core::set_limit{session, request, names_of(from.names()), change_of(from)}};
}

any_request control_decoder::decode_view() {
    switch (control_.request_case()) {
    case wire::Control::kWhy:
        ids_.clear();
        for (auto const& id : control_.why().ids())
            ids_.push_back(id_of(id));
        return any_question{why{ids_}};
    case wire::Control::kListLimits: {
        auto const& from = control_.list_limits();
        return any_question{list_limits{names_of(from.names()), from.has_names(), from.limit()}};
    }
    case wire::Control::kListSessions: {
        auto const& from = control_.list_sessions();
        return any_question{
            list_sessions{from.name(), from.label(), from.workers(), from.after(), from.limit()}};
    }
    case wire::Control::kInstructWorkers: {
        auto const& from = control_.instruct_workers();
        if (from.action().empty())
            return refuse(core::errc::invalid_argument, "action: must be given");
        texts_.assign(from.arguments().begin(), from.arguments().end());
        return any_question{
            instruct_workers{from.name(), from.label(), from.action(), texts_, from.wait_ms()}};
    }
    case wire::Control::kShowStatistics: {
        auto const& from = control_.show_statistics();
        show_statistics asked{from.tasks() ? core::series_kind::task : core::series_kind::queue,
                              from.name(),
                              core::unset,
                              from.hours()};
        if (!take_time(from.since_ms(), asked.since))
            return refuse(core::errc::invalid_argument, bad("since_ms", allowed_time).text);
        return any_question{asked};
    }
    default:
        return refuse(core::errc::unsupported, "control: this broker does not know that request");
    }
}

} // namespace peyk::net
