#include "broker/core/obstacle.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace peyk::core {

namespace {

template <class... Arguments>
std::string formatted(char const* format, Arguments... arguments) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, arguments...);
    return text.data();
}

// The canonical form, as clients show it.
std::string text_of(message_id id) {
    return formatted("%08llx-%04llx-%04llx-%04llx-%012llx",
                     static_cast<unsigned long long>(id.high >> 32),
                     static_cast<unsigned long long>(id.high >> 16 & 0xffff),
                     static_cast<unsigned long long>(id.high & 0xffff),
                     static_cast<unsigned long long>(id.low >> 48),
                     static_cast<unsigned long long>(id.low & 0xffff'ffff'ffff));
}

// "3,182"
std::string text_of(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, 1, ',');
    }
    return digits;
}

std::string counted(std::uint64_t count, std::string_view one) {
    return text_of(count) + " " + std::string{one} + (count == 1 ? "" : "s");
}

// "4.2 s", "40 s", "2 h 3 min"
std::string text_of(duration what) {
    using namespace std::chrono;
    auto const two = [](auto big, char const* of_big, auto small, char const* of_small) {
        std::string text = std::to_string(big) + of_big;
        return small == 0 ? text : text + " " + std::to_string(small) + of_small;
    };
    if (what < seconds{10}) {
        auto const tenths = (std::max<duration::rep>(what.count(), 0) + 99) / 100;
        return formatted("%lld.%lld s",
                         static_cast<long long>(tenths / 10),
                         static_cast<long long>(tenths % 10));
    }
    auto const s = ceil<seconds>(what).count();
    if (s < 60) {
        return std::to_string(s) + " s";
    }
    if (s < 3'600) {
        return two(s / 60, " min", s % 60, " s");
    }
    return s < 86'400 ? two(s / 3'600, " h", s % 3'600 / 60, " min")
                      : two(s / 86'400, " d", s % 86'400 / 3'600, " h");
}

// "14:00:00 UTC", with its date if that is another day.
std::string clock_time(wall_time at, wall_time now, bool dated = false) {
    using namespace std::chrono;
    auto const day = floor<days>(at.time_since_epoch());
    hh_mm_ss const time{floor<seconds>(at.time_since_epoch() - day)};
    std::string text = formatted("%02d:%02d:%02d UTC",
                                 static_cast<int>(time.hours().count()),
                                 static_cast<int>(time.minutes().count()),
                                 static_cast<int>(time.seconds().count()));
    if (!dated && day == floor<days>(now.time_since_epoch())) {
        return text;
    }
    year_month_day const date{sys_days{day}};
    return formatted("%04d-%02u-%02u ",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day())) +
           text;
}

std::string waits_for(std::string_view what, wall_time until, wall_time now) {
    return "waits for its " + std::string{what} + ", " + clock_time(until, now, true) +
           (until > now ? " (in " + text_of(until - now) + ")" : " (now)");
}

std::string held(std::string const& what, obstacle const& by, wall_time now) {
    bool const ends = by.until != unset && by.until != never;
    return what + " is paused" + (ends ? " until " + clock_time(by.until, now) : "") +
           (by.reason.empty() ? "" : ": " + by.reason);
}

std::string limited(obstacle const& by, wall_time now) {
    if (by.kind == obstacle_kind::concurrency_limit) {
        return "concurrency limit " + by.name + " " + text_of(by.limit.concurrency) + ", " +
               text_of(by.running) + " running";
    }
    std::string const what = "rate limit " + by.name + " " + to_string(by.limit.rate) +
                             (by.limit.per_worker ? " per worker" : "");
    return by.until > now && by.until != never
               ? what + ", next token in " + text_of(by.until - now)
               : what;
}

std::string behind(obstacle const& by) {
    std::string text = by.ahead == 0 ? "it is the next one, all places are taken"
                                     : (by.more_ahead ? "at least " : "") +
                                           counted(by.ahead, "message") +
                                           (by.ahead == 1 ? " goes before it" : " go before it");
    text += ", " + counted(by.workers, "worker");
    // Tenths of a second would be more than the pace of a minute can know.
    duration const about = std::chrono::ceil<std::chrono::seconds>(by.expected);
    return about == duration{0} ? text
                                : text + ", about " +
                                      (about < std::chrono::seconds{10}
                                           ? std::to_string(about.count() / 1'000) + " s"
                                           : text_of(about));
}

// "paged.resize" or, for plain messages, that.
std::string task_named(std::string const& name) {
    return name.empty() ? "plain messages" : name;
}

} // namespace

std::string to_string(rate const& what) {
    if (!what.limited()) {
        return "none";
    }
    std::string text = std::to_string(what.thousandths / 1'000);
    if (std::uint32_t const rest = what.thousandths % 1'000; rest != 0) {
        text += formatted(".%03u", rest);
        text.erase(text.find_last_not_of('0') + 1);
    }
    switch (what.seconds) {
    case 1:
        return text + "/s";
    case 60:
        return text + "/m";
    case 3'600:
        return text + "/h";
    case 86'400:
        return text + "/d";
    default:
        return text + " in " + std::to_string(what.seconds) + " s";
    }
}

std::string describe(obstacle const& what, wall_time now) {
    switch (what.kind) {
    case obstacle_kind::none:
        return "nothing is in its way";
    case obstacle_kind::unknown:
        return "nobody published it, or it has been forgotten";
    case obstacle_kind::final:
        return "it is over, nothing will run";
    case obstacle_kind::running:
        return "it is running" + (what.name.empty() ? "" : " on " + what.name);
    case obstacle_kind::reserved:
        return "it is with " + (what.name.empty() ? "a worker" : what.name) +
               ", which has not started it yet";
    case obstacle_kind::scheduled:
        return waits_for("eta", what.until, now);
    case obstacle_kind::retry:
        return waits_for("next try", what.until, now);
    case obstacle_kind::unique_key:
        return "unique key " + what.name + " is held by " + text_of(what.by);
    case obstacle_kind::settling:
        return "the broker waits for the workers it knew before it went down" +
               (what.until > now ? ", for " + text_of(what.until - now) + " at most"
                                 : std::string{});
    case obstacle_kind::queue_held:
        return held("queue " + what.name, what, now);
    case obstacle_kind::task_held:
        return held("task " + what.name, what, now);
    case obstacle_kind::key_held:
        return held("limit key " + what.name, what, now);
    case obstacle_kind::ordering_key:
        return "ordering key " + what.name + " is held by " + text_of(what.by);
    case obstacle_kind::nobody_reads:
        return "no connected worker reads queue " + what.name;
    case obstacle_kind::nobody_announces:
        return "no connected worker announces " + task_named(what.name);
    case obstacle_kind::labels:
        return "no connected worker has the labels " + what.name;
    case obstacle_kind::rate_limit:
    case obstacle_kind::concurrency_limit:
        return limited(what, now);
    case obstacle_kind::slow_readers:
        return what.workers == 1
                   ? "the only worker for it does not take what it is sent"
                   : text_of(what.workers) + " workers could take it, none reads what it is sent";
    case obstacle_kind::behind_others:
        return behind(what);
    }
    return {};
}

} // namespace peyk::core
