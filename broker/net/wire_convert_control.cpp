#include "broker/net/wire_convert_control.hpp"

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;

any_request refused(fault const& why) {
    return refuse(core::errc::invalid_argument, why.text);
}

fault take_settings(wire::QueueSettings const& from, core::queue_settings& to) {
    if (from.has_max_length())
        to.max_length = from.max_length();
    if (from.has_max_bytes())
        to.max_bytes = from.max_bytes();
    if (from.has_overflow()) {
        auto const number = static_cast<std::uint32_t>(from.overflow());
        if (!take_enum(number, core::overflow::dead_letter, to.overflow.emplace()))
            return bad("settings.overflow", "0, 1 or 2");
    }
    if (from.has_default_ttl_s() && from.default_ttl_s() == 0)
        return bad("settings.default_ttl_s", "1 to 4294967295; absent: messages do not expire");
    if (from.has_default_ttl_s())
        to.default_ttl_s = from.default_ttl_s();
    if (from.has_lease_ms() && from.lease_ms() == 0)
        return bad("settings.lease_ms", "1 to 4294967295; absent: as long as the worker lives");
    if (from.has_lease_ms())
        to.lease_ms = from.lease_ms();
    if (from.has_max_crashes() && !take_small(from.max_crashes(), to.max_crashes.emplace()))
        return bad("settings.max_crashes", "0 to 65535");
    if (from.has_aging_s())
        to.aging_s = from.aging_s();
    if (from.has_dead_letter())
        to.dead_letter = from.dead_letter();
    if (from.has_dead_ttl_s())
        to.dead_ttl_s = from.dead_ttl_s();
    if (from.has_dead_max())
        to.dead_max = from.dead_max();
    return {};
}

fault take_scope(wire::HoldScope from, core::hold_scope& to) {
    if (!take_enum(static_cast<std::uint32_t>(from), core::hold_scope::key, to))
        return bad("scope", "HOLD_QUEUE, HOLD_TASK, HOLD_PUBLISHING or HOLD_KEY");
    return {};
}

fault take_misfire(wire::Misfire from, core::misfire& to) {
    switch (from) {
    case wire::MISFIRE_RUN_ONCE:
        to = core::misfire::run_once;
        return {};
    case wire::MISFIRE_SKIP:
        to = core::misfire::skip;
        return {};
    case wire::MISFIRE_RUN_ALL:
        to = core::misfire::run_all;
        return {};
    default:
        return bad("schedule.misfire", "0, 1 or 2");
    }
}

// All but the message.
fault take_schedule(wire::Schedule const& from, core::schedule_spec& to) {
    to.name = from.name();
    to.cron = from.cron();
    to.zone = from.zone();
    to.paused = from.paused();
    if (!take_duration(from.every_ms(), to.every))
        return bad("schedule.every_ms", "milliseconds, 8000 years at most");
    if (!take_duration(from.jitter_ms(), to.jitter))
        return bad("schedule.jitter_ms", "milliseconds, 8000 years at most");
    if (!take_duration(from.expires_after_ms(), to.expires_after))
        return bad("schedule.expires_after_ms", "milliseconds, 8000 years at most");
    if (!take_time(from.start_ms(), to.start))
        return bad("schedule.start_ms", allowed_time);
    if (!take_time(from.end_ms(), to.end))
        return bad("schedule.end_ms", allowed_time);
    auto const overlap = static_cast<std::uint32_t>(from.overlap());
    if (!take_enum(overlap, core::overlap::replace, to.overlap))
        return bad("schedule.overlap", "0 to 3");
    return take_misfire(from.misfire(), to.misfire);
}

fault take_selector(wire::Selector const& from, core::selector& to) {
    to.queue = from.queue();
    to.task = from.task();
    to.error = from.error();
    to.tag = from.tag();
    to.worker = from.worker();
    std::uint8_t bits = 0;
    for (auto const number : from.states()) {
        core::message_state state{};
        if (!take_enum(static_cast<std::uint32_t>(number), core::message_state::dead, state))
            return bad("which.states", "0 to 7");
        bits = static_cast<std::uint8_t>(bits | core::state_set{state}.bits());
    }
    to.states = core::state_set::of_bits(bits);
    to.root = id_of(from.root());
    to.parent = id_of(from.parent());
    if (!take_time(from.published_after_ms(), to.published_after))
        return bad("which.published_after_ms", allowed_time);
    if (!take_time(from.published_before_ms(), to.published_before))
        return bad("which.published_before_ms", allowed_time);
    return {};
}

fault take_sweep(wire::StartSweep const& from, core::sweep_spec& to) {
    auto const action = static_cast<std::uint32_t>(from.action());
    if (!take_enum(action, core::sweep_action::edit, to.action))
        return bad("action", "0 to 6");
    if (!take_time(from.due_ms(), to.due))
        return bad("due_ms", allowed_time);
    to.to = from.to();
    to.reason = from.reason();
    to.rate_per_s = from.rate_per_s();
    to.terminate = from.terminate();
    to.reset_counters = from.reset_counters();
    to.dry_run = from.dry_run();
    if (auto found = take_edit(from.edits(), to.edits); found.found())
        return found;
    return take_selector(from.which(), to.which);
}

