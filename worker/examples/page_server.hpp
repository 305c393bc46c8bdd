#pragma once
// A little HTTP server on loopback: /page/N for N generated pages, each after a delay, so that
// fetching them is waiting. Some answer 503 the first time they are asked for.

#include <chrono>
#include <cstdint>
#include <string>

namespace example {

struct page_server_options {
    std::string port_file; // gets the port once the server listens
    std::uint64_t pages = 64;
    std::chrono::milliseconds delay{50};
    std::uint64_t busy_every = 8; // this one in so many pages is busy the first time; 0: none
};

// Serves until SIGTERM or SIGINT. Throws if it cannot listen or write the port file.
void serve_pages(page_server_options const& options);

} // namespace example
