#include <peyk/json.hpp>
#include <peyk/task_options.hpp>

#include <utility>

namespace peyk {
namespace {

template <class T>
void prefer(std::optional<T>& under, std::optional<T> const& over) {
    if (over)
        under = over;
}

void append(std::vector<std::string>& under, std::vector<std::string> const& over) {
    under.insert(under.end(), over.begin(), over.end());
}

std::optional<retry_policy> retry_of(task_options const& defaults, call_options const& call) {
    auto policy = call.retry ? call.retry : defaults.retry;
    auto const max_retries = call.max_retries ? call.max_retries
                             : call.retry     ? std::nullopt // the call's own policy is whole
                                              : defaults.max_retries;
    if (max_retries) {
        if (!policy)
            policy.emplace();
        policy->max_retries = *max_retries;
    }
    return policy;
}

// For people: enough to recognise a call.
constexpr std::size_t args_repr_bytes_max = 256;

std::string text_of(std::vector<std::string> const& args,
                    std::map<std::string, std::string> const& kwargs) {
    std::string text;
    auto const separate = [&] {
        if (!text.empty())
            text += ", ";
    };
    for (auto const& arg : args) {
        separate();
        text += arg;
        if (text.size() > args_repr_bytes_max)
            break;
    }
    for (auto const& [name, arg] : kwargs) {
        if (text.size() > args_repr_bytes_max)
            break;
        separate();
        text += name + '=' + arg;
    }
    if (text.size() <= args_repr_bytes_max)
        return text;
    // Cut between characters: protobuf strings are UTF-8.
    auto end = args_repr_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    text.resize(end);
    return text + "...";
}

} // namespace

std::string_view mistake_in_limits(std::optional<std::chrono::milliseconds> soft_time_limit,
                                   std::optional<std::chrono::milliseconds> time_limit) {
    auto const soft = soft_time_limit.value_or(std::chrono::milliseconds{0});
    auto const hard = time_limit.value_or(std::chrono::milliseconds{0});
    return hard.count() > 0 && soft > hard
               ? "the soft time limit is above the hard one, which would always come first"
               : "";
}

call_options merged(call_options under, call_options const& over) {
    prefer(under.queue, over.queue);
    prefer(under.priority, over.priority);
    if (over.countdown || over.eta) { // one time replaces the other
        under.countdown = over.countdown;
        under.eta = over.eta;
    }
    if (over.expires || over.expires_at) {
        under.expires = over.expires;
        under.expires_at = over.expires_at;
    }
    prefer(under.max_retries, over.max_retries);
    prefer(under.retry, over.retry);
    prefer(under.track_started, over.track_started);
    prefer(under.ignore_result, over.ignore_result);
    prefer(under.result_ttl, over.result_ttl);
    prefer(under.max_crashes, over.max_crashes);
    prefer(under.unique, over.unique);
    prefer(under.ordering_key, over.ordering_key);
    prefer(under.fairness_key, over.fairness_key);
    prefer(under.limit_key, over.limit_key);
    prefer(under.cost, over.cost);
    append(under.labels, over.labels);
    append(under.tags, over.tags);
    prefer(under.soft_time_limit, over.soft_time_limit);
    prefer(under.time_limit, over.time_limit);
    for (auto const& [name, value] : over.headers)
        under.headers.insert_or_assign(name, value);
    prefer(under.id, over.id);
    prefer(under.root, over.root);
    prefer(under.parent, over.parent);
    return under;
}

message
make_task_message(std::string const& task, task_options const& defaults, call_options const& call) {
    message what;
    what.id = call.id.value_or(message_id{});
    what.task = task;
    what.queue = call.queue.value_or(defaults.queue);
    what.priority = call.priority ? call.priority : defaults.priority;
    what.countdown = call.countdown;
    what.eta = call.eta;
    what.expires = call.expires;
    what.expires_at = call.expires_at;
    what.retry = retry_of(defaults, call);
    auto& result = what.result.emplace();
    auto const ttl = call.result_ttl ? call.result_ttl : defaults.result_ttl;
    result.ttl = ttl.value_or(std::chrono::seconds{0});
    result.ignore = call.ignore_result.value_or(defaults.ignore_result);
    result.track_started = call.track_started.value_or(defaults.track_started);
    what.max_crashes = call.max_crashes ? call.max_crashes : defaults.max_crashes;
    what.unique = call.unique ? call.unique : defaults.unique;
    what.ordering_key = call.ordering_key.value_or(defaults.ordering_key);
    what.fairness_key = call.fairness_key.value_or(defaults.fairness_key);
    what.limit_key = call.limit_key.value_or(defaults.limit_key);
    what.cost = call.cost ? call.cost : defaults.cost;
    what.labels = defaults.labels;
    append(what.labels, call.labels);
    what.tags = defaults.tags;
    append(what.tags, call.tags);
    what.content.soft_time_limit =
        call.soft_time_limit ? call.soft_time_limit : defaults.soft_time_limit;
    what.content.time_limit = call.time_limit ? call.time_limit : defaults.time_limit;
    what.content.headers = call.headers;
    what.root = call.root.value_or(message_id{});
    what.parent = call.parent.value_or(message_id{});
    return what;
}

call_options debounce(std::string key, std::chrono::milliseconds delay) {
    // Until it starts: a call that comes while one runs does not revoke that, but follows it.
    return {.countdown = delay,
            .unique = uniqueness{.key = std::move(key),
                                 .until = unique_until::start,
                                 .on_conflict = on_conflict::replace}};
}

void set_arguments(message& what,
                   std::vector<std::string> args,
                   std::map<std::string, std::string> kwargs) {
    what.content.args_repr = text_of(args, kwargs);
    what.content.args = std::move(args);
    what.content.kwargs = std::move(kwargs);
}

} // namespace peyk
