#pragma once
// The sections of the configuration that are lists: policies of queues, schedules, limits of what
// is delivered (`rates`: the section `limits` is about the broker itself), shares of fairness keys.

#include "broker/core/command.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace peyk::server {

struct config;
struct config_node;

struct configured_policy {
    std::string place; // in the file, as errors begin
    std::string pattern;
    std::int32_t priority = 0;
    core::owned_queue_settings settings;

    // Borrows from this.
    [[nodiscard]] core::set_policy command() const;
};

struct configured_schedule {
    std::string place;
    std::string name;
    std::string cron;
    std::string zone;
    std::string queue;
    std::string task;
    std::vector<std::string> args; // JSON
    std::vector<std::pair<std::string, std::string>> kwargs;
    core::schedule_spec spec; // all that is no text

    // The spec with its texts, borrowed from this, and `content`, borrowed too.
    [[nodiscard]] core::set_schedule command(std::string_view content) const;
};

struct configured_rate {
    std::string place;
    core::owned_limit_names names; // patterns
    core::limit_settings settings;
    bool limited = false; // by a rate or a concurrency, of 0 too: it overrides others

    // Borrows from this.
    [[nodiscard]] core::set_limit command() const;
};

struct configured_share {
    std::string place;
    std::string key;
    std::uint32_t weight = 1;

    // Borrows from this.
    [[nodiscard]] core::set_share command() const { return {{}, {}, key, weight}; }
};

// Reads the section it is named after. Throws config_error, also for two of one name.
void read_policies(config& to, std::filesystem::path const& file, config_node const& section);
void read_schedules(config& to, std::filesystem::path const& file, config_node const& section);
void read_rates(config& to, std::filesystem::path const& file, config_node const& section);
void read_shares(config& to, std::filesystem::path const& file, config_node const& section);

// As the file says it; empty for an empty list.
[[nodiscard]] std::string print_policies(config const& all);
[[nodiscard]] std::string print_schedules(config const& all);
[[nodiscard]] std::string print_rates(config const& all);
[[nodiscard]] std::string print_shares(config const& all);

} // namespace peyk::server