any_request decode_show(wire::ShowMessages const& from) {
    if (static_cast<std::size_t>(from.ids_size()) > shown_messages_max) {
        return refuse(core::errc::batch_too_large,
                      "ids: " + std::to_string(shown_messages_max) + " at most; ask for fewer",
                      "shown_messages_max");
    }
    show_messages asked;
    for (auto const& id : from.ids())
        asked.ids.push_back(id_of(id));
    return any_question{std::move(asked)};
}

} // namespace

problem malformed(std::string_view what) {
    problem p;
    p.session = errc::malformed_frame;
    p.text = std::string{what} + " is not well formed";
    return p;
}

problem refuse(core::errc code, std::string text, std::string_view limit) {
    problem p;
    p.request = code;
    p.text = std::move(text);
    p.limit = limit;
    return p;
}

any_request control_decoder::decode_question() {
    switch (control_.request_case()) {
    case wire::Control::kListQueues: {
        auto const& list = control_.list_queues();
        return any_question{list_queues{list.name(), list.after(), list.limit()}};
    }
    case wire::Control::kShowBroker:
        return any_question{show_broker{}};
    case wire::Control::kListPolicies:
        return any_question{list_policies{}};
    case wire::Control::kListHolds:
        return any_question{list_holds{}};
    case wire::Control::kListSchedules: {
        auto const& list = control_.list_schedules();
        return any_question{list_schedules{list.name(), list.after(), list.limit()}};
    }
    case wire::Control::kListSweeps:
        return any_question{list_sweeps{}};
    case wire::Control::kListMessages: {
        auto const& list = control_.list_messages();
        list_messages asked{{}, list.from(), list.limit()};
        if (auto const found = take_selector(list.which(), asked.which); found.found())
            return refused(found);
        return any_question{asked};
    }
    case wire::Control::kShowMessages:
        return decode_show(control_.show_messages());
    default:
        return decode_view();
    }
}

any_request control_decoder::decode_policy(core::request_id request, core::session_id session) {
    if (control_.has_remove_policy())
        return core::any_command{
            core::remove_policy{session, request, control_.remove_policy().pattern()}};
    auto const& from = control_.set_policy();
    core::set_policy command{session, request, from.pattern(), from.priority()};
    if (auto const found = take_settings(from.settings(), command.settings); found.found())
        return refused(found);
    return core::any_command{command};
}

any_request control_decoder::decode_hold(core::request_id request, core::session_id session) {
    if (control_.has_release_hold()) {
        core::release_hold command{session, request, {}, control_.release_hold().name()};
        if (auto const found = take_scope(control_.release_hold().scope(), command.scope);
            found.found())
            return refused(found);
        return core::any_command{command};
    }
    auto const& from = control_.set_hold();
    core::set_hold command{session, request, {}, from.name(), core::never, from.reason()};
    if (auto const found = take_scope(from.scope(), command.scope); found.found())
        return refused(found);
    if (from.until_ms() != 0 && !take_time(from.until_ms(), command.until))
        return refused(bad("until_ms", allowed_time));
    return core::any_command{command};
}

any_request control_decoder::decode_schedule(core::request_id request, core::session_id session) {
    auto const& from = control_.set_schedule().schedule();
    core::set_schedule command{session, request, {}};
    if (auto const found = take_schedule(from, command.spec); found.found())
        return refused(found);
    lists_.clear();
    from.message().SerializeToString(&message_);
    if (auto const found = read_template(message_, command.spec.message, lists_); found.found())
        return refused({"schedule.message: " + found.text, false});
    return core::any_command{command};
}

any_request control_decoder::decode_sweep(core::request_id request, core::session_id session) {
    core::start_sweep command{session, request, {}};
    if (auto const found = take_sweep(control_.start_sweep(), command.spec); found.found())
        return refused(found);
    return core::any_command{command};
}

any_request
control_decoder::decode(std::string_view body, core::request_id request, core::session_id session) {
    if (!parse(control_, body))
        return malformed("Control");
    switch (control_.request_case()) {
    case wire::Control::kCreateQueue:
        return core::any_command{
            core::create_queue{session, request, control_.create_queue().name()}};
    case wire::Control::kDeleteQueue:
        return core::any_command{
            core::delete_queue{session, request, control_.delete_queue().name()}};
    case wire::Control::kSetPolicy:
    case wire::Control::kRemovePolicy:
        return decode_policy(request, session);
    case wire::Control::kSetHold:
    case wire::Control::kReleaseHold:
        return decode_hold(request, session);
    case wire::Control::kSetSchedule:
        return decode_schedule(request, session);
    case wire::Control::kRemoveSchedule:
        return core::any_command{
            core::remove_schedule{session, request, control_.remove_schedule().name()}};
    case wire::Control::kPauseSchedule: {
        auto const& from = control_.pause_schedule();
        return core::any_command{
            core::pause_schedule{session, request, from.name(), from.paused()}};
    }
    case wire::Control::kTriggerSchedule:
        return core::any_command{
            core::trigger_schedule{session, request, control_.trigger_schedule().name()}};
    case wire::Control::kSetLimit:
    case wire::Control::kRemoveLimit:
    case wire::Control::kSetShare:
        return decode_limit(request, session);
    case wire::Control::kStartSweep:
        return decode_sweep(request, session);
    case wire::Control::kStopSweep:
        return core::any_command{core::stop_sweep{session, request, {control_.stop_sweep().id()}}};
    default:
        return decode_question();
    }
}

} // namespace peyk::net
