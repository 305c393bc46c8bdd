#include "broker/server/statistics_history.hpp"

#include "peyk/storage/v1/statistics.pb.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <system_error>

namespace peyk::server {
namespace {

namespace v1 = peyk::storage::v1;
namespace fs = std::filesystem;

core::wall_time begin_of(core::wall_time at, core::duration step) {
    return core::wall_time{at.time_since_epoch() / step * step};
}

void fill(v1::Histogram& to, core::histogram const& from) {
    auto const& counts = from.counts();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] != 0) {
            to.add_bucket(static_cast<std::uint32_t>(i));
            to.add_count(counts[i]);
        }
    }
}

void take(core::histogram& to, v1::Histogram const& from) {
    for (int i = 0; i < std::min(from.bucket_size(), from.count_size()); ++i) {
        if (from.bucket(i) < core::histogram::buckets)
            to.counts()[from.bucket(i)] += from.count(i);
    }
}

v1::TimedSample encode(core::series_kind kind,
                       std::string_view name,
                       core::wall_time at,
                       core::sample const& from) {
    v1::TimedSample to;
    to.set_at_ms(at.time_since_epoch().count());
    to.set_kind(static_cast<std::uint32_t>(kind));
    to.set_name(std::string{name});
    to.set_published(from.published);
    to.set_delivered(from.delivered);
    to.set_succeeded(from.succeeded);
    to.set_failed(from.failed);
    to.set_retried(from.retried);
    to.set_revoked(from.revoked);
    to.set_crashed(from.crashed);
    fill(*to.mutable_waited(), from.waited);
    fill(*to.mutable_ran(), from.ran);
    return to;
}

core::sample decode(v1::TimedSample const& from) {
    core::sample to;
    to.published = from.published();
    to.delivered = from.delivered();
    to.succeeded = from.succeeded();
    to.failed = from.failed();
    to.retried = from.retried();
    to.revoked = from.revoked();
    to.crashed = from.crashed();
    take(to.waited, from.waited());
    take(to.ran, from.ran());
    return to;
}

std::string file_name(statistics_history::tier const& of, core::wall_time at) {
    auto const begin = begin_of(at, of.file).time_since_epoch().count() / 1'000;
    return std::string{of.name} + "-" + std::to_string(begin) + ".pb";
}

} // namespace

statistics_history::statistics_history(fs::path directory, core::wall_time now)
    : directory_(std::move(directory)) {
    load(minutes_);
    load(hours_);
    catch_up(now);
    prune(minutes_, now);
    prune(hours_, now);
}

// Hours whose end no process has seen are in the minutes.
void statistics_history::catch_up(core::wall_time now) {
    core::wall_time last = core::unset;
    for (auto const& [name, steps] : hours_.series)
        last = std::max(last, steps.back().at);
    std::map<core::wall_time, std::map<series_name, core::sample>> unfinished;
    for (auto const& [name, steps] : minutes_.series) {
        for (auto const& step : steps) {
            auto const hour = begin_of(step.at, hours.step);
            v1::TimedSample one;
            if (hour > last && one.ParseFromString(step.bytes))
                unfinished[hour][name].add(decode(one));
        }
    }
    for (auto& [hour, sums] : unfinished) {
        hour_at_ = hour;
        hour_ = std::move(sums);
        if (hour < begin_of(now, hours.step))
            end_hour();
    }
    hour_at_ = begin_of(now, hours.step);
}

void statistics_history::load(store& into) {
    std::error_code ec;
    std::vector<fs::path> files;
    for (auto const& each : fs::directory_iterator{directory_, ec}) {
        if (each.path().filename().string().starts_with(std::string{into.of->name} + "-"))
            files.push_back(each.path());
    }
    std::ranges::sort(files);
    for (auto const& file : files)
        load_file(into, file);
}

void statistics_history::load_file(store& into, fs::path const& file) {
    std::int64_t whole = 0;
    bool end = false;
    {
        std::ifstream in{file, std::ios::binary};
        google::protobuf::io::IstreamInputStream stream{&in};
        v1::TimedSample one;
        while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&one, &stream, &end)) {
            whole = stream.ByteCount();
            core::wall_time const at{core::duration{one.at_ms()}};
            if (one.kind() <= 1)
                put(into,
                    {static_cast<core::series_kind>(one.kind()), one.name()},
                    at,
                    decode(one));
            one.Clear();
        }
    }
    if (end)
        return;
    spdlog::warn("{} ends in the middle of a sample; the rest of it is left out", file.string());
    // What is written behind the rest could not be read again.
    std::error_code ec;
    fs::resize_file(file, static_cast<std::uintmax_t>(whole), ec);
}

void statistics_history::put(store& into,
                             series_name const& name,
                             core::wall_time at,
                             core::sample const& what) {
    auto& steps = into.series[name];
    core::sample all = what;
    if (!steps.empty() && steps.back().at == at) {
        v1::TimedSample before;
        if (before.ParseFromString(steps.back().bytes))
            all.add(decode(before));
        into.bytes -= steps.back().bytes.size();
        steps.pop_back();
    }
    steps.push_back({at, encode(name.first, {}, at, all).SerializeAsString()});
    into.bytes += steps.back().bytes.size();
}

