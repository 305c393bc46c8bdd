#include "client/cli/command_entry.hpp"
#include "client/cli/figures.hpp"
#include "client/cli/live_run.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/policy_match.hpp"
#include "client/cli/queue_rates.hpp"
#include "client/cli/value.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds every_least{100}; // more often is a load, not a look
constexpr std::array<column, 9> watch_columns{{{"name", "QUEUE"},
                                               {"ready", "READY", true},
                                               {"running", "RUNNING", true},
                                               {"scheduled", "SCHEDULED", true},
                                               {"dead", "DEAD", true},
                                               {"in", "IN/S", true},
                                               {"out", "OUT/S", true},
                                               {"oldest", "OLDEST", true},
                                               {"why", "WHY HELD"}}};

struct watch_options {
    std::vector<std::string> names;
    std::string every;
    std::uint64_t count = 0; // 0: until interrupted
};

std::size_t terminal_rows() {
    winsize size = {};
    bool const known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    return known ? size.ws_row : 24;
}

// For people.
json::object figures(queue_row const& of) {
    return {{"name", of.now.name},
            {"ready", of.now.ready},
            {"running", of.now.leased},
            {"scheduled", of.now.scheduled},
            {"dead", of.now.dead},
            {"in", short_rate(of.in_per_s)},
            {"out", short_rate(of.out_per_s)},
            {"oldest", of.oldest ? short_time(*of.oldest) : ""},
            {"why", of.why}};
}

std::string one_line(queue_row const& of) {
    auto line = of.now.name + ": ready " + std::to_string(of.now.ready) + ", running " +
                std::to_string(of.now.leased) + ", scheduled " + std::to_string(of.now.scheduled) +
                ", dead " + std::to_string(of.now.dead) + ", in " + short_rate(of.in_per_s) +
                "/s, out " + short_rate(of.out_per_s) + "/s";
    if (of.oldest)
        line += ", oldest " + short_time(*of.oldest);
    return of.why.empty() ? line : line + ", " + of.why;
}

class queue_watch {
public:
    queue_watch(common_options const& common, watch_options const& options)
        : run_(common), timer_(run_.context()), common_(common), names_(options.names),
          left_(options.count), is_block_(!common.is_structured() && ::isatty(STDOUT_FILENO) == 1) {
        take_duration(every_, "--every", options.every, every_least);
    }

    exit_code go() {
        return run_.run([this] {
            timer_.expires_at(std::chrono::steady_clock::now());
            look();
        });
    }

private:
    void look() {
        run_.broker().async_queues([this](error_code error, std::vector<queue_stats> queues) {
            if (error && !is_gone(error))
                return run_.fail(error);
            if (error) // the client connects again by itself
                std::cerr << "peyk: " << error.message() << "; going on\n";
            else if (!show(std::move(queues)))
                return;
            wait();
        });
    }
    static bool is_gone(error_code error) {
        return error == errc::unreachable || error == errc::timeout;
    }
    void wait() {
        auto const now = std::chrono::steady_clock::now();
        timer_.expires_at(std::max(timer_.expiry() + every_, now));
        timer_.async_wait([this](error_code error) {
            if (!error)
                look();
        });
    }

    // False: that was all.
    bool show(std::vector<queue_stats> queues) {
        choose(queues);
        if (auto const absent = missing(queues); !absent.empty()) {
            run_.fail(failure{exit_code::unknown,
                              "no queue '" + absent + "'; `peyk queue ls` shows those there are"});
            return false;
        }
        look_time const now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
        print(rates_.take(std::move(queues), now), now.wall);
        if (!std::cout.flush())
            run_.end(exit_code::internal);
        else if (left_ != 0 && --left_ == 0)
            run_.end(exit_code::ok);
        else
            return true;
        return false;
    }
    void choose(std::vector<queue_stats>& queues) const {
        if (names_.empty())
            return;
        std::erase_if(queues, [this](queue_stats const& queue) {
            return std::ranges::none_of(
                names_, [&](std::string const& name) { return matches(name, queue.name); });
        });
    }
    // A name, not a pattern, that is not there at the first look; later it may come and go.
    std::string missing(std::vector<queue_stats> const& queues) {
        if (std::exchange(is_begun_, true))
            return {};
        for (auto const& name : names_) {
            if (name.find('*') == std::string::npos &&
                std::ranges::find(queues, name, &queue_stats::name) == queues.end())
                return name;
        }
        return {};
    }

    void print(std::vector<queue_row> const& rows, time_point at) {
        if (common_.is_structured())
            return print_value_of(rows, at);
        if (is_block_)
            return print_block(rows);
        auto line = format_time(at);
        for (auto const& row : rows)
            line += (&row == rows.data() ? "  " : "; ") + one_line(row);
        print_line(line);
    }
    void print_value_of(std::vector<queue_row> const& rows, time_point at) const {
        json::array queues;
        for (auto const& row : rows)
            queues.push_back(present(row));
        print_one_of_many(common_,
                          json::object{{"at", format_time(at)}, {"queues", std::move(queues)}});
    }
    // In place of the block before.
    void print_block(std::vector<queue_row> const& rows) {
        auto const room = terminal_rows() - std::min<std::size_t>(terminal_rows() - 1, 2);
        json::array lines;
        for (auto const& row : rows) {
            if (lines.size() < room)
                lines.push_back(figures(row));
        }
        if (shown_ != 0)
            std::cout << "\033[" << shown_ << "A\033[J";
        print_table(lines, watch_columns);
        shown_ = lines.size() + 1;
    }

    live_run run_;
    asio::steady_timer timer_;
    common_options const& common_;
    queue_rates rates_;
    std::vector<std::string> names_;
    std::chrono::milliseconds every_{1'000};
    std::uint64_t left_;
    std::size_t shown_ = 0; // lines of the block on the screen
    bool is_block_;
    bool is_begun_ = false;
};

exit_code watch(common_options const& common, watch_options const& options) {
    return queue_watch{common, options}.go();
}

} // namespace

void add_queue_watch(CLI::App& queue, invocation& in) {
    auto const [command, options] =
        add_command(queue,
                    in,
                    {"watch",
                     "Figures and rates again and again; JSON is one object per line",
                     {"peyk queue watch", "peyk queue watch mail 'reports.*' --every 5s"}},
                    watch);
    command->add_option("name", options->names, "Queues, or patterns of names; else all");
    command->add_option("--every", options->every, "How often; 1s")->option_text("DURATION");
    command->add_option("--count,-n", options->count, "End after so many; else at Ctrl-C")
        ->check(whole_number_between(1, UINT64_MAX))
        ->option_text("N");
}

} // namespace peyk::cli
