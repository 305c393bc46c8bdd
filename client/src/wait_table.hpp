#pragma once
// Who waits for which message to become final. Waits for one message share one watch, and waits
// made in one turn share one frame. Sans-io.

#include "client/src/publish_window.hpp"
#include <peyk/asio.hpp>
#include <peyk/error.hpp>
#include <peyk/status.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace peyk {

using wait_handler = completion<error_code, status>;

class wait_table {
public:
    // steady_time::max(): for ever. Returns a number for remove().
    std::uint64_t add(message_id id, steady_time deadline, wait_handler handler);
    // Its handler is dropped. Nothing if it has been taken out already.
    void remove(message_id id, std::uint64_t number);

    // Appends Watch frames for what is not watched yet and Unwatch frames for what nobody waits
    // for.
    void stage(std::string& out, std::size_t batch_max, std::uint64_t& next_request);

    // A final or unknown state has come; takes out everybody who waited for it.
    [[nodiscard]] std::vector<wait_handler> take(message_id id);
    // A Watch was refused; false: the request is none of ours.
    bool refuse(std::uint64_t request, std::vector<wait_handler>& out);
    // True if the request is a watch of this table.
    [[nodiscard]] bool owns(std::uint64_t request) const { return watches_.contains(request); }

    [[nodiscard]] std::vector<wait_handler> take_expired(steady_time now);
    [[nodiscard]] std::vector<wait_handler> take_all();
    // After a reconnect everything is watched anew.
    void rewind();

    [[nodiscard]] bool has_unsent() const { return !unwatched_.empty() || !unwatch_.empty(); }
    [[nodiscard]] steady_time next_deadline() const;

private:
    struct waiter {
        std::uint64_t number = 0;
        steady_time deadline;
        wait_handler handler;
    };
    struct entry {
        std::vector<waiter> waiters; // never empty
        std::uint64_t watch = 0;     // request of its Watch; 0: not sent
    };
    struct deadline_key {
        steady_time at;
        std::uint64_t number = 0;
        message_id id;
        auto operator<=>(deadline_key const&) const = default;
    };

    using entries = std::unordered_map<message_id, entry>;

    wait_handler take_waiter(entries::iterator from, std::uint64_t number);
    void leave(entry const& gone);

    entries entries_;
    std::vector<message_id> unwatched_;
    std::map<std::uint64_t, std::size_t> watches_; // request -> messages still waited for
    std::vector<std::uint64_t> unwatch_;           // watches nobody needs any more
    std::set<deadline_key> deadlines_;
    std::uint64_t next_number_ = 1;
};

} // namespace peyk
