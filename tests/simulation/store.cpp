#include "tests/simulation/store.hpp"

#include "broker/storage/file_log.hpp"

namespace peyk::simulation {

namespace {

constexpr char const* directory = "journal";
constexpr std::uint64_t plenty_bytes = std::uint64_t{1} << 40;

} // namespace

store::store(options const& with) : options_(with) {}

boost::system::result<storage::replay_report> store::open(storage::journal::visitor const& visit) {
    storage::file_log_options o;
    o.directory = directory;
    o.segment_bytes = options_.segment_bytes;
    o.ballast_bytes = 8 * options_.segment_bytes;
    o.free_bytes_min = 4 * options_.segment_bytes;
    o.background = false; // in the same order every time
    o.identity = 42;
    auto log = storage::file_log::open(files_, o);
    if (!log) {
        error_ = log.error().sentence();
        return log.error().code;
    }
    journal_ = std::make_unique<storage::journal>(std::move(*log), 2 * options_.segment_bytes);
    return journal_->recover(visit);
}

std::string store::last_error() const {
    return journal_ ? journal_->last_error() : error_;
}

void store::close() {
    journal_.reset();
}

void store::threaten(dice& chance) {
    if (chance.chance(700)) {
        files_.power_off_at(chance.between(1, 6));
    }
}

void store::crash(dice& chance) {
    // Only the process; the machine; or the machine in the middle of writing.
    static constexpr test::survival ways[] = {
        test::survival::everything, test::survival::synced_only, test::survival::random};
    files_.restart(ways[chance.below(3)], chance.next());
    journal_.reset();
}

void store::set_full(bool full) {
    if (!full) {
        files_.set_capacity(plenty_bytes);
    } else if (auto const space = files_.space(directory)) {
        files_.set_capacity(space->total - space->free + options_.segment_bytes);
    }
}

} // namespace peyk::simulation