void statistics_history::add(std::vector<core::named_sample> const& samples, core::wall_time at) {
    auto const minute = begin_of(at, minutes.step);
    if (begin_of(at, hours.step) != hour_at_) {
        end_hour();
        hour_at_ = begin_of(at, hours.step);
    }
    if (minute != unwritten_at_) {
        flush();
        unwritten_at_ = minute;
    }
    for (auto const& each : samples) {
        series_name const name{each.kind, std::string{each.name}};
        put(minutes_, name, minute, each.sample);
        hour_[name].add(each.sample);
        unwritten_[name].add(each.sample);
    }
    if (pruned_ != minute) {
        pruned_ = minute;
        prune(minutes_, at);
        prune(hours_, at);
    }
}

statistics_history::~statistics_history() {
    flush();
}

void statistics_history::flush() {
    std::ostringstream bytes;
    for (auto const& [name, sum] : unwritten_) {
        google::protobuf::util::SerializeDelimitedToOstream(
            encode(name.first, name.second, unwritten_at_, sum), &bytes);
    }
    unwritten_.clear();
    write(minutes_, unwritten_at_, bytes.str());
}

void statistics_history::end_hour() {
    std::ostringstream bytes;
    for (auto const& [name, sum] : hour_) {
        put(hours_, name, hour_at_, sum);
        google::protobuf::util::SerializeDelimitedToOstream(
            encode(name.first, name.second, hour_at_, sum), &bytes);
    }
    hour_.clear();
    write(hours_, hour_at_, bytes.str());
}

void statistics_history::write(store const& of, core::wall_time at, std::string const& bytes) {
    if (bytes.empty() || directory_.empty())
        return;
    std::error_code ec;
    fs::create_directories(directory_, ec);
    std::ofstream out{directory_ / file_name(*of.of, at), std::ios::binary | std::ios::app};
    out << bytes;
    out.close();
    if (!out && !std::exchange(complained_, true))
        spdlog::warn("statistics cannot be written to {}: they last as long as this process",
                     directory_.string());
}

void statistics_history::prune(store& in, core::wall_time now) {
    auto const oldest = now - in.of->kept;
    for (auto next = in.series.begin(); next != in.series.end();) {
        auto& steps = next->second;
        while (!steps.empty() && steps.front().at < oldest) {
            in.bytes -= steps.front().bytes.size();
            steps.pop_front();
        }
        next = steps.empty() ? in.series.erase(next) : std::next(next);
    }
    while (in.bytes > bytes_max) {
        auto const first = std::ranges::min_element(in.series, {}, [](auto const& each) {
            return each.second.front().at;
        });
        in.bytes -= first->second.front().bytes.size();
        first->second.pop_front();
        if (first->second.empty())
            in.series.erase(first);
    }
    // A file goes when the last of what it may hold is too old.
    std::error_code ec;
    std::string const prefix = std::string{in.of->name} + "-";
    std::string const oldest_name = file_name(*in.of, oldest);
    for (auto const& each : fs::directory_iterator{directory_, ec}) {
        auto const name = each.path().filename().string();
        if (name.starts_with(prefix) && name < oldest_name)
            fs::remove(each.path(), ec);
    }
}

std::vector<net::series> statistics_history::find(core::series_kind kind,
                                                  std::string_view name,
                                                  core::wall_time since,
                                                  bool by_hours,
                                                  core::wall_time now) const {
    if (since == core::unset)
        since = now - core::duration{3'600'000};
    std::map<std::string_view, net::series> all;
    auto const chosen = [&](series_name const& of, core::wall_time at) {
        return of.first == kind && (name.empty() || of.second == name) && at >= since;
    };
    auto const take = [&](series_name const& of, core::wall_time at, core::sample const& what) {
        net::series& one = all[of.second];
        one.sum.add(what);
        if (name.empty())
            return;
        if (!one.samples.empty() && one.samples.back().at == at)
            one.samples.back().sample.add(what); // The clock was set back to an hour that was over.
        else
            one.samples.push_back({at, what});
    };
    for (auto const& [of, steps] : (by_hours ? hours_ : minutes_).series) {
        for (auto const& step : steps) {
            v1::TimedSample parsed;
            if (chosen(of, step.at) && parsed.ParseFromString(step.bytes))
                take(of, step.at, decode(parsed));
        }
    }
    if (by_hours) {
        for (auto const& [of, so_far] : hour_) {
            if (chosen(of, hour_at_))
                take(of, hour_at_, so_far);
        }
    }
    std::vector<net::series> found;
    for (auto& [of, one] : all) {
        if (one.sum.empty())
            continue;
        one.name = of;
        found.push_back(std::move(one));
    }
    return found;
}

} // namespace peyk::server
