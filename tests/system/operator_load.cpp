#include "tests/system/operator_load.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace peyk::test {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_looks{10};
constexpr milliseconds patience{10'000};
constexpr std::uint64_t ids_max = 4; // of one request

std::int64_t in_ms(std::uint64_t ms) {
    return wall_ms() + static_cast<std::int64_t>(ms);
}

// The refusals of the answer, if it is one of those that name single messages.
google::protobuf::RepeatedPtrField<pb::Refusal> const* refusals_of(pb::ServerFrame const& answer) {
    switch (answer.body_case()) {
    case pb::ServerFrame::kCancelled:
        return &answer.cancelled().refused();
    case pb::ServerFrame::kRescheduled:
        return &answer.rescheduled().refused();
    case pb::ServerFrame::kForgotten:
        return &answer.forgotten().refused();
    case pb::ServerFrame::kRedriven:
        return &answer.redriven().refused();
    default:
        return nullptr;
    }
}

} // namespace

load_operator::load_operator(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), link_(seed), thread_([this] { run(); }) {}

void load_operator::run() {
    while (world_.changing) {
        if (!link_.connected() && !world_.connect(link_, {})) {
            continue;
        }
        one_change();
        look();
        link_.receive(milliseconds{2}); // what a sweep still tells; and a pause
    }
    release_holds();
    await_sweeps();
}

void load_operator::one_change() {
    switch (random_() % 64) {
    case 0:
        return sweep();
    case 1:
    case 2:
    case 3:
        return set_policy();
    case 4:
        return set_hold(pb::HOLD_QUEUE);
    case 5:
        return set_hold(pb::HOLD_PUBLISHING);
    case 6:
        return set_hold(pb::HOLD_TASK);
    case 7:
        return release_holds();
    default:
        break;
    }
    switch (random_() % 5) {
    case 0:
    case 1:
        return cancel();
    case 2:
        return reschedule();
    case 3:
        return forget();
    default:
        return redrive();
    }
}

// How much is left to do: producers wait for it.
void load_operator::look() {
    pb::ClientFrame frame;
    frame.mutable_control()->mutable_list_queues()->set_limit(100);
    auto const answer = ask(std::move(frame));
    if (!answer) {
        return;
    }
    std::uint64_t left = 0;
    for (auto const& q : answer->control().queues().queues()) {
        left += q.ready() + q.scheduled() + q.leased() + q.blocked();
    }
    world_.publishing.saw_backlog(left);
}

std::optional<pb::ServerFrame> load_operator::ask(pb::ClientFrame frame) {
    frame.set_request(++last_request_);
    link_.send(frame);
    return answer_to(last_request_);
}

std::optional<pb::ServerFrame> load_operator::answer_to(std::uint64_t request) {
    while (auto frame = link_.receive(patience)) {
        if (frame->request() == request) {
            return frame;
        }
    }
    link_.close(); // or it would come later
    return std::nullopt;
}

pb::ServerFrame load_operator::insist(pb::ClientFrame const& frame) {
    while (true) {
        if (!link_.connected() && !world_.connect(link_, {})) {
            continue;
        }
        if (auto answer = ask(frame)) {
            return *std::move(answer);
        }
    }
}

void load_operator::cancel() {
    pb::ClientFrame frame;
    frame.mutable_cancel()->set_reason("no longer wanted");
    frame.mutable_cancel()->set_terminate(random_() % 2 == 0);
    change(change_kind::cancel, world_.fresh, 0, std::move(frame));
}

// To now, or to another time.
void load_operator::reschedule() {
    pb::ClientFrame frame;
    auto const due = random_() % 2 == 0 ? 0 : in_ms(random_() % 300);
    frame.mutable_reschedule()->set_due_ms(due);
    change(change_kind::reschedule, world_.fresh, due, std::move(frame));
}

void load_operator::forget() {
    pb::ClientFrame frame;
    frame.mutable_forget();
    auto const& whose = random_() % 2 == 0 ? world_.dead : world_.fresh;
    change(change_kind::forget, whose, 0, std::move(frame));
}

void load_operator::redrive() {
    pb::ClientFrame frame;
    frame.mutable_redrive()->set_reset_counters(random_() % 2 == 0);
    if (random_() % 3 == 0) {
        frame.mutable_redrive()->set_to(load_queue);
    }
    change(change_kind::redrive, world_.dead, 0, std::move(frame));
}

