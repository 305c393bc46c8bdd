#pragma once
// A conversation with the core in words: one line in, what the core answered out. Holds the clock,
// the journal (every fact that was recorded) and the broker, which `crash` rebuilds from the facts.

#include "broker/core/broker_state.hpp"
#include "tests/simulation/owned_record.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::scenarios {

// A line cut into its verb, its words and its name=value pairs.
struct request {
    std::string verb;
    std::vector<std::string> words;
    std::map<std::string, std::string, std::less<>> options;

    [[nodiscard]] std::string_view option(std::string_view name,
                                          std::string_view otherwise = {}) const;
    [[nodiscard]] std::uint64_t count(std::string_view name, std::uint64_t otherwise) const;
    [[nodiscard]] bool has(std::string_view word) const; // beyond the first words, or an option
};

class conversation {
public:
    // The answer to one line, of any number of lines. Throws std::runtime_error if it cannot be
    // understood.
    [[nodiscard]] std::string answer(std::string_view line);

private:
    using action = void (conversation::*)(request const&);

    void limit(request const& r);
    void connect(request const& r);
    void disconnect(request const& r);
    void publish(request const& r);
    void consume(request const& r);
    void unsubscribe(request const& r);
    void credit(request const& r);
    void start(request const& r);
    void extend(request const& r);
    void settle(request const& r);
    void cancel(request const& r);
    void get(request const& r);
    void watch(request const& r);
    void unwatch(request const& r);
    void after(request const& r);
    void crash(request const& r);
    void stop(request const& r);
    void relocate(request const& r);
    void stats(request const& r);
    void gate(request const& r);

    core::broker_state& broker();
    void apply(core::any_command const& command);
    void take(core::output const& produced);
    void restart();
    [[nodiscard]] core::request_id next_request();
    [[nodiscard]] core::wall_time at(std::string_view text) const;

    core::limits limits_;
    std::optional<core::broker_state> broker_;
    core::moment now_{core::wall_time{std::chrono::seconds{1'000}},
                      core::steady_time{std::chrono::seconds{1'000}}};
    std::uint64_t requests_ = 0;
    std::vector<simulation::owned_record> journal_;
    std::string answer_;
};

} // namespace peyk::scenarios
