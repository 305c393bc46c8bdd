#pragma once
// What can be set. Read from YAML, then from the environment (PEYK_<SECTION>_<KEY>, but for the
// sections that are lists); every value is checked, and an unknown key is an error, because it is a
// misspelt one.

#include "broker/core/limits.hpp"
#include "broker/net/listener.hpp"
#include "broker/server/config_lists.hpp"
#include "broker/server/logging.hpp"
#include "broker/server/pressure.hpp"
#include "broker/storage/file_log.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::server {

struct config {
    std::string address = "127.0.0.1";
    std::uint16_t port = 7420;  // 0: any that is free
    std::string advertised_url; // empty: made from address and port
    std::size_t connections_max = 10'000;
    storage::file_log_options journal;
    net::session_options sessions;
    core::limits limits;
    pressure_options pressure;
    log_options log;
    std::vector<configured_policy> policies;
    std::vector<configured_schedule> schedules;
    std::vector<configured_rate> rates;
    std::vector<configured_share> shares;

    config() { journal.directory = "peyk-data"; }
};

// A value that may not be: the text names the place, the key, the value and what is allowed.
class config_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// One key of the file. The table of all keys is the one place that knows them.
struct config_key {
    std::string_view section;
    std::string_view name;
    std::string allowed; // for people
    // Sets the value; false: not allowed.
    std::function<bool(config&, std::string_view text)> read;
    std::function<std::string(config const&)> print;
};
[[nodiscard]] std::span<config_key const> config_keys();

// Looks up an environment variable; `std::getenv` but for tests.
using environment = std::function<char const*(char const* name)>;

// The defaults, changed by `file` if given, then by the environment. Throws config_error.
[[nodiscard]] config load_config(std::optional<std::filesystem::path> const& file,
                                 environment const& lookup);

// Throws config_error for a variable that begins like that of a section and names no key of it. All
// others are left alone: PEYK_URL and the like belong to clients and workers.
void check_variables(char const* const* variables);

// Sets one key as the environment and the command line do; `origin` names it in an error.
void set_key(config& to,
             std::string_view section,
             std::string_view name,
             std::string_view text,
             std::string_view origin);

// ADDRESS:PORT, [ADDRESS]:PORT for IPv6.
void set_listen(config& to, std::string_view text, std::string_view origin);

// What does not fit together although each value is allowed. Throws config_error.
void check(config const& all);

// All keys with their values, as YAML that load_config() reads.
[[nodiscard]] std::string print(config const& all);

} // namespace peyk::server
