#pragma once
// What ran while brokers and workers were killed, as the tasks themselves saw it, and what of it
// must not have been: more at once than a limit allows, two of one ordering key, an order that was
// not kept, or a message that never came to its end.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace peyk::test {

enum class run_event_kind : std::uint8_t {
    begin,
    success,
    failure, // the message comes again
    death,   // of a worker process: whatever ran in it has ended
};

inline constexpr std::uint32_t limited_lane = 0; // other lanes are ordering keys

struct run_event {
    run_event_kind kind = run_event_kind::begin;
    std::uint32_t worker = 0; // one life of one process
    std::uint32_t lane = limited_lane;
    std::uint64_t number = 0; // of the message in its lane, from 0, as published
    std::uint64_t run = 0;    // each begin has its own; the end names it
};

class lane_history {
public:
    explicit lane_history(std::size_t limit) : limit_(limit) {}

    // In the order in which they happened.
    void take(run_event const& what);

    struct verdict {
        std::uint64_t messages = 0;
        std::uint64_t runs = 0;
        std::uint64_t failures = 0;
        std::uint64_t cut_short = 0;  // by the death of a worker
        std::uint64_t again = 0;      // ran again: killed before its success was on disk
        std::size_t most_at_once = 0; // of the limited lane
        std::uint64_t faults = 0;
        std::vector<std::string> details; // of the first faults

        [[nodiscard]] bool good() const { return faults == 0; }
        [[nodiscard]] std::string text() const;
    };
    // `published`: so many messages of each lane, all of which must have succeeded.
    [[nodiscard]] verdict check(std::map<std::uint32_t, std::uint64_t> const& published) const;

private:
    struct ordered_lane {
        std::uint64_t next = 0;  // what may begin, once again too
        std::uint64_t begun = 0; // the last that has begun
        std::size_t running = 0;
    };

    void begin(run_event const& what);
    void begin_ordered(run_event const& what);
    void end(std::uint64_t run, bool success);
    void die(std::uint32_t worker);
    void blame(verdict& into, std::string text) const;

    std::size_t limit_;
    std::unordered_map<std::uint64_t, run_event> running_; // by run
    std::size_t limited_running_ = 0;
    std::map<std::uint32_t, ordered_lane> ordered_;
    std::map<std::uint32_t, std::vector<bool>> succeeded_; // by lane and number
    verdict so_far_;
};

} // namespace peyk::test
