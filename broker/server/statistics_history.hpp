#pragma once
// What went through queues and tasks: minutes for 48 hours, hours for 90 days, in memory and in
// files beside the journal. A convenience, not a promise: what a crash of the machine takes away is
// gone, and a file that cannot be read is left out with a word in the log.

#include "broker/core/statistics.hpp"
#include "broker/core/time.hpp"
#include "broker/net/view.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::server {

class statistics_history {
public:
    struct tier {
        std::string_view name; // begins the names of its files
        core::duration step;
        core::duration kept;
        core::duration file; // what one file holds
    };
    static constexpr tier minutes{
        "minutes", core::duration{60'000}, core::duration{172'800'000}, core::duration{3'600'000}};
    static constexpr tier hours{"hours",
                                core::duration{3'600'000},
                                core::duration{7'776'000'000},
                                core::duration{86'400'000}};
    // Encoded samples in memory, of each tier. Over it the oldest go before their time.
    static constexpr std::size_t bytes_max = 64u << 20;

    // Reads what is there. `directory` comes into being with the first sample; empty: no files.
    statistics_history(std::filesystem::path directory, core::wall_time now);

    ~statistics_history(); // flushes
    statistics_history(statistics_history const&) = delete;
    statistics_history& operator=(statistics_history const&) = delete;

    // What happened since the last call; samples of one minute are added up. Written with the first
    // of the next minute, or by flush().
    void add(std::vector<core::named_sample> const& samples, core::wall_time at);

    void flush();

    // Of one name with its samples, or of every name without. `since` unset: the last hour. The
    // last minute or hour is the one under way, as far as it has come.
    [[nodiscard]] std::vector<net::series> find(core::series_kind kind,
                                                std::string_view name,
                                                core::wall_time since,
                                                bool by_hours,
                                                core::wall_time now) const;

private:
    using series_name = std::pair<core::series_kind, std::string>;
    struct encoded {
        core::wall_time at;
        std::string bytes;
    };
    struct store {
        tier const* of;
        std::map<series_name, std::deque<encoded>> series;
        std::size_t bytes = 0;
    };

    void load(store& into);
    void load_file(store& into, std::filesystem::path const& file);
    void put(store& into, series_name const& name, core::wall_time at, core::sample const& what);
    void write(store const& of, core::wall_time at, std::string const& bytes);
    void prune(store& in, core::wall_time now);
    void end_hour();
    void catch_up(core::wall_time now);

    std::filesystem::path directory_;
    store minutes_{&minutes, {}, 0};
    store hours_{&hours, {}, 0};
    std::map<series_name, core::sample> hour_;      // the one under way
    std::map<series_name, core::sample> unwritten_; // of one minute
    core::wall_time unwritten_at_ = core::unset;
    core::wall_time hour_at_ = core::unset;
    core::wall_time pruned_ = core::unset;
    bool complained_ = false; // about files that cannot be written
};

} // namespace peyk::server
