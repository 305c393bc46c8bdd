#pragma once
// A conversation with the core in words: one line in, what the core answered out. Holds the clock,
// the journal (every fact that was recorded) and the broker, which `crash` rebuilds from the facts.

#include "broker/core/broker_state.hpp"
#include "tests/scenarios/fixed_zones.hpp"
#include "tests/scenarios/request.hpp"
#include "tests/simulation/owned_record.hpp"

#include <optional>
#include <sstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::scenarios {

class conversation {
public:
    // The answer to one line, of any number of lines. Throws std::runtime_error if it cannot be
    // understood.
    [[nodiscard]] std::string answer(std::string_view line);

private:
    using action = void (conversation::*)(request const&);
    static std::map<std::string_view, action> const actions; // by their first word

    // about_broker.cpp
    void limit(request const& r);
    void configure(request const& r);
    void after(request const& r);
    void crash(request const& r);
    void stop(request const& r);
    void relocate(request const& r);
    void gate(request const& r);
    void stats(request const& r);

    // about_sessions.cpp
    void connect(request const& r);
    void disconnect(request const& r);
    void consume(request const& r);
    void unsubscribe(request const& r);
    void credit(request const& r);
    void stall(request const& r);
    void start(request const& r);
    void extend(request const& r);
    void settle(request const& r);
    void report(request const& r);

    // about_messages.cpp
    void publish(request const& r);
    void cancel(request const& r);
    void reschedule(request const& r);
    void forget(request const& r);
    void redrive(request const& r);
    void get(request const& r);
    void watch(request const& r);
    void unwatch(request const& r);
    void show(request const& r);

    // about_queues.cpp
    void queue(request const& r);
    void policy(request const& r);
    void hold(request const& r);
    void sweep(request const& r);
    void stop_sweep(request const& r);
    void list(request const& r);
    void lists(request const& r);

    // about_lanes.cpp
    void change_limit(request const& r);
    void share(request const& r);
    void edit(request const& r);
    void introduce(request const& r);
    void why(request const& r);
    void obstacles(request const& r);
    void show_limits(request const& r);
    void workers(request const& r);

    // about_schedules.cpp
    void schedule(request const& r);
    void change_schedule(request const& r);
    void schedules(request const& r);

    core::broker_state& broker();
    void apply(core::any_command const& command);
    void take(core::output const& produced);
    void begin(); // a new broker that knows what was recorded
    void restart();
    [[nodiscard]] core::broker_state configured();
    void replay_into(core::broker_state& into) const;
    [[nodiscard]] core::request_id next_request();
    [[nodiscard]] core::wall_time at(std::string_view text) const;
    [[nodiscard]] core::message message_of(request const& r) const;
    [[nodiscard]] core::set_policy policy_of(request const& r) const;
    [[nodiscard]] core::set_limit limit_of(request const& r) const;
    [[nodiscard]] core::set_schedule schedule_of(request const& r) const;
    [[nodiscard]] core::selector selector_of(request const& r) const;

    fixed_zones zones_;
    core::limits limits_;
    std::vector<request> configuration_;
    std::optional<core::broker_state> broker_;
    core::moment now_{core::wall_time{std::chrono::seconds{1'000}},
                      core::steady_time{std::chrono::seconds{1'000}}};
    std::uint64_t requests_ = 0;
    std::vector<simulation::owned_record> journal_;
    // Of the message being made.
    mutable std::vector<std::uint32_t> delays_;
    mutable std::vector<std::string_view> labels_;
    mutable std::vector<std::string_view> tags_;
    std::ostringstream answer_;
};

} // namespace peyk::scenarios
