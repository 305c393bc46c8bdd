#pragma once
// One message the broker knows: live, or final with a result that is kept. Small, because there
// are millions; what few of them need stands apart in entry_detail.

#include "broker/core/content.hpp"
#include "broker/core/deadline_index.hpp"
#include "broker/core/effect.hpp"
#include "broker/core/message.hpp"
#include "broker/core/record.hpp"
#include "broker/core/retained.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace peyk::core {

class lane;
struct consumer;
struct message_entry;
struct ordering_turn;
struct session;
struct watch_group;

// One message watched by one request. Linked to both; owned by its watch_group.
struct watch_link
    : boost::intrusive::list_base_hook<boost::intrusive::tag<struct watched_message_tag>>,
      boost::intrusive::list_base_hook<boost::intrusive::tag<struct watching_group_tag>> {
    message_entry* message = nullptr;
    watch_group* group = nullptr;
    std::uint64_t told_log = 0;                  // bytes of the log
    visible_state told = visible_state::unknown; // the last one
};

using message_watches =
    boost::intrusive::list<watch_link,
                           boost::intrusive::base_hook<boost::intrusive::list_base_hook<
                               boost::intrusive::tag<struct watched_message_tag>>>,
                           boost::intrusive::constant_time_size<false>>;

// What few publishers ask for.
struct entry_options {
    std::string unique_key;
    unique_until key_until = unique_until::finish;
    on_conflict conflict = on_conflict::reject;
    std::uint32_t key_ttl_s = 0;
    std::uint32_t max_age_s = 0;
    std::vector<std::uint32_t> retry_delays_ms;
    message_id root;
    message_id parent;
    std::uint32_t cost = 1;
    std::vector<std::string> tag_texts;
    std::vector<std::string_view> tags; // of tag_texts
    ordering_turn* turn = nullptr;      // of its ordering key, in its queue
};

// What a task said of itself while it ran.
struct entry_report {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string text;
    content_ptr checkpoint;
    std::string log;           // its last limits::log_bytes_max bytes, whole lines
    std::uint64_t log_end = 0; // bytes ever logged
};

// A live message: its last error. A final one: how it ended.
struct entry_detail {
    error_texts error;
    content_ptr result;
    std::string content_type;
    std::string worker;
    delivery_token settled_by;
    wall_time started = unset;
    wall_time finished = unset;
    wall_time until = never;
    core::death death = death::none;
    std::string_view origin; // the queue it died in, if another keeps it; lives with the process
    std::vector<attempt> history; // oldest first
    std::unique_ptr<entry_report> report;
    position moved_from = nowhere; // where the body is readable until the entry's record is durable
    bool expired = false;
    bool counted = false; // its size is in the estimate of memory
    message_watches watches;
};

// A delivery that is out. Ends with the session's grace period at the latest.
struct lease : boost::intrusive::list_base_hook<> { // linked in its holder's list
    delivery_token token;
    message_entry* message = nullptr;
    session* holder = nullptr;
    consumer* reader = nullptr; // whose credit it counts against; null: nobody's
    consumer_id reader_id;      // its name, for when the holder subscribes again
    bool reader_known = false;  // false after a restart, until then
    bool started = false;
    bool acknowledged = false; // early: the message is not delivered again if this is lost
    bool withheld = false;   // its delivery has not left
    wall_time began = unset; // when it was started; unset: it was not, or before the last start
    wall_time granted = unset; // when it was delivered; unset: before the last start
    wall_time until = never; // goes back then, by the policy of its queue
};

// Linked in its lane, or with those that wait for its ordering key, while ready; in the deadline
// index while it has a deadline.
struct message_entry final
    : retained,
      boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>> {
    message_entry() : retained(kind::message) {}

    std::uint32_t body_bytes = 0;
    std::uint32_t deadline_slot = no_deadline_slot;
    message_id id;
    message_number number;
    core::lane* lane = nullptr;
    core::lease* lease = nullptr; // while leased
    content_ptr body;             // null: empty, only on disk, or not needed any more
    std::unique_ptr<entry_detail> detail;
    std::unique_ptr<entry_options> options;
    wall_time published = unset;
    wall_time eta = unset;
    wall_time expires = unset;
    wall_time due = unset; // not delivered before; as the journal knows it
    core::counters counters;
    retry_policy retry;
    std::uint32_t result_ttl_s = 0;
    std::uint16_t max_crashes = 0;
    std::uint8_t priority = 0;
    message_state state = message_state::ready;
    bool keeps_result : 1 = false;
    bool track_started : 1 = false;
    bool retrying : 1 = false;     // the client sees RETRY, not PENDING
    bool body_on_disk : 1 = false; // the body was evicted
    // When it last became ready again, the low bits of Unix milliseconds: statistics need no more.
    // 0: it has been ready since it was published, or due. Not remembered.
    std::uint32_t ready_low = 0;

    [[nodiscard]] bool final() const { return state >= message_state::succeeded; }
    [[nodiscard]] entry_detail& details() {
        if (!detail) {
            detail = std::make_unique<entry_detail>();
        }
        return *detail;
    }
    [[nodiscard]] std::uint32_t cost() const { return options ? options->cost : 1; }
    [[nodiscard]] bool watched() const { return detail && !detail->watches.empty(); }
};
// 1 million messages of 128 bytes must fit in 400 MB, bodies and indexes included.
static_assert(sizeof(message_entry) <= 208);

// Higher priority first, then older first.
struct sooner {
    bool operator()(message_entry const& a, message_entry const& b) const {
        return a.priority != b.priority ? a.priority > b.priority : a.number < b.number;
    }
};

// The first `bytes_max` bytes of UTF-8 text, fewer rather than half a letter: the wire carries text
// and would refuse the half.
[[nodiscard]] std::string_view prefix(std::string_view text, std::size_t bytes_max);

// Cut to `bytes_max` together, the trace first.
[[nodiscard]] error_texts cut(task_error const& error, std::size_t bytes_max);

// What the client sees. `whole`: with history and log.
[[nodiscard]] visible_state visible(message_entry const& entry);
[[nodiscard]] visible_detail visible_detail_of(message_entry const& entry);
[[nodiscard]] status status_of(message_entry const& entry, bool whole = false);
// What came to its log after the first `told` bytes, as far as it is kept. Borrowed.
[[nodiscard]] std::string_view log_since(message_entry const& entry, std::uint64_t told);

// The message as its publisher handed it over, but for its body where that is not in memory.
[[nodiscard]] message message_of(message_entry const& entry);
// The same into a message as it is made, where it is wanted: it is large, and each is told twice.
void fill(message& to, message_entry const& entry);
// What few publishers ask for; null if this one asks for none of it.
[[nodiscard]] std::unique_ptr<entry_options> options_of(message const& from);
// Whether the message is not that way already.
[[nodiscard]] bool alters(message_edit const& change, message_entry const& entry);
// What its runs left behind. Borrowed.
[[nodiscard]] traces traces_of(message_entry const& entry);

// Estimates of the memory these take.
[[nodiscard]] std::uint64_t memory_cost(entry_detail const& detail);
[[nodiscard]] std::uint64_t memory_cost(entry_options const& options);

// Where the body can be read: the entry's own record, once that is durable.
[[nodiscard]] position body_position(message_entry const& entry, position durable);

} // namespace peyk::core
