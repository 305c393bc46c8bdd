#include "broker/storage/verify.hpp"

#include "broker/storage/journal_scan.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace peyk::storage {

std::string_view record_kind_name(std::size_t index) {
    // In the order of core::any_record.
    static constexpr std::array<std::string_view, record_kinds> names{
        "epoch_started", "stopped_cleanly", "session_opened", "session_ended", "published",
        "message_kept", "leased", "requeued", "rescheduled", "edited", "moved", "redriven",
        "reported", "started", "finished", "forgotten", "queue_created", "queue_deleted",
        "policy_set", "policy_removed", "hold_set", "hold_released", "limit_set", "limit_spent",
        "share_set", "unique_taken", "schedule_set", "schedule_removed", "slots_skipped",
        "sweep_began", "sweep_ended"};
    return names.at(index);
}

checked<journal_summary>
verify(file_system& files, std::string const& directory, verify_options const& options) {
    std::unique_ptr<file_lock> lock;
    if (!options.force) {
        // Listed first: asking for the lock would make the file in a directory of others.
        auto const names = files.list(directory);
        if (!names) {
            return system_fault(names.error(), directory, "listing");
        }
        bool const lockable =
            std::find(names->begin(), names->end(), file_name::lock) != names->end();
        if (lockable) {
            auto taken = files.lock(join(directory, file_name::lock), lock_mode::shared);
            if (!taken && taken.error() == errc::locked) {
                return fault{errc::locked,
                             directory,
                             0,
                             "a broker uses the journal; stop it, or look anyway with --force"};
            }
            if (!taken) {
                return system_fault(taken.error(), directory, "locking");
            }
            lock = std::move(*taken);
        }
    }
    auto scanned = scan_journal(files, directory, options.progress);
    if (!scanned) {
        return scanned.error();
    }
    return std::move(scanned->summary);
}

} // namespace peyk::storage
