#include <peyk/task_settings.hpp>

namespace peyk {

task_options task_settings::call_defaults() const {
    task_options options;
    options.queue = queue;
    options.priority = priority;
    options.max_retries = max_retries;
    options.retry = retry;
    options.track_started = track_started;
    options.ignore_result = ignore_result;
    options.result_ttl = result_ttl;
    options.max_crashes = max_crashes;
    options.unique = unique;
    options.soft_time_limit = soft_time_limit;
    options.time_limit = time_limit;
    options.labels = labels;
    return options;
}

retry_policy task_settings::retries() const {
    auto policy = retry.value_or(retry_policy{.max_retries = 0});
    if (max_retries)
        policy.max_retries = *max_retries;
    return policy;
}

} // namespace peyk
