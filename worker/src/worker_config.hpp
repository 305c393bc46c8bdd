#pragma once
// The settings of a worker from where they are written down: a YAML file (config/worker.yaml shows
// every key) and the environment (PEYK_ and the key in capitals). Later ones win.

#include <peyk/worker_options.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace peyk::worker_detail {

// What is wrong and where: "worker.yaml:7: concurrency: ..." or "PEYK_POOL: ...".
class config_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Throws config_error, also for a key that does not exist.
void read_config_file(worker_options& to, std::string const& path);

using environment = std::function<std::optional<std::string>(std::string const& name)>;
[[nodiscard]] environment process_environment();
// Variables for other programs are left alone. Throws config_error.
void read_environment(worker_options& to, environment const& from);

} // namespace peyk::worker_detail
