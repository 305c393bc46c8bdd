#pragma once
// The options that describe the envelope of a message: of `call`, `publish` and `cron set`.

#include "client/cli/key_options.hpp"
#include <peyk/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

// When it may run.
struct time_options {
    std::string countdown;
    std::string eta;
    std::string expires;
};

struct retry_options {
    std::optional<unsigned> max_retries;
    std::string backoff;
    std::string delay;
    std::optional<double> factor;
    std::string max_delay;
    std::string delays;
    std::string jitter;
    std::string max_age;
    std::optional<std::uint32_t> max_crashes;
};

struct unique_options {
    std::string key;
    std::string until;
    std::string ttl;
    std::string on_conflict;
    std::string debounce;
};

struct envelope_options {
    std::optional<unsigned> priority;
    std::vector<std::string> headers;
};

struct message_options {
    envelope_options envelope;
    time_options times;
    retry_options retries;
    unique_options unique;
    key_options keys;
};

void add_envelope_options(CLI::App& command, envelope_options& into);
void add_retry_options(CLI::App& command, retry_options& into);
// All of them.
void add_message_options(CLI::App& command, message_options& into);

// Set what was given. Throw failure(usage).
void apply(envelope_options const& options, message& to);
void apply(retry_options const& options, message& to);
void apply(message_options const& options, message& to);

} // namespace peyk::cli
