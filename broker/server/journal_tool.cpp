#include "broker/server/journal_tool.hpp"

#include "broker/storage/posix_file_system.hpp"
#include "broker/storage/verify.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

namespace peyk::server {

namespace {

namespace json = boost::json;

struct tool_arguments {
    std::string directory;
    std::string output = "text";
    bool force = false;
    bool consent = false;

    [[nodiscard]] bool as_json() const { return output == "json"; }
};

json::value to_json(std::optional<storage::fault> const& fault) {
    if (!fault) {
        return nullptr;
    }
    return {{"code", fault->code.message()},
            {"file", fault->file},
            {"offset", fault->offset},
            {"text", fault->text}};
}

void print_json(storage::journal_summary const& found, std::ostream& out) {
    json::object records;
    for (std::size_t i = 0; i < found.records_of_kind.size(); ++i) {
        records[storage::record_kind_name(i)] = found.records_of_kind[i];
    }
    out << json::serialize(json::value{{"whole", !found.first_fault},
                                       {"segments", found.segments},
                                       {"batches", found.batches},
                                       {"first_batch", found.first.value},
                                       {"next_batch", found.next.value},
                                       {"payload_bytes", found.payload_bytes},
                                       {"torn_bytes", found.torn_bytes},
                                       {"records", records},
                                       {"fault", to_json(found.first_fault)}})
        << '\n';
}

void print_text(storage::journal_summary const& found, std::ostream& out) {
    out << found.segments << " segments, " << found.batches << " batches, " << found.records
        << " records, " << found.payload_bytes << " bytes\n";
    for (std::size_t i = 0; i < found.records_of_kind.size(); ++i) {
        if (found.records_of_kind[i] != 0) {
            out << "  " << storage::record_kind_name(i) << ' ' << found.records_of_kind[i] << '\n';
        }
    }
    if (found.torn_bytes != 0) {
        out << found.torn_bytes
            << " bytes of a torn tail: never confirmed, cut off at the next start\n";
    }
    if (found.first_fault) {
        out << "DAMAGED " << found.first_fault->sentence() << '\n';
    } else {
        out << "the journal is whole\n";
    }
}

void print_json(storage::repair_report const& done, std::ostream& out) {
    json::array files;
    for (auto const& path : done.salvaged) {
        files.emplace_back(path);
    }
    out << json::serialize(json::value{{"repaired", done.found.has_value()},
                                       {"fault", to_json(done.found)},
                                       {"next_batch", done.next.value},
                                       {"salvaged_bytes", done.salvaged_bytes},
                                       {"salvaged_files", files}})
        << '\n';
}

void print_text(storage::repair_report const& done, std::ostream& out) {
    if (!done.found) {
        out << "the journal is whole; nothing was changed\n";
        return;
    }
    out << "found: " << done.found->sentence() << '\n'
        << "the journal now ends before batch " << done.next.value << '\n';
    for (auto const& path : done.salvaged) {
        out << "cut off and kept in " << path << '\n';
    }
}

// One line that is written over, ten times a second at most, when people are watching.
storage::verify_progress progress_line() {
    if (::isatty(STDERR_FILENO) == 0) {
        return {};
    }
    using clock = std::chrono::steady_clock;
    return [said = clock::time_point{}](storage::journal_summary const& found) mutable {
        if (clock::now() - said < std::chrono::milliseconds{100}) {
            return;
        }
        said = clock::now();
        std::cerr << '\r' << found.batches << " batches, " << (found.payload_bytes >> 20) << " MiB"
                  << std::flush;
    };
}

void end_progress_line() {
    if (::isatty(STDERR_FILENO) != 0) {
        std::cerr << "\r\033[K" << std::flush;
    }
}

tool_exit failed(storage::fault const& why) {
    std::cerr << "peyk-broker journal: " << why.sentence() << '\n';
    return tool_exit::failed;
}

tool_exit run_verify(tool_arguments const& args, std::ostream& out) {
    storage::posix_file_system files;
    auto const found =
        storage::verify(files, args.directory, {.force = args.force, .progress = progress_line()});
    end_progress_line();
    if (!found) {
        return failed(found.error());
    }
    args.as_json() ? print_json(*found, out) : print_text(*found, out);
    return found->first_fault ? tool_exit::damaged : tool_exit::sound;
}

tool_exit run_repair(tool_arguments const& args, std::ostream& out) {
    if (!args.consent) {
        std::cerr << "peyk-broker journal repair cuts the journal at its first fault: what stands "
                     "behind it is lost to the broker, and kept in files named *.salvage. Say "
                     "--accept-loss to do so; 'journal verify' shows the fault.\n";
        return tool_exit::usage;
    }
    storage::posix_file_system files;
    auto const done = storage::repair(files, args.directory);
    if (!done) {
        return failed(done.error());
    }
    args.as_json() ? print_json(*done, out) : print_text(*done, out);
    return tool_exit::sound;
}

void add_common(CLI::App& to, tool_arguments& args) {
    to.add_option("directory", args.directory, "the journal's directory")->required();
    to.add_option("-o,--output", args.output, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
}

} // namespace

int run_journal_tool(std::span<char const* const> args, std::ostream& out) {
    CLI::App app{"Looks at a journal, and repairs it", "peyk-broker journal"};
    app.require_subcommand(1);
    app.footer("exit: 0 whole or repaired, 1 damaged, 2 usage, 3 nothing could be looked at");
    tool_arguments given;
    auto* const verify = app.add_subcommand("verify", "say whether it is whole, and where not");
    add_common(*verify, given);
    verify->add_flag("--force", given.force, "look although a broker uses it");
    auto* const repair = app.add_subcommand("repair", "cut it at its first fault");
    add_common(*repair, given);
    repair->add_flag("--accept-loss", given.consent, "yes, cut off what stands behind the fault");

    try {
        std::vector<std::string> words{args.rbegin(), args.rend()}; // CLI11 takes them from the end
        app.parse(std::move(words));
    } catch (CLI::ParseError const& why) {
        bool const asked = why.get_exit_code() == 0; // --help
        app.exit(why, out, std::cerr);
        return static_cast<int>(asked ? tool_exit::sound : tool_exit::usage);
    }
    return static_cast<int>(verify->parsed() ? run_verify(given, out) : run_repair(given, out));
}

} // namespace peyk::server
