#pragma once
// A desk with schedules: what they publish, lives that end and begin again.

#include "tests/unit/core/desk.hpp"
#include "tests/unit/core/fake_time_zones.hpp"

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

namespace peyk::core {

struct fire {
    wall_time at;   // when
    wall_time slot; // for which
    wall_time eta;
    message_id id;
};

class schedule_desk {
public:
    static constexpr session_id worker{2, 1};

    explicit schedule_desk(limits const& given = {})
        : bounds(given), d(std::make_unique<desk>(given, true, &zones)) {}

    static schedule_spec every(duration step, std::string_view name = "s") {
        schedule_spec spec;
        spec.name = name;
        spec.every = step;
        spec.message.queue = "q";
        spec.message.task = "t";
        return spec;
    }

    static schedule_spec cron(std::string_view text, std::string_view zone = {}) {
        schedule_spec spec = every(duration{0});
        spec.cron = text;
        spec.zone = zone;
        return spec;
    }

    // What it was refused for, or nothing.
    std::string set(schedule_spec const& spec) {
        d->apply(set_schedule{desk::publisher, {7}, spec});
        return refusal();
    }

    std::string refusal() {
        for (any_effect const& one : d->said.effects) {
            if (auto const* no = std::get_if<effect::refused>(&one)) {
                return std::string(name(no->code)) + ": " + no->detail;
            }
        }
        return {};
    }

    // Goes from deadline to deadline for so long, and keeps what was published by schedules.
    std::vector<fire> run(duration time) {
        std::vector<fire> fires;
        wall_time const end = d->now.wall + time;
        for (;;) {
            wall_time const next = std::max(d->broker.next_deadline().wall, d->now.wall);
            if (next > end) {
                break;
            }
            d->advance(next - d->now.wall);
            collect(fires);
        }
        d->now.steady += end - d->now.wall;
        d->now.wall = end;
        return fires;
    }

    void collect(std::vector<fire>& into) {
        for (any_record const& one : d->said.records) {
            auto const* p = std::get_if<record::published>(&one);
            if (p != nullptr && !p->schedule.empty()) {
                into.push_back({d->now.wall, p->slot, p->message.eta, p->message.id});
            }
        }
    }

    // A crash, then silence, then another life, recovered() not yet called.
    void crash(duration away) {
        auto next = std::make_unique<desk>(bounds, false, &zones);
        d->replay_into(*next);
        next->now.wall += away;
        next->now.steady += away;
        for (desk::fact& f : d->journal) {
            next->journal.push_back(std::move(f));
        }
        d = std::move(next);
    }

    void restart(duration away) {
        crash(away);
        d->wake();
    }

    [[nodiscard]] schedule_state state(std::string_view name = "s") const {
        return d->broker.schedule(name).value();
    }

    limits bounds;
    fake_time_zones zones;
    std::unique_ptr<desk> d;
};

[[nodiscard]] inline std::vector<wall_time> slots_of(std::vector<fire> const& fires) {
    std::vector<wall_time> slots;
    for (fire const& each : fires) {
        slots.push_back(each.slot);
    }
    return slots;
}

} // namespace peyk::core
