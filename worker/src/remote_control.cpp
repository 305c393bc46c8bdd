#include "worker/src/remote_control.hpp"

#include "worker/src/resident_memory.hpp"
#include "worker/src/worker_log.hpp"

#include <boost/algorithm/string/join.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

namespace peyk::worker_detail {
namespace {

instruction_reply done(std::string text) {
    log_info("told by an operator: {}", text);
    return {true, std::move(text)};
}

instruction_reply refused(std::string why) {
    return {false, std::move(why)};
}

// 1 at least.
std::optional<std::size_t> number_of(std::string const& text) {
    std::size_t count = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || count == 0)
        return std::nullopt;
    return count;
}

// The first argument, 1 if there is none.
std::optional<std::size_t> count_of(instruction const& what) {
    return what.arguments.empty() ? 1 : number_of(what.arguments.front());
}

std::optional<std::chrono::milliseconds> length_of(std::string const& text) {
    constexpr std::uint64_t ms_max = std::uint64_t{7} * 24 * 60 * 60 * 1'000; // a week
    std::uint64_t count = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, count);
    if (read.ec != std::errc{} || std::string_view{read.ptr, end} != "ms" || count > ms_max)
        return std::nullopt;
    return std::chrono::milliseconds{count};
}

std::string said(std::optional<std::chrono::milliseconds> const& limit) {
    return limit && limit->count() > 0 ? std::to_string(limit->count()) + " ms" : "none";
}

bool may_name_queue(std::string const& text) {
    constexpr std::size_t bytes_max = 200;
    return text.size() <= bytes_max && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view{"._-:/"}.find(c) != std::string_view::npos;
           });
}

} // namespace

remote_control::remote_control(asio::io_context& loop,
                               processor& works,
                               lifecycle& life,
                               client through,
                               worker_options const& options)
    : works_(works), life_(life), client_(std::move(through)), options_(options), timer_(loop) {}

void remote_control::start() {
    client_.on_instruction([this](instruction what, auto answer) { answer(obey(what)); });
    introduce();
}

instruction_reply remote_control::obey(instruction const& what) {
    if (what.action == "ping")
        return {true, "pong"};
    if (what.action == "pool_grow" || what.action == "pool_shrink")
        return resize(what, what.action == "pool_grow");
    if (what.action == "autoscale")
        return autoscale(what);
    if (what.action == "add_consumer" || what.action == "cancel_consumer")
        return change_queues(what, what.action == "add_consumer");
    if (what.action == "time_limit")
        return limit_time(what);
    if (what.action == "shutdown") {
        life_.stop("told by an operator");
        return done("finishes what runs, then ends");
    }
    return refused(
        "this worker cannot \"" + what.action +
        "\"; it can ping, pool_grow, pool_shrink, autoscale, add_consumer, cancel_consumer, "
        "time_limit, shutdown");
}

// pool_grow [N] [POOL]
instruction_reply remote_control::resize(instruction const& what, bool grow) {
    auto const count = count_of(what);
    if (!count)
        return refused("\"" + what.arguments.front() + "\" is no number of slots");
    auto* const where = station_of(what, 1);
    if (where == nullptr)
        return refused_pool(what.arguments[1]);
    auto const now = where->where().slots();
    if (!grow && *count >= now)
        return refused("it has " + std::to_string(now) + " slots; one at least is left");
    if (grow && (now >= slots_max || *count > slots_max - now))
        return refused("it has " + std::to_string(now) + " slots and may have " +
                       std::to_string(slots_max));
    auto const then = grow ? now + *count : now - *count;
    if (!where->resize(then))
        return refused("the pool of this worker has one slot, always");
    introduce();
    return done("has " + std::to_string(then) + " slots, had " + std::to_string(now));
}