void load_operator::change(change_kind kind,
                           newest_ids const& of,
                           std::int64_t due_ms,
                           pb::ClientFrame frame) {
    std::vector<std::size_t> changes;
    for (auto count = 1 + random_() % ids_max; count > 0; --count) {
        auto const id = of.any(random_);
        if (!id) {
            return;
        }
        auto& in = frame.has_cancel()       ? *frame.mutable_cancel()->add_ids()
                   : frame.has_reschedule() ? *frame.mutable_reschedule()->add_ids()
                   : frame.has_forget()     ? *frame.mutable_forget()->add_ids()
                                            : *frame.mutable_redrive()->add_ids();
        in.set_high(id->high);
        in.set_low(id->low);
        changes.push_back(world_.seen.changing(kind, id, due_ms));
    }
    std::vector<answer> answers(changes.size(), answer::unknown);
    if (auto const got = ask(std::move(frame))) {
        auto const* const refused = refusals_of(*got);
        answers.assign(changes.size(), refused == nullptr ? answer::refused : answer::ok);
        for (int i = 0; refused != nullptr && i < refused->size(); ++i) {
            answers.at(refused->Get(i).index()) = answer::refused;
        }
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        world_.seen.changed(changes[i], answers[i]);
    }
}

// No policy wants dead letters away: each must be found again.
void load_operator::set_policy() {
    pb::ClientFrame frame;
    auto& control = *frame.mutable_control();
    auto const pattern = random_() % 2 == 0 ? "load.s*" : side_queue;
    if (random_() % 3 == 0) {
        control.mutable_remove_policy()->set_pattern(pattern);
    } else {
        auto& policy = *control.mutable_set_policy();
        policy.set_pattern(pattern);
        policy.set_priority(static_cast<std::int32_t>(random_() % 3));
        auto& settings = *policy.mutable_settings();
        settings.set_dead_letter(random_() % 4 == 0 ? "" : dead_queue);
        settings.set_max_length(200 + random_() % 1'000);
        settings.set_lease_ms(static_cast<std::uint32_t>(400 + random_() % 2'000));
        settings.set_aging_s(static_cast<std::uint32_t>(random_() % 2));
    }
    ask(std::move(frame));
}

void load_operator::set_hold(pb::HoldScope scope) {
    pb::ClientFrame frame;
    auto& hold = *frame.mutable_control()->mutable_set_hold();
    hold.set_scope(scope);
    hold.set_name(scope == pb::HOLD_TASK ? "load.task" : side_queue);
    hold.set_until_ms(in_ms(20 + random_() % 60));
    hold.set_reason("for a while");
    ask(std::move(frame));
}

void load_operator::release_holds() {
    for (auto const scope : {pb::HOLD_QUEUE, pb::HOLD_TASK, pb::HOLD_PUBLISHING}) {
        pb::ClientFrame frame;
        auto& hold = *frame.mutable_control()->mutable_release_hold();
        hold.set_scope(scope);
        hold.set_name(scope == pb::HOLD_TASK ? "load.task" : side_queue);
        ask(std::move(frame));
    }
}

void load_operator::sweep() {
    pb::ClientFrame frame;
    auto& start = *frame.mutable_control()->mutable_start_sweep();
    std::optional<std::size_t> change;
    switch (random_() % 3) {
    case 0:
        start.set_action(pb::SWEEP_REDRIVE);
        start.mutable_which()->set_queue(dead_queue);
        start.set_reset_counters(true);
        change = world_.seen.changing(change_kind::redrive, std::nullopt);
        break;
    case 1:
        start.set_action(pb::SWEEP_MOVE);
        start.mutable_which()->set_queue(side_queue);
        start.set_to(load_queue);
        break;
    default:
        start.set_action(pb::SWEEP_RESCHEDULE);
        start.mutable_which()->set_queue(side_queue);
        start.mutable_which()->add_states(pb::STATE_SCHEDULED);
        start.set_due_ms(in_ms(random_() % 200));
        change = world_.seen.changing(change_kind::reschedule, std::nullopt, start.due_ms());
        break;
    }
    start.set_rate_per_s(random_() % 2 == 0 ? 0 : 2'000);
    ask(std::move(frame));
    await_sweeps();
    if (change) {
        world_.seen.changed(*change, answer::unknown);
    }
}

// Also those that an earlier broker began, of whose ends nobody is told: after a pause this looks
// again. What a sweep of this broker tells ends the pause.
void load_operator::await_sweeps() {
    pb::ClientFrame frame;
    frame.mutable_control()->mutable_list_sweeps();
    while (insist(frame).control().sweeps().sweeps_size() != 0) {
        link_.receive(between_looks);
    }
}

} // namespace peyk::test
