#pragma once
// How a client connects and how much it may hold. Every default is fit for production.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace peyk {

inline constexpr std::uint16_t default_port = 7420;

struct client_options {
    // "peyk://host:port", several with commas between them: tried in order. Port 7420 if none.
    std::string url = "peyk://127.0.0.1:7420";
    // Of the program, for people. Empty: "<program>@<host>:<pid>".
    std::string name = {};
    // For one attempt: resolve, connect and greet.
    std::chrono::milliseconds connect_timeout{5'000};
    // Between attempts: doubles from min to max, each time shortened by up to half at random so
    // that many clients do not come back in one moment.
    std::chrono::milliseconds backoff_min{50};
    std::chrono::milliseconds backoff_max{5'000};
    // Wished; the broker has the last word. A connection silent for three of them is given up.
    std::chrono::milliseconds heartbeat{5'000};
    // Unconfirmed published messages. At the limit a blocking publish waits for room and an
    // asynchronous one completes at once with errc::in_flight_exceeded.
    std::size_t in_flight_max = 65'536;
    // For a publish to be confirmed, reconnecting included.
    std::chrono::milliseconds publish_timeout{30'000};
    // For any other request to be answered, reconnecting included.
    std::chrono::milliseconds request_timeout{30'000};
    // After close() has said goodbye the broker has that long to take it and hang up.
    std::chrono::milliseconds close_timeout{2'000};
    // Announced to the broker: what this worker can run, and labels about it.
    std::vector<std::string> tasks = {};
    std::map<std::string, std::string> labels = {};
};

} // namespace peyk
