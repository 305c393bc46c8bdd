#include "client/cli/exit_code.hpp"

#include <array>
#include <iomanip>
#include <ostream>

namespace peyk::cli {
namespace {

struct meaning {
    exit_code code;
    std::string_view text;
};

constexpr std::array<meaning, 10> meanings{{
    {exit_code::ok, "it is done"},
    {exit_code::negative,
     "the answer is no: the task failed, was cancelled or is not finished yet, the message is in\n"
     "       a state the command is not for, a question was answered with no, a worker refused or\n"
     "       did not answer, a journal has damage"},
    {exit_code::usage, "the command line makes no sense; `peyk COMMAND --help` shows examples"},
    {exit_code::unreachable, "no broker answers at the address"},
    {exit_code::timeout,
     "the time given by --timeout is over; what was asked for may still happen"},
    {exit_code::unknown,
     "no message, queue, policy, pause, limit, worker, schedule or sweep of that name is known"},
    {exit_code::refused, "the broker refused; its reason is printed"},
    {exit_code::internal, "anything else: a file that cannot be read, a bug"},
    {exit_code::conflict, "not published: another message has the unique key; its id is printed"},
    {exit_code::interrupted, "Ctrl-C; what goes on in the broker is named, with how to stop it"},
}};

// What to do about a refusal, where that is not in its words; else nothing.
std::string_view remedy(error_code code) {
    if (code.category() != error_category())
        return {};
    switch (static_cast<errc>(code.value())) {
    case errc::queue_full:
        return "; `peyk policy explain QUEUE` shows its limits";
    case errc::queue_draining:
        return "; `peyk queue open QUEUE` lets publishers in again";
    case errc::queue_not_empty:
        return "; `peyk queue delete QUEUE --purge` empties it first";
    case errc::memory_full:
    case errc::disk_full:
        return "; `peyk broker` shows how full it is, and what is consumed or purged makes room";
    default:
        return {};
    }
}

} // namespace

exit_code exit_code_of(error_code code) {
    if (!code)
        return exit_code::ok;
    if (code.category() != error_category())
        return exit_code::internal;
    switch (static_cast<errc>(code.value())) {
    case errc::ok:
        return exit_code::ok;
    case errc::timeout:
        return exit_code::timeout;
    case errc::unreachable:
        return exit_code::unreachable;
    case errc::unknown_message:
    case errc::unknown_queue:
    case errc::unknown_schedule:
    case errc::unknown_policy:
    case errc::unknown_hold:
    case errc::unknown_sweep:
    case errc::unknown_limit:
    case errc::unknown_worker:
        return exit_code::unknown;
    case errc::unique_conflict:
        return exit_code::conflict;
    case errc::already_final:
    case errc::message_leased:
    case errc::not_final:
    case errc::not_dead:
    case errc::task_failed:
    case errc::task_revoked:
        return exit_code::negative;
    case errc::invalid_url:
    case errc::invalid_filter:
        return exit_code::usage;
    case errc::closed:
    case errc::cancelled:
    case errc::protocol_error:
    case errc::would_deadlock:
    case errc::invalid_json:
        return exit_code::internal;
    default:
        return exit_code::refused;
    }
}

std::string advice(error const& what, std::string_view url) {
    std::string const at{url};
    std::string said = what.what();
    // The broker's own words say more than those of the code behind them.
    auto const code = ": " + what.code().message();
    if (said.size() > code.size() && said.ends_with(code))
        said.resize(said.size() - code.size());
    else if (said.starts_with(": "))
        said.erase(0, 2);
    switch (exit_code_of(what.code())) {
    case exit_code::unreachable:
        return "no broker answers at " + at +
               "; start one with `peyk-broker`, or name another with --url, --context or PEYK_URL";
    case exit_code::timeout:
        return "no answer from " + at + " in time; give it longer with --timeout";
    case exit_code::usage:
        return "'" + at + "' is no address of a broker; write it as peyk://host:7420";
    case exit_code::refused:
        return "the broker refused: " + said + std::string{remedy(what.code())};
    default:
        return said;
    }
}

void print_exit_codes(std::ostream& out) {
    out << "Exit codes, the same for every command:\n\n";
    for (auto const& each : meanings)
        out << std::setw(5) << static_cast<int>(each.code) << "  " << each.text << '\n';
}

} // namespace peyk::cli
