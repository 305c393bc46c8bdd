// What a simulated client says about queues, tasks and schedules: small numbers and short times, so
// that limits are met often.

#include "tests/simulation/client.hpp"
#include "tests/simulation/lanes.hpp"
#include "tests/simulation/rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace peyk::simulation {

using namespace core;

namespace {

// A command with the texts it borrows.
template <class Command>
struct with_texts {
    Command command;
    std::deque<std::string> texts;
    draft message;

    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

constexpr std::uint64_t schedules = 3;
constexpr std::array<char const*, 5> crons{
    "*/2 * * * * *", "* * * * *", "5-50/15 * * * * *", "*/10 * 0-23 * * *", "30 */2 * * * *"};

} // namespace

std::string client::some_queue() {
    return "queue" + std::to_string(world_.chance.below(world_.with.queues));
}

std::string client::some_task() {
    auto const tasks = world_.with.tasks;
    return tasks == 0 ? "task0" : "task" + std::to_string(world_.chance.below(tasks));
}

template <class Kept>
void client::send_with(std::shared_ptr<Kept> kept) {
    kept->command.session = session_;
    kept->command.request = next_request();
    send({kept->command, kept});
}

// One of everything that rules the broker.
void client::rule(wall_time now) {
    switch (world_.chance.below(world_.with.lane_permille == 0 ? 12 : 17)) {
    case 0:
    case 1:
        rule_queue();
        break;
    case 2:
    case 3:
    case 4:
        rule_policy();
        break;
    case 5:
    case 6:
        rule_hold(now);
        break;
    case 7:
    case 8:
    case 9:
        rule_schedule(now);
        break;
    case 10:
    case 11:
        rule_sweep(now);
        break;
    default:
        rule_limit();
        break;
    }
}

// Slow rates and small numbers; all end before the simulation does.
void client::rule_limit() {
    auto& d = world_.chance;
    if (d.chance(100)) {
        auto kept = std::make_shared<with_texts<set_share>>();
        kept->command.key = kept->keep("share" + std::to_string(d.below(3)));
        kept->command.weight = static_cast<std::uint32_t>(d.between(1, 5));
        send_with(kept);
        return;
    }
    auto const& names = some_limits()[d.below(some_limits().size())];
    if (d.chance(300)) {
        auto kept = std::make_shared<with_texts<remove_limit>>();
        kept->command.names = names;
        send_with(kept);
        return;
    }
    auto kept = std::make_shared<with_texts<set_limit>>();
    kept->command.names = names;
    auto& change = kept->command.change;
    if (d.chance(500)) {
        std::uint32_t const per = d.chance(500) ? 1 : 60;
        change.rate = rate{static_cast<std::uint32_t>(
                               d.chance(100) ? 0 : per * 1'000 * d.between(1, 300) / 3),
                           per};
    }
    if (d.chance(500)) {
        change.burst = static_cast<std::uint32_t>(d.between(1, 10));
    }
    if (d.chance(500)) {
        change.concurrency = static_cast<std::uint32_t>(d.below(4));
    }
    if (d.chance(200)) {
        change.per_worker = d.chance(500);
    }
    send_with(kept);
}

void client::rule_queue() {
    auto& d = world_.chance;
    if (d.chance(500)) {
        auto kept = std::make_shared<with_texts<create_queue>>();
        kept->command.name = kept->keep(d.chance(500) ? "spare" : some_queue());
        send_with(kept);
    } else {
        auto kept = std::make_shared<with_texts<delete_queue>>();
        kept->command.name = kept->keep(d.chance(700) ? "spare" : some_queue());
        send_with(kept);
    }
}

void client::rule_policy() {
    auto& d = world_.chance;
    std::string const pattern = d.chance(300) ? "queue*" : d.chance(200) ? "*" : some_queue();
    if (d.chance(300)) {
        auto kept = std::make_shared<with_texts<remove_policy>>();
        kept->command.pattern = kept->keep(pattern);
        send_with(kept);
        return;
    }
    auto kept = std::make_shared<with_texts<set_policy>>();
    kept->command.pattern = kept->keep(pattern);
    kept->command.priority = static_cast<std::int32_t>(d.below(2));
    auto& s = kept->command.settings;
    auto const perhaps = [&](auto& field, std::uint64_t low, std::uint64_t high) {
        if (d.chance(250)) {
            using value = typename std::remove_reference_t<decltype(field)>::value_type;
            field = static_cast<value>(d.between(low, high));
        }
    };
    perhaps(s.max_length, 1, 30);
    perhaps(s.max_bytes, 100, 10'000);
    perhaps(s.default_ttl_s, 1, 60);
    perhaps(s.lease_ms, 100, 20'000);
    perhaps(s.max_crashes, 1, 3);
    perhaps(s.aging_s, 0, 5);
    perhaps(s.dead_ttl_s, 1, 600);
    perhaps(s.dead_max, 0, 10);
    if (d.chance(600)) {
        s.overflow = static_cast<overflow>(d.below(3));
    }
    if (d.chance(400)) {
        auto const where = d.below(3);
        s.dead_letter = kept->keep(where == 0 ? "-" : where == 1 ? "" : some_queue());
    }
    send_with(kept);
}

void client::rule_hold(wall_time now) {
    auto& d = world_.chance;
    auto const scope = static_cast<hold_scope>(d.below(4));
    std::string const name = scope == hold_scope::key    ? "tenant" + std::to_string(d.below(3))
                             : scope == hold_scope::task ? some_task()
                                                         : some_queue();
    if (d.chance(400)) {
        auto kept = std::make_shared<with_texts<release_hold>>();
        kept->command.scope = scope;
        kept->command.name = kept->keep(name);
        send_with(kept);
        return;
    }
    auto kept = std::make_shared<with_texts<set_hold>>();
    kept->command.scope = scope;
    kept->command.name = kept->keep(name);
    kept->command.until = now + duration{d.below(10'000)}; // ends by itself: all must drain
    kept->command.reason = kept->keep("a rest");
    send_with(kept);
}

void client::rule_schedule(wall_time now) {
    auto& d = world_.chance;
    std::string const name = "beat" + std::to_string(d.below(schedules));
    auto const what = d.below(6);
    if (what == 0) {
        auto kept = std::make_shared<with_texts<remove_schedule>>();
        kept->command.name = kept->keep(name);
        send_with(kept);
    } else if (what == 1) {
        auto kept = std::make_shared<with_texts<pause_schedule>>();
        kept->command.name = kept->keep(name);
        kept->command.paused = d.chance(500);
        send_with(kept);
    } else if (what == 2) {
        auto kept = std::make_shared<with_texts<trigger_schedule>>();
        kept->command.name = kept->keep(name);
        send_with(kept);
    } else {
        set_some_schedule(now, name);
    }
}

void client::set_some_schedule(wall_time now, std::string const& name) {
    auto& d = world_.chance;
    auto kept = std::make_shared<with_texts<set_schedule>>();
    auto& s = kept->command.spec;
    s.name = kept->keep(name);
    if (d.chance(500)) {
        s.cron = kept->keep(d.chance(30) ? "never" : crons[d.below(crons.size())]);
        s.zone = d.chance(500) ? sim_zones::name : std::string_view{};
    } else {
        s.every = duration{d.between(1'000, 20'000)};
        s.start = d.chance(300) ? now + duration{d.below(5'000)} : unset;
    }
    if (d.chance(200)) {
        s.end = std::max(s.start, now) + duration{d.between(1, 60'000)};
    }
    s.jitter = duration{d.chance(300) ? d.below(3'000) : 0};
    s.expires_after = duration{d.chance(200) ? d.between(1, 20'000) : 0};
    s.misfire = static_cast<misfire>(d.below(3));
    s.overlap = static_cast<overlap>(d.below(4));
    s.paused = d.chance(100);
    kept->message = *make_draft(now, false);
    kept->message.fields.id = {};
    kept->message.fields.eta = unset;
    kept->message.fields.expires = unset;
    kept->message.unique = {};
    if (kept->message.content.size() > world_.with.content_bytes) {
        kept->message.content.clear(); // too large
    }
    s.message = kept->message.message();
    send_with(kept);
}

void client::clear_rules() {
    for (std::uint64_t i = 0; i < schedules; ++i) {
        auto kept = std::make_shared<with_texts<remove_schedule>>();
        kept->command.name = kept->keep("beat" + std::to_string(i));
        send_with(kept);
    }
    for (limit_names const& names : some_limits()) {
        auto kept = std::make_shared<with_texts<remove_limit>>();
        kept->command.names = names;
        send_with(kept);
    }
    for (std::uint64_t i = 0; i < std::max<std::size_t>(world_.with.queues, 3); ++i) {
        for (auto const scope : {hold_scope::queue, hold_scope::task, hold_scope::key}) {
            auto kept = std::make_shared<with_texts<release_hold>>();
            auto const kind = scope == hold_scope::queue  ? "queue"
                              : scope == hold_scope::task ? "task"
                                                          : "tenant";
            kept->command.scope = scope;
            kept->command.name = kept->keep(kind + std::to_string(i));
            send_with(kept);
        }
    }
}

void client::rule_sweep(wall_time now) {
    auto& d = world_.chance;
    if (d.chance(150)) {
        auto kept = std::make_shared<with_texts<stop_sweep>>();
        kept->command.sweep = {d.between(1, 20)};
        send_with(kept);
        return;
    }
    auto kept = std::make_shared<with_texts<start_sweep>>();
    auto& s = kept->command.spec;
    s.action = static_cast<sweep_action>(d.below(7));
    if (d.chance(500)) {
        s.edits.priority = static_cast<std::uint8_t>(d.below(10));
    }
    if (d.chance(300)) {
        s.edits.max_retries = static_cast<std::uint16_t>(d.below(5));
    }
    if (d.chance(100)) {
        s.which.tag = "tag*";
    }
    if (d.chance(700)) {
        s.which.queue = kept->keep(some_queue());
    }
    if (d.chance(300)) {
        s.which.task = kept->keep(some_task());
    }
    if (d.chance(200)) {
        s.which.error = "e*";
    }
    if (d.chance(300)) {
        s.which.states = state_set::of_bits(static_cast<std::uint8_t>(d.between(1, 255)));
    }
    if (d.chance(200)) {
        s.which.parent = some_message();
    }
    if (d.chance(200)) {
        s.which.published_before = now;
    }
    if (s.action == sweep_action::move || (s.action == sweep_action::redrive && d.chance(300))) {
        s.to = kept->keep(some_queue());
    }
    if (s.action == sweep_action::reschedule) {
        s.due = now + duration{d.below(5'000)};
    }
    s.rate_per_s = static_cast<std::uint32_t>(d.chance(300) ? d.between(1, 50) : 0);
    s.terminate = d.chance(300);
    s.reset_counters = d.chance(500);
    s.dry_run = d.chance(150);
    send_with(kept);
}

} // namespace peyk::simulation
