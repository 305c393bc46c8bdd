#pragma once
// What a broker_state is made of, and the moments in the life of a message. Internal to the core:
// each group of functions stands in the source file named beside it.

#include "broker/core/broker_state.hpp"
#include "broker/core/deadline_index.hpp"
#include "broker/core/delivery_table.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/message_index.hpp"
#include "broker/core/name_table.hpp"
#include "broker/core/queue.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/retry_policy.hpp"
#include "broker/core/session.hpp"
#include "broker/core/slab.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace peyk::core {

// The broker's own record of its epoch.
struct epoch_mark final : retained {
    epoch_mark() : retained(kind::epoch) {}
    broker_epoch epoch;
    wall_time since = unset;
};

// How a message ends. Texts are borrowed.
struct ending {
    message_state state = message_state::succeeded;
    bool expired = false;
    std::string_view result;
    std::string_view content_type;
    task_error error;
    delivery_token settled_by;
    std::string_view worker;
};

struct broker_state::members {
    members(limits const& given, std::uint64_t seed);
    ~members();
    members(members const&) = delete;
    members& operator=(members const&) = delete;

    // broker_state.cpp: every call is between these two.
    void begin(moment at, output& into);
    void end();

    // publishing.cpp
    void apply(publish const& command);
    errc accept(publish const& command, std::size_t index, session& from);
    errc check(message const& offered) const;
    interned_name* queue_named(std::string_view text, errc& why);
    message_entry* make_entry(message const& from, message_number number, core::queue& into);

    // sessions.cpp
    void apply(connect const& command);
    void apply(disconnect const& command);
    session* find_session(session_id id);
    session* client(session_id id, request_id request); // refuses what comes from a stranger
    session* open_session(session_id id);
    void record_session(session& of, bool consumes);
    void drop_connection(session& of);
    void lose_connection(session& of);
    void end_lost_session(session& of);
    void forget_session(session& of);
    void session_due(session& of);
    void no_longer_awaited(session& of);
    void set_deadline(session& of);

    // resuming.cpp
    void resume(session& with, connect const& command, std::vector<held_delivery>& lost);
    bool adopt(session& by, held_delivery const& held);
    message_entry* adoptable(held_delivery const& held);

    // consuming.cpp
    void apply(subscribe const& command);
    void apply(unsubscribe const& command);
    void apply(set_credit const& command);
    errc check(subscribe const& command, session const& by) const;
    errc add_sources(consumer& to, subscribe const& command);
    void attach_leases(session& of, consumer& to);
    void drop_consumer(session& of, consumer& dropped);

    // dispatching.cpp
    void touch(core::queue& q);
    void touch(consumer& c);
    void match();
    void feed(core::queue& q);
    void deliver(message_entry& e, consumer& to);
    lease& grant(message_entry& e, delivery_token token, session& to);
    void make_ready(message_entry& e);
    void release_dispatch();

    // settling.cpp
    void apply(settle const& command);
    void apply(start const& command);
    void apply(extend const& command);
    errc settle_one(session& by, settlement const& one);
    void succeed(lease& l, verdict::success const& how);
    void fail(lease& l, verdict::failure const& how);
    void retry_later(lease& l, wall_time due, task_error const& error);
    void fail_finally(lease& l, task_error const& error);
    void mark_started(lease& l);
    void end_lost_lease(lease& l);

    // ending.cpp
    void apply(cancel const& command);
    errc cancel_one(message_id id, std::string_view reason);
    void withdraw(message_entry& e);
    message_entry& take_back(lease& l);
    void put_back(message_entry& e, wall_time due, bool with_error = false);
    void give_back(message_entry& e);
    void record_requeued(message_entry& e, task_error const& error = {});
    void finish(message_entry& e, ending const& how);
    void keep_ending(message_entry& e, ending const& how, wall_time until);
    void expire(message_entry& e);
    void forget(message_entry& e);
    void drop(message_entry& e);
    void record_finished(message_entry& e, retained* owner);
    void set_deadline(message_entry& e);
    void set_state(message_entry& e, message_state state);
    void set_error(message_entry& e, task_error const& error);
    void release_body(message_entry& e);

    // watching.cpp
    void apply(get const& command);
    void apply(watch const& command);
    void apply(unwatch const& command);
    void notify(message_entry& e);
    void drop_watches(session& of);
    void drop_watch(watch_group& group, watch_link& link);

    // deadlines.cpp
    void advance();
    void message_due(message_entry& e);
    [[nodiscard]] deadline next_deadline() const;

    // replaying.cpp
    message_entry* numbered(message_number number);
    session& replayed_session(session_id id);
    void end_replayed_lease(message_entry& e, bool settled);
    void lease_replayed(message_entry& e, delivery_token token, session_id to);
    void replay(record::epoch_started const& fact);
    void replay(record::stopped_cleanly const& fact);
    void replay(record::session_opened const& fact);
    void replay(record::session_ended const& fact);
    void replay(record::published const& fact);
    void replay(record::message_kept const& fact);
    void replay(record::leased const& fact);
    void replay(record::requeued const& fact);
    void replay(record::started const& fact);
    void replay(record::finished const& fact);
    void replay(record::forgotten const& fact);
    message_entry* replay_message(message const& from, message_number number, wall_time at);
    void keep_or_leave_body(message_entry& e, std::string_view bytes);

    // recovering.cpp
    void recovered();
    void recover_sessions();

    // retaining.cpp
    void placed(retained& what, position at, std::uint32_t bytes);
    void durable_up_to(position at);
    bool relocate(position before, std::size_t bytes_max);
    std::size_t relocate(retained& what);
    std::size_t relocate(message_entry& e);
    void evict(message_entry& e);

    // broker_stats.cpp
    [[nodiscard]] broker_stats stats() const;
    [[nodiscard]] std::uint64_t memory_bytes() const;
    [[nodiscard]] std::uint64_t fingerprint() const;

    limits const bounds;
    jitter_source random;
    publish_gate gate = publish_gate::open;

    // Of the call under way.
    moment now{};
    output* out = nullptr;

    name_table names;
    std::vector<std::unique_ptr<core::queue>> queue_list; // in the order of creation
    std::map<std::string_view, core::queue*> queues;      // by name, for people
    slab<message_entry> entry_memory;
    message_index messages;
    journal_order order;
    std::map<session_id, std::unique_ptr<session>> sessions;
    delivery_table deliveries;
    deadline_index<wall_time, message_entry> wall;
    deadline_index<steady_time, session> steady;
    std::vector<core::queue*> touched;

    epoch_mark mark;
    message_number last_number;
    std::uint64_t last_delivery = 0;

    // After an unclean start.
    bool holding = false; // dispatch waits
    std::size_t awaited = 0;
    steady_time settling_end{};

    // During replay.
    boost::unordered_flat_map<std::uint64_t, message_entry*> by_number;
    bool stopped_cleanly = true;
    retained* replayed = nullptr; // what the fact being replayed belongs to

    // Ended by the call before or the one under way: records in `out` may still speak of them.
    std::vector<message_entry*> ended_messages;
    std::vector<std::unique_ptr<session>> ended_sessions;

    // Bodies: those written while memory is over its limit wait here until they may leave.
    struct written {
        message_id id;
        position at;
    };
    std::deque<written> fresh;
    position durable{0};

    broker_stats counted; // the counters among them
    std::uint64_t detail_bytes = 0;
};

} // namespace peyk::core