// autoscale MAX MIN [POOL]
instruction_reply remote_control::autoscale(instruction const& what) {
    if (what.arguments.size() < 2)
        return refused("say the most and the least number of slots");
    auto const most = number_of(what.arguments[0]);
    auto const least = number_of(what.arguments[1]);
    if (!most || !least || *least > *most || *most > slots_max)
        return refused("the most and the least number of slots: from 1 to " +
                       std::to_string(slots_max) + ", the most first");
    auto* const where = station_of(what, 2);
    if (where == nullptr)
        return refused_pool(what.arguments[2]);
    slot_range const between{.least = static_cast<std::uint32_t>(*least),
                             .most = static_cast<std::uint32_t>(*most)};
    if (!where->autoscale(between))
        return refused("the pool of this worker has one slot, always");
    introduce();
    return done("has " + std::to_string(*least) + " to " + std::to_string(*most) + " slots, " +
                std::to_string(where->where().slots()) + " now");
}

// The pool an argument names, if there is one; else the first.
station* remote_control::station_of(instruction const& what, std::size_t argument) {
    return what.arguments.size() > argument ? works_.find(what.arguments[argument])
                                            : &works_.main();
}

instruction_reply remote_control::refused_pool(std::string const& name) const {
    return refused("it has no pool \"" + name + "\", but " + works_.pool_text());
}

instruction_reply remote_control::change_queues(instruction const& what, bool add) {
    if (what.arguments.size() != 1 || what.arguments.front().empty())
        return refused("name one queue");
    auto const& name = what.arguments.front();
    if (add && !may_name_queue(name)) // the broker would refuse the whole subscription
        return refused("\"" + name + "\" cannot be a queue: letters, digits and . _ - : / only");
    if (add ? !works_.add_queue(name) : !works_.drop_queue(name)) {
        bool const last = !add && works_.queues() == std::vector{name};
        return refused(add    ? "it reads \"" + name + "\" already"
                       : last ? "\"" + name + "\" is the last queue it reads; shut it down instead"
                              : "it does not read \"" + name + "\"");
    }
    introduce();
    return done("reads " + boost::algorithm::join(works_.queues(), ", "));
}

// time_limit TASK SOFT [HARD], each as "60000ms"; 0 is none.
instruction_reply remote_control::limit_time(instruction const& what) {
    if (what.arguments.size() < 2 || what.arguments.size() > 3)
        return refused("say the task, its soft limit and, if it has one, its hard limit");
    auto const& task = what.arguments.front();
    time_limits limits;
    for (std::size_t at = 1; at < what.arguments.size(); ++at) {
        auto const read = length_of(what.arguments[at]);
        if (!read)
            return refused("\"" + what.arguments[at] +
                           "\" is no number of milliseconds (\"60000ms\")");
        (at == 1 ? limits.soft : limits.hard) = *read;
    }
    if (auto const why = mistake_in_limits(limits.soft, limits.hard); !why.empty())
        return refused(std::string{why});
    if (!works_.limit_time(task, limits))
        return refused("it has no task " + task);
    return done("limits " + task + ": soft " + said(limits.soft) + ", hard " + said(limits.hard));
}

void remote_control::introduce() {
    client_.introduce(facts(), works_.metrics());
    timer_.expires_after(introduced_every);
    timer_.async_wait([this](error_code error) {
        if (!error)
            introduce();
    });
}

std::map<std::string, std::string> remote_control::facts() const {
    double load = 0;
    if (::getloadavg(&load, 1) != 1)
        load = 0;
    return {{"version", PEYK_VERSION},
            {"clock_offset_ms", std::to_string(client_.clock_offset().count())},
            {"pool", works_.pool_text()},
            {"concurrency", std::to_string(works_.slots())},
            {"prefetch", std::to_string(options_.prefetch)},
            {"queues", boost::algorithm::join(works_.queues(), ",")},
            {"busy", std::to_string(works_.in_hand())},
            {"processed", std::to_string(works_.processed())},
            {"rss_bytes", std::to_string(resident_bytes())},
            {"load", std::to_string(load).substr(0, 4)},
            {"drain_timeout_ms", std::to_string(options_.drain_timeout.count())}};
}

} // namespace peyk::worker_detail
