// What the journal costs: nanoseconds per add(), and cycles per second through add, seal and commit
// on a real disk, with a batch of 512 messages published, leased and forgotten.
//
//   journal_bench [DIRECTORY [SECONDS]]

#include "broker/storage/file_log.hpp"
#include "broker/storage/journal.hpp"
#include "broker/storage/posix_file_system.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

using namespace peyk;
using namespace peyk::storage;
using steady = std::chrono::steady_clock;

constexpr std::uint64_t cycles_per_batch = 512;

double seconds_since(steady::time_point start) {
    return std::chrono::duration<double>(steady::now() - start).count();
}

void add_cycle(journal& to, std::uint64_t n, std::string_view content) {
    static core::record::published published;
    published.number = {n};
    published.message.id = {n, ~n};
    published.message.queue = "default";
    published.message.task = "tasks.add";
    published.message.content = content;
    published.at = core::wall_time{core::duration{1'700'000'000'000}};
    published.session = {1, 2};
    published.sequence = {n};
    to.add(published);
    to.add(core::record::leased{{n}, {{1}, n}, {3, 4}});
    to.add(core::record::forgotten{{n}});
}

struct outcome {
    std::uint64_t cycles = 0;
    double adding_s = 0;
    double committing_s = 0;
};

outcome run(journal& journal, double seconds) {
    outcome out;
    std::string const content(128, 'x');
    for (auto const start = steady::now(); seconds_since(start) < seconds;) {
        auto const adding = steady::now();
        for (std::uint64_t i = 0; i < cycles_per_batch; ++i) {
            add_cycle(journal, ++out.cycles, content);
        }
        auto sealed = journal.seal();
        auto const committing = steady::now();
        if (!journal.commit(sealed)) {
            std::fprintf(stderr, "%s\n", journal.last_error().c_str());
            std::exit(EXIT_FAILURE);
        }
        out.committing_s += seconds_since(committing);
        out.adding_s += std::chrono::duration<double>(committing - adding).count();
        journal.recycle(std::move(sealed));
        journal.trim(position_of({out.cycles / cycles_per_batch}, 0)); // nothing is kept
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    std::string const directory = argc > 1 ? argv[1] : "journal_bench.tmp";
    double const seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 5;
    for (auto const mode : {sync_mode::always, sync_mode::interval, sync_mode::never}) {
        std::filesystem::remove_all(directory);
        posix_file_system files;
        file_log_options options;
        options.directory = directory;
        options.sync = mode;
        auto log = file_log::open(files, options);
        if (!log) {
            std::fprintf(stderr, "%s\n", log.error().sentence().c_str());
            return EXIT_FAILURE;
        }
        journal journal{std::move(*log)};
        if (!journal.recover([](auto const&, auto, auto) {})) {
            return EXIT_FAILURE;
        }
        auto const out = run(journal, seconds);
        auto const cycles = static_cast<double>(out.cycles);
        std::printf("%-8s %9.0f cycles/s  %6.0f ns/add  %7.0f us/commit of %u cycles\n",
                    mode == sync_mode::always     ? "always"
                    : mode == sync_mode::interval ? "interval"
                                                  : "never",
                    cycles / (out.adding_s + out.committing_s),
                    out.adding_s * 1e9 / (3 * cycles),
                    out.committing_s * 1e6 * cycles_per_batch / cycles,
                    static_cast<unsigned>(cycles_per_batch));
    }
    std::filesystem::remove_all(directory);
    return EXIT_SUCCESS;
}
