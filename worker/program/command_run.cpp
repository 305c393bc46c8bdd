#include "worker/program/command_run.hpp"

#include <boost/algorithm/string/join.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <exception>
#include <optional>
#include <stop_token>
#include <utility>

namespace peyk::program {
namespace {

namespace asio = boost::asio;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
// Of standard error in the message of a failure.
constexpr std::size_t last_lines_max = 10;
// What has left the group of a command may hold its pipes for ever: so long they are read on.
constexpr std::chrono::milliseconds left_open_max{1'000};

// "3 10 ten is what there is": done, total and text; the last two may be missing.
struct told_progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string_view text = {};
};

bool take_number(std::string_view& from, std::uint64_t& to) {
    auto const* const end = from.data() + from.size();
    auto const read = std::from_chars(from.data(), end, to);
    if (read.ec != std::errc{} || (read.ptr != end && *read.ptr != ' '))
        return false;
    from.remove_prefix(static_cast<std::size_t>(read.ptr - from.data()));
    from.remove_prefix(std::min(from.find_first_not_of(' '), from.size()));
    return true;
}

std::optional<told_progress> read_progress(std::string_view line) {
    told_progress told;
    if (!take_number(line, told.done) || (!line.empty() && !take_number(line, told.total)))
        return std::nullopt;
    told.text = line;
    return told;
}

} // namespace

pipe_reader::pipe_reader(asio::any_io_executor on, descriptor from, taker take)
    : from_(std::move(on), from.release()), take_(std::move(take)) {}

asio::awaitable<void> pipe_reader::run() {
    std::array<char, 16 * 1024> bytes; // NOLINT(*-member-init): read before it is looked at
    while (true) {
        auto const [error, count] = co_await from_.async_read_some(asio::buffer(bytes), quietly);
        if (error)
            co_return;
        take_(std::string_view{bytes.data(), count});
    }
}

void pipe_reader::close() {
    boost::system::error_code ignored;
    from_.close(ignored);
}

command_run::command_run(asio::any_io_executor on,
                         child_start const& what,
                         group_keeper const& keeper,
                         context& of)
    : on_(std::move(on)), of_(of), child_(what, keeper), ended_(on_, child_.take_end().release()),
      all_read_(on_),
      output_(on_, child_.take_output(), [this](std::string_view bytes) { take_output(bytes); }),
      errors_(on_, child_.take_errors(), [this](std::string_view bytes) { take_errors(bytes); }),
      progress_(
          on_, child_.take_progress(), [this](std::string_view bytes) { take_progress(bytes); }) {}

asio::awaitable<command_end> command_run::end() {
    for (auto* reader : {&output_, &errors_, &progress_})
        start(*reader);
    {
        // They are gone before its id may be that of another process.
        std::stop_callback const ask{of_.stop_token(), [this] {
                                         child_.signal(SIGTERM);
                                     }};
        std::stop_callback const kill{of_.kill_token(), [this] {
                                          child_.signal(SIGKILL);
                                      }};
        // Asio may wake for an event of a descriptor that had this place before.
        do
            co_await ended_.async_wait(asio::posix::descriptor_base::wait_read, quietly);
        while (!child_.has_ended());
    }
    child_.signal(SIGKILL); // what it left running
    co_await wait_for_readers(left_open_max);
    for (auto* reader : {&output_, &errors_, &progress_})
        reader->close();
    co_await wait_for_readers(std::chrono::milliseconds::max());
    made_.status = child_.reap();
    if (auto const rest = error_lines_.rest(); !rest.empty())
        keep_errors({rest});
    if (auto const rest = progress_lines_.rest(); !rest.empty())
        tell_progress(rest);
    made_.last_errors = boost::algorithm::join(last_errors_, "\n");
    co_return std::move(made_);
}

void command_run::start(pipe_reader& reader) {
    ++reading_;
    asio::co_spawn(on_, reader.run(), [this](std::exception_ptr) {
        if (--reading_ == 0)
            all_read_.cancel();
    });
}

asio::awaitable<void> command_run::wait_for_readers(std::chrono::milliseconds most) {
    if (reading_ == 0)
        co_return;
    if (most == std::chrono::milliseconds::max())
        all_read_.expires_at(asio::steady_timer::time_point::max());
    else
        all_read_.expires_after(most);
    co_await all_read_.async_wait(quietly);
}

void command_run::take_output(std::string_view bytes) {
    if (made_.output.size() + bytes.size() <= output_bytes_max) {
        made_.output += bytes;
    } else if (!std::exchange(made_.too_much, true)) {
        child_.signal(SIGKILL);
    }
}

void command_run::take_errors(std::string_view bytes) {
    keep_errors(error_lines_.take(bytes));
}

void command_run::keep_errors(std::vector<std::string> const& lines) {
    if (lines.empty())
        return;
    of_.log(boost::algorithm::join(lines, "\n"));
    for (auto const& each : lines) {
        last_errors_.push_back(each);
        if (last_errors_.size() > last_lines_max)
            last_errors_.pop_front();
    }
}

void command_run::take_progress(std::string_view bytes) {
    for (auto const& line : progress_lines_.take(bytes))
        tell_progress(line);
}

void command_run::tell_progress(std::string const& line) {
    if (auto const told = read_progress(line))
        of_.progress(told->done, told->total, told->text);
    else
        of_.log(log_level::warning, "no progress (\"done total text\"): " + line);
}

} // namespace peyk::program
