// The table of all keys: name, how its text becomes a value, what is allowed.

#include "broker/server/config.hpp"
#include "broker/server/config_values.hpp"

#include <boost/asio/ip/address.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

namespace peyk::server {
namespace {

constexpr std::uint64_t day_ms = 86'400'000;

struct range {
    std::uint64_t min;
    std::uint64_t max;

    [[nodiscard]] bool has(std::uint64_t value) const { return value >= min && value <= max; }
};

// `field` is a function that gives a reference to the value in a config.
template <class Field>
config_key count(std::string_view section, std::string_view name, range allowed, Field field) {
    return {section,
            name,
            "a number from " + std::to_string(allowed.min) + " to " + std::to_string(allowed.max),
            [allowed, field](config& to, std::string_view text) {
                auto const value = parse_number(text);
                if (!value || !allowed.has(*value))
                    return false;
                auto& target = field(to);
                target = static_cast<std::remove_reference_t<decltype(target)>>(*value);
                return true;
            },
            [field](config const& from) {
                return std::to_string(field(const_cast<config&>(from)));
            }};
}

template <class Field>
config_key bytes(std::string_view section, std::string_view name, range allowed, Field field) {
    return {section,
            name,
            "a size from " + print_bytes(allowed.min) + " to " + print_bytes(allowed.max) +
                ", as 4194304 or 4MiB",
            [allowed, field](config& to, std::string_view text) {
                auto const value = parse_bytes(text);
                if (!value || !allowed.has(*value))
                    return false;
                auto& target = field(to);
                target = static_cast<std::remove_reference_t<decltype(target)>>(*value);
                return true;
            },
            [field](config const& from) {
                return print_bytes(field(const_cast<config&>(from)));
            }};
}

template <class Field>
config_key
milliseconds(std::string_view section, std::string_view name, range allowed, Field field) {
    return {section,
            name,
            "milliseconds from " + std::to_string(allowed.min) + " to " +
                std::to_string(allowed.max),
            [allowed, field](config& to, std::string_view text) {
                auto const value = parse_number(text);
                if (!value || !allowed.has(*value))
                    return false;
                field(to) = std::chrono::milliseconds{*value};
                return true;
            },
            [field](config const& from) {
                return std::to_string(field(const_cast<config&>(from)).count());
            }};
}

template <class Value>
using choices = std::vector<std::pair<std::string_view, Value>>;

template <class Value, class Field>
config_key
one_of(std::string_view section, std::string_view name, choices<Value> all, Field field) {
    std::string allowed;
    for (auto const& [word, value] : all)
        allowed += (allowed.empty() ? "" : ", ") + std::string{word};
    return {section,
            name,
            "one of " + allowed,
            [all, field](config& to, std::string_view text) {
                for (auto const& [word, value] : all) {
                    if (word == text) {
                        field(to) = value;
                        return true;
                    }
                }
                return false;
            },
            [all, field](config const& from) {
                for (auto const& [word, value] : all)
                    if (value == field(const_cast<config&>(from)))
                        return std::string{word};
                return std::string{};
            }};
}

config_key address_key() {
    return {"listen",
            "address",
            "an IPv4 or IPv6 address; 0.0.0.0 or :: for all interfaces",
            [](config& to, std::string_view text) {
                boost::system::error_code ec;
                boost::asio::ip::make_address(std::string{text}, ec);
                if (ec)
                    return false;
                to.address = text;
                return true;
            },
            [](config const& from) {
                return from.address;
            }};
}

config_key url_key() {
    return {"listen",
            "advertised_url",
            "empty, or peyk://HOST:PORT",
            [](config& to, std::string_view text) {
                if (!text.empty() && !text.starts_with("peyk://"))
                    return false;
                to.advertised_url = text;
                return true;
            },
            [](config const& from) {
                return from.advertised_url;
            }};
}

config_key directory_key() {
    return {"journal",
            "directory",
            "a path",
            [](config& to, std::string_view text) {
                if (text.empty())
                    return false;
                to.journal.directory = text;
                return true;
            },
            [](config const& from) {
                return from.journal.directory;
            }};
}

config_key free_bytes_key() {
    return {"journal",
            "free_bytes_min",
            "0 (chosen by the size of the disk), or a size, as 1073741824 or 1GiB",
            [](config& to, std::string_view text) {
                auto const value = parse_bytes(text);
                if (!value)
                    return false;
                to.journal.free_bytes_min.reset();
                if (*value != 0)
                    to.journal.free_bytes_min = *value;
                return true;
            },
            [](config const& from) {
                return print_bytes(from.journal.free_bytes_min.value_or(0));
            }};
}

void add_listen_and_journal(std::vector<config_key>& keys) {
    using storage::sync_mode;
    keys.push_back(address_key());
    keys.push_back(count(
        "listen", "port", {0, 65'535}, [](config & c) -> auto& { return c.port; }));
    keys.push_back(url_key());
    keys.push_back(directory_key());
    keys.push_back(one_of<sync_mode>(
        "journal",
        "sync",
        {{"always", sync_mode::always},
         {"interval", sync_mode::interval},
         {"never", sync_mode::never}},
        [](config & c) -> auto& { return c.journal.sync; }));
    keys.push_back(milliseconds(
        "journal", "sync_interval_ms", {1, 60'000}, [](config & c) -> auto& {
            return c.journal.sync_interval;
        }));
    keys.push_back(bytes(
        "journal", "segment_bytes", {mib, 4 * gib}, [](config & c) -> auto& {
            return c.journal.segment_bytes;
        }));
    keys.push_back(bytes(
        "journal", "ballast_bytes", {0, tib}, [](config & c) -> auto& {
            return c.journal.ballast_bytes;
        }));
    keys.push_back(free_bytes_key());
}

void add_sessions(std::vector<config_key>& keys) {
    auto const ms = [&keys](std::string_view name, range allowed, auto field) {
        keys.push_back(milliseconds("sessions", name, allowed, field));
    };
    ms(
        "handshake_ms", {100, 60'000}, [](config & c) -> auto& { return c.sessions.handshake; });
    ms(
        "linger_ms", {0, 60'000}, [](config & c) -> auto& { return c.sessions.linger; });
    ms(
        "heartbeat_ms", {100, 600'000}, [](config & c) -> auto& { return c.limits.heartbeat; });
    ms(
        "heartbeat_min_ms", {10, 600'000}, [](config & c) -> auto& {
            return c.limits.heartbeat_min;
        });
    ms(
        "heartbeat_max_ms", {100, 600'000}, [](config & c) -> auto& {
            return c.limits.heartbeat_max;
        });
    keys.push_back(count(
        "sessions", "heartbeats_missed_max", {1, 100}, [](config & c) -> auto& {
            return c.limits.heartbeats_missed_max;
        }));
    ms(
        "grace_ms", {0, day_ms}, [](config & c) -> auto& { return c.limits.session_grace; });
    ms(
        "memory_ms", {0, 30 * day_ms}, [](config & c) -> auto& { return c.limits.session_memory; });
    ms(
        "settling_ms", {0, day_ms}, [](config & c) -> auto& { return c.limits.settling; });
    keys.push_back(bytes(
        "sessions", "outbox_high_bytes", {4 * kib, gib}, [](config & c) -> auto& {
            return c.sessions.outbox.high_bytes;
        }));
    keys.push_back(bytes(
        "sessions", "outbox_bytes_max", {64 * kib, 16 * gib}, [](config & c) -> auto& {
            return c.sessions.outbox.bytes_max;
        }));
}

void add_limits_of_one(std::vector<config_key>& keys) {
    auto const size = [&keys](std::string_view name, range allowed, auto field) {
        keys.push_back(bytes("limits", name, allowed, field));
    };
    auto const number = [&keys](std::string_view name, range allowed, auto field) {
        keys.push_back(count("limits", name, allowed, field));
    };
    number(
        "connections_max", {1, 1'000'000}, [](config & c) -> auto& { return c.connections_max; });
    size(
        "frame_bytes_max", {64 * kib, 16 * mib}, [](config & c) -> auto& {
            return c.sessions.frame_bytes_max;
        });
    size(
        "content_bytes_max", {kib, 15 * mib}, [](config & c) -> auto& {
            return c.limits.content_bytes_max;
        });
    size(
        "result_bytes_max", {kib, 15 * mib}, [](config & c) -> auto& {
            return c.limits.result_bytes_max;
        });
    size(
        "error_bytes_max", {kib, mib}, [](config & c) -> auto& {
            return c.limits.error_bytes_max;
        });
    size(
        "checkpoint_bytes_max", {kib, 15 * mib}, [](config & c) -> auto& {
            return c.limits.checkpoint_bytes_max;
        });
    size(
        "log_bytes_max", {kib, 15 * mib}, [](config & c) -> auto& {
            return c.limits.log_bytes_max;
        });
    number(
        "history_max", {0, 1'000}, [](config & c) -> auto& { return c.limits.history_max; });
    number(
        "name_bytes_max", {16, 4'096}, [](config & c) -> auto& { return c.limits.name_bytes_max; });
}

void add_limits_of_the_whole(std::vector<config_key>& keys) {
    auto const size = [&keys](std::string_view name, range allowed, auto field) {
        keys.push_back(bytes("limits", name, allowed, field));
    };
    auto const number = [&keys](std::string_view name, range allowed, auto field) {
        keys.push_back(count("limits", name, allowed, field));
    };
    number(
        "queues_max", {1, 10'000'000}, [](config & c) -> auto& { return c.limits.queues_max; });
    number(
        "names_max", {1, 100'000'000}, [](config & c) -> auto& { return c.limits.names_max; });
    number(
        "publish_batch_max", {1, 65'536}, [](config & c) -> auto& { return c.limits.batch_max; });
    number(
        "sessions_max", {1, 1'000'000}, [](config & c) -> auto& { return c.limits.sessions_max; });
    number(
        "consumers_per_session_max", {1, 65'536}, [](config & c) -> auto& {
            return c.limits.consumers_per_session_max;
        });
    number(
        "queues_per_consumer_max", {1, 65'536}, [](config & c) -> auto& {
            return c.limits.queues_per_consumer_max;
        });
    number(
        "watches_per_session_max", {1, 10'000'000}, [](config & c) -> auto& {
            return c.limits.watches_per_session_max;
        });
    number(
        "credit_max", {1, 65'536}, [](config & c) -> auto& { return c.limits.credit_max; });
    number(
        "in_flight_max", {1, 10'000'000}, [](config & c) -> auto& {
            return c.limits.sequence_gaps_max;
        });
    size(
        "content_memory_bytes", {0, 64 * tib}, [](config & c) -> auto& {
            return c.limits.content_memory_bytes;
        });
    size(
        "memory_bytes_max", {mib, 64 * tib}, [](config & c) -> auto& {
            return c.limits.memory_bytes_max;
        });
}

void add_limits_of_rules(std::vector<config_key>& keys) {
    auto const number = [&keys](std::string_view name, range allowed, auto field) {
        keys.push_back(count("limits", name, allowed, field));
    };
    number(
        "schedules_max", {0, 1'000'000}, [](config & c) -> auto& {
            return c.limits.schedules_max;
        });
    number(
        "misfires_max", {1, 100'000}, [](config & c) -> auto& { return c.limits.misfires_max; });
    number(
        "policies_max", {0, 100'000}, [](config & c) -> auto& { return c.limits.policies_max; });
    number(
        "holds_max", {0, 1'000'000}, [](config & c) -> auto& { return c.limits.holds_max; });
    number(
        "sweeps_max", {1, 1'000}, [](config & c) -> auto& { return c.limits.sweeps_max; });
    number(
        "dead_max", {1, 1'000'000'000}, [](config & c) -> auto& { return c.limits.dead_max; });
    number(
        "memory_slow_percent", {1, 100}, [](config & c) -> auto& {
            return c.pressure.memory_slow_percent;
        });
    number(
        "disk_slow_percent", {1, 100}, [](config & c) -> auto& {
            return c.pressure.disk_slow_percent;
        });
    number(
        "crashes_max", {1, 65'535}, [](config & c) -> auto& { return c.limits.max_crashes; });
    keys.push_back(milliseconds(
        "limits", "result_ttl_ms", {1'000, 3'650 * day_ms}, [](config & c) -> auto& {
            return c.limits.result_ttl;
        }));
    keys.push_back(milliseconds(
        "limits", "dead_ttl_ms", {1'000, 3'650 * day_ms}, [](config & c) -> auto& {
            return c.limits.dead_ttl;
        }));
}

std::vector<config_key> make_keys() {
    std::vector<config_key> keys;
    add_listen_and_journal(keys);
    add_sessions(keys);
    add_limits_of_one(keys);
    add_limits_of_the_whole(keys);
    add_limits_of_rules(keys);
    keys.push_back(one_of<log_level>(
        "log",
        "level",
        {{"debug", log_level::debug},
         {"info", log_level::info},
         {"warn", log_level::warn},
         {"error", log_level::error}},
        [](config & c) -> auto& { return c.log.level; }));
    keys.push_back(one_of<log_format>(
        "log", "format", {{"text", log_format::text}, {"json", log_format::json}}, [
        ](config & c) -> auto& { return c.log.format; }));
    return keys;
}

} // namespace

std::span<config_key const> config_keys() {
    static std::vector<config_key> const keys = make_keys();
    return keys;
}

} // namespace peyk::server
