#pragma once
// The watches of watcher objects: which updates are theirs and what nobody has read yet. Sans-io.

#include "client/src/completion_queue.hpp"
#include "client/src/publish_window.hpp"
#include <peyk/error.hpp>
#include <peyk/status.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace peyk {

using watch_handler = completion<error_code, std::optional<status>>;

// One watcher's side. Belongs to the session's executor.
class watch_state {
public:
    watch_state(std::vector<message_id> ids, bool reports);

    // The next update, or the one after it that is not known yet.
    void next(steady_time deadline, watch_handler handler, completion_queue& due);
    void update(status what, bool last, completion_queue& due);
    void fail(error_code why, completion_queue& due);
    void expire(steady_time now, completion_queue& due);

    [[nodiscard]] std::vector<message_id> const& open_ids() const { return open_; }
    [[nodiscard]] bool wants_reports() const { return reports_; }
    [[nodiscard]] bool is_over() const { return open_.empty() || error_; }
    [[nodiscard]] steady_time deadline() const { return deadline_; }

private:
    void match(completion_queue& due);
    [[nodiscard]] bool is_news(status& what);
    void queue_unread(status what);

    bool reports_;
    std::vector<message_id> open_;                // more updates may come
    std::unordered_map<message_id, status> seen_; // after a reconnect the same state comes again
    std::deque<status> unread_;                   // bounded by updates_max
    std::optional<watch_handler> waiting_;
    steady_time deadline_ = steady_time::max();
    error_code error_;
};

class watch_table {
public:
    void add(std::shared_ptr<watch_state> state) { unsent_.push_back(std::move(state)); }
    void remove(watch_state const& state);

    // In frames of at most `batch_max` messages.
    void stage(std::string& out, std::size_t batch_max, std::uint64_t& next_request);
    // False: the request is none of these.
    bool update(std::uint64_t request, status what, bool last, completion_queue& due);
    bool refuse(std::uint64_t request, error_code why, completion_queue& due);
    void fail_all(error_code why, completion_queue& due);
    void expire(steady_time now, completion_queue& due);
    void rewind();

    [[nodiscard]] bool has_unsent() const { return !unsent_.empty() || !unwatch_.empty(); }
    [[nodiscard]] steady_time next_deadline() const;

private:
    void drop(watch_state const& state);

    std::vector<std::shared_ptr<watch_state>> unsent_;
    // By request; what takes several stands under each, one after the other.
    std::map<std::uint64_t, std::shared_ptr<watch_state>> open_;
    std::vector<std::uint64_t> unwatch_;
};

} // namespace peyk
