#pragma once
// What a broker_state is made of, and the moments in the life of a message. Internal to the core:
// each group of functions stands in the source file named beside it.

#include "broker/core/broker_state.hpp"
#include "broker/core/census.hpp"
#include "broker/core/deadline_index.hpp"
#include "broker/core/delivery_table.hpp"
#include "broker/core/ending.hpp"
#include "broker/core/epoch_mark.hpp"
#include "broker/core/limit_rules.hpp"
#include "broker/core/limiter.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/message_index.hpp"
#include "broker/core/name_table.hpp"
#include "broker/core/publication.hpp"
#include "broker/core/queue.hpp"
#include "broker/core/retry_policy.hpp"
#include "broker/core/schedule_entry.hpp"
#include "broker/core/session.hpp"
#include "broker/core/slab.hpp"
#include "broker/core/sweep.hpp"
#include "broker/core/unique_key.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace peyk::core {

struct broker_state::members {
    members(limits const& given, std::uint64_t seed, time_zones const* known_zones);
    ~members();
    members(members const&) = delete;
    members& operator=(members const&) = delete;

    // broker_state.cpp: every call is between these two.
    void begin(moment at, output& into);
    void end();

    // A record of this kind, to be filled in.
    template <class Fact>
    Fact& remember() {
        return std::get<Fact>(out->records.emplace_back(std::in_place_type<Fact>));
    }

    // publishing.cpp
    void apply(publish const& command);
    acceptance accept(message const& offered, publication const& by);
    [[nodiscard]] acceptance
    take_in(message const& offered, publication const& by, core::queue& into);
    [[nodiscard]] acceptance publish_one(message const& offered, publication const& by);
    [[nodiscard]] acceptance admit(message const& offered, core::queue& into, bool& blocked);
    void enqueue(message_entry& e, bool blocked);
    [[nodiscard]] errc check(message const& offered) const;
    interned_name* queue_named(std::string_view text, errc& why);
    message_entry* make_entry(message const& from, message_number number, core::queue& into);

    // unique_keys.cpp
    [[nodiscard]] key_claim claim_key(message const& offered) const;
    [[nodiscard]] bool key_taken(message_entry const& e) const; // another has what it had once
    void take_key(message_entry& e);                            // nobody has it
    void regain_key(message_entry& e); // it is redriven, and nobody else has it
    void wait_for_key(message_entry& e);
    void pass_key(unique_key& key); // to who waits for it; nobody: it is free
    void drop_key(unique_key& key);
    void key_started(message_entry& e); // it is being delivered
    void key_final(message_entry& e);   // its end is recorded
    unique_key& key_named(std::string_view key);
    void replay(record::unique_taken const& fact);
    void recover_keys();

    // queue_policies.cpp
    void apply(create_queue const& command);
    void apply(delete_queue const& command);
    void apply(set_policy const& command);
    void apply(remove_policy const& command);
    errc configure(set_policy const& policy);
    errc check(set_policy const& policy) const;
    using policy_map = std::map<std::string, std::unique_ptr<queue_policy>, std::less<>>;
    static queue_policy& put_policy(policy_map& into, set_policy const& policy);
    void record_policy(queue_policy& p);
    void policy_changed(queue_policy const& changed);
    void unlist(core::queue& gone);
    [[nodiscard]] std::vector<policy_stats> policy_list() const;
    void apply_policies(core::queue& to); // finds the one in force
    void enforce(core::queue& on, queue_policy const* policy);
    void recover_queues();
    [[nodiscard]] duration dead_ttl(core::queue const& of) const;
    [[nodiscard]] std::uint16_t max_crashes(message_entry const& e) const;
    void replay(record::queue_created const& fact);
    void replay(record::queue_deleted const& fact);
    void replay(record::policy_set const& fact);
    void replay(record::policy_removed const& fact);

    // placing.cpp: which place a message has
    [[nodiscard]] std::optional<place_key> place_of(message const& offered); // none: too many names
    // The first field that is wrong; empty: none is.
    [[nodiscard]] std::string_view misplaced(placement const& given,
                                             std::span<std::string_view const> tags) const;
    label_set const* labels_named(std::span<std::string_view const> labels);
    [[nodiscard]] bool lacks_place(message const& offered, core::queue& into);
    void touch_turn(message_entry& e);
    void regroup(message_entry& e); // final and no dead letter: needs no place of its own any more

    // limiting.cpp: commands and records
    void apply(set_limit const& command);
    void apply(remove_limit const& command);
    errc configure(set_limit const& limit);
    void replay(record::limit_set const& fact);
    void replay(record::limit_spent const& fact);
    errc check(limit_names const& patterns, limit_settings const& settings) const;
    void put_limit(owned_limit_names const& patterns, limit_settings const& settings);
    void drop_limit(owned_limit_names const& patterns);
    void drop_useless_limits();
    // These two return the size of what they say.
    std::size_t record_limit(limit_rule& r); // and what its limiters owe
    std::size_t record_configured_debts(); // their limits have no record that could say it
    std::size_t record_debts(limiter const& l);
    [[nodiscard]] std::vector<limit_stats> limit_list() const;
    [[nodiscard]] std::vector<limiter_stats>
    limiter_list(limit_names const& of, std::size_t count_max, wall_time at) const;

    // sharing.cpp
    void apply(set_share const& command);
    errc configure(set_share const& share);
    errc check(set_share const& share) const;
    using share_map = std::map<std::string, std::unique_ptr<share>, std::less<>>;
    static share& put_share(share_map& into, std::string_view key, std::uint32_t weight);
    void record_share(share& s);
    void weigh(std::string_view key); // by its share, in all queues
    void weigh_all(core::queue& in);  // it comes into being
    void replay(record::share_set const& fact);
    [[nodiscard]] std::vector<share_stats> share_list() const;

    // attaching.cpp: which limiters a place has
    void attach_limiters(section& part); // it comes into being
    void attach_limiters(track& part);
    void detach_limiters(section& part); // it goes
    void detach_limiters(track& part);
    limiter* limiter_for(limit_names const& about); // null: nothing limits them
    limiter& limiter_named(limit_names const& about);
    void detached(limiter& l);
    void drop_limiter(limiter& l);
    void limits_changed(owned_limit_names const& patterns); // of the limit that did
    void limit_settled(limit_rule const& changed);
    void find_all_limiters();
    struct attacher;

    // admitting.cpp: limiters at work
    struct gatekeeper; // the admission of queue and consumer, told of their places
    // The first limiter that refuses, by the time of the call before or under way.
    [[nodiscard]] refusal_by
    refusal(section const& part, session_id reader, std::uint32_t cost) const;
    [[nodiscard]] refusal_by refusal(track const& part, std::uint32_t cost) const;
    // When it lets that pass: unset: now; never: when something ends.
    [[nodiscard]] wall_time
    passes(limiter const& l, session_id reader, std::uint32_t cost, wall_time at) const;
    [[nodiscard]] bool may_run(message_entry const& e) const; // by its turn and concurrency limits
    // It is leased. `charged`: it passes their rates, which it did not before.
    void enter_limiters(message_entry& e, session const& reader, bool charged);
    void leave_limiters(message_entry& e);                        // its lease ends
    void record_lease(message_entry const& e,
                      delivery_token token,
                      session const& to,
                      bool charged = true);
    // Ready messages of what it holds back.
    [[nodiscard]] std::uint64_t waiting(limiter const& l, wall_time at) const;
    void charge_replayed(message_entry const& e, session_id reader, wall_time at);
    [[nodiscard]] bool rate_limited(lane const& of) const;
    void set_due(limiter& l, wall_time at, std::uint32_t cost); // or earlier, if it was to be
    void limiter_due(limiter& l);
    void wake(limiter& l); // what it held back may go on
    void look_again(message_entry const& e); // another one may be the next in its places
    [[nodiscard]] bool cheaper_than_asked(message_entry const& e) const;

    // explaining.cpp
    [[nodiscard]] obstacle why(message_id id, moment at) const;
    [[nodiscard]] std::vector<obstacle_count> obstacles(std::string_view queue, moment at) const;
    struct explainer;

    // introducing.cpp
    void apply(introduce const& command);
    void take_facts(session& of, std::span<fact const> facts, std::string_view metrics);
    [[nodiscard]] std::vector<session_view>
    session_list(session_id after, std::size_t count_max, bool workers_only) const;

    // counting.cpp: statistics and events
    void count_published(message_entry const& e);
    void count_delivered(message_entry const& e);
    void count_end(message_entry const& e, ending const& how);
    void count_put_back(message_entry const& e, ended_run const* run);
    void take_samples(std::vector<named_sample>& into);
    void tell(event_kind kind, message_entry const& e, session const* by = nullptr) {
        if (listened) {
            add_event(kind, e, by);
        }
    }
    void tell(event_kind kind, session const& of);
    void set_online(session& of, bool online);
    [[nodiscard]] series& series_of(core::queue& of);
    [[nodiscard]] series& series_of(interned_name const& task);
    series& open_series(series_kind kind, std::string_view name, series*& place);
    void begin_waiting(message_entry& e) const;
    [[nodiscard]] wall_time ready_since(message_entry const& e) const;
    void remember_lease(lease const& l); // it ends
    event& add_event(event_kind kind, message_entry const& e, session const* by);
    void set_error(event& told, task_error const& error) const;

    // holding.cpp
    void apply(set_hold const& command);
    void apply(release_hold const& command);
    errc check(set_hold const& command) const;
    [[nodiscard]] bool
    hold_until(hold_scope scope, std::string_view name, wall_time until, std::string_view why);
    errc put_hold(hold_scope scope,
                  std::string_view name,
                  wall_time until,
                  std::string_view why,
                  bool rate_limit);
    void apply_key_hold(track& part); // it comes into being
    bool attach(core::hold& h); // false: its name would be one too many
    void detach(core::hold& h);
    void record_hold(core::hold& h);
    void set_deadline(core::hold& h);
    void apply_holds(core::queue& to); // it comes into being
    void end_hold(core::hold& h);
    void replay(record::hold_set const& fact);
    void replay(record::hold_released const& fact);

    // sweeping.cpp
    void apply(start_sweep const& command);
    void apply(stop_sweep const& command);
    void advance_sweeps();
    void advance_sweep(sweep& of);
    errc check(sweep_spec const& spec); // its target comes into being
    void record_sweep(sweep& s);
    [[nodiscard]] bool changed_already(owned_sweep_spec const& spec, message_entry const& e) const;
    acceptance change(sweep& by, message_entry& e); // as the sweep says, or why it was not to be
    void tell_swept(sweep const& of, bool done);
    void end_sweep(sweep& over);
    [[nodiscard]] sweep_state state_of(sweep const& of) const;
    [[nodiscard]] steady_time next_sweep() const;
    void replay(record::sweep_began const& fact);
    void replay(record::sweep_ended const& fact);

    // listing.cpp
    void enter(message_entry& e, core::queue& into, place_key const& place);
    void count_in(message_entry& e); // its state, wherever states are counted
    void count_out(message_entry& e);
    [[nodiscard]] std::optional<census_filter> filter_of(selector const& which) const;
    [[nodiscard]] bool chosen(selector const& which, message_entry const& e) const;
    [[nodiscard]] message_page
    list(selector const& which, std::uint64_t from, std::size_t count_max) const;

    // scheduling.cpp
    void apply(set_schedule const& command);
    void apply(remove_schedule const& command);
    void apply(pause_schedule const& command);
    errc configure(set_schedule const& schedule, std::string& detail);
    void put_schedule(schedule_spec const& spec);
    schedule_entry& schedule_named(std::string_view name);
    void drop_schedule(schedule_entry& s);
    void record_schedule(schedule_entry& s);
    void set_deadline(schedule_entry& s);
    void replay(record::schedule_set const& fact);
    void replay(record::schedule_removed const& fact);
    void replay(record::slots_skipped const& fact);
    void recover_schedules();

    // firing.cpp
    void apply(trigger_schedule const& command);
    void advance_schedules();
    void schedule_due(schedule_entry& s);
    void miss_slots(schedule_entry& s, wall_time punctual);
    void skip_slots(schedule_entry& s, wall_time last, std::uint64_t count);
    acceptance fire(schedule_entry const& s, wall_time slot, message_id id);
    void slot_fired(std::string_view schedule, wall_time slot, message_id message); // in replay too
    [[nodiscard]] std::uint64_t schedules_fingerprint() const;

    // sessions.cpp
    void apply(connect const& command);
    [[nodiscard]] bool may_be(std::span<std::string_view const> labels) const;
    void apply(disconnect const& command);
    session* find_session(session_id id);
    session* client(session_id id, request_id request); // refuses what comes from a stranger
    // A request about queues, holds, schedules or sweeps was done, or is refused.
    template <class Command>
    void answer(Command const& request, errc why, std::string detail = {}) {
        if (why == errc::ok) {
            out->effects.emplace_back(effect::done{request.session, request.request});
        } else {
            out->effects.emplace_back(
                effect::refused{request.session, request.request, why, std::move(detail)});
        }
    }
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

    // overflowing.cpp
    [[nodiscard]] std::string
    full(core::queue const& q, std::size_t bytes, key_claim const& claim) const;
    [[nodiscard]] std::string too_large(core::queue const& q, std::size_t bytes) const;
    [[nodiscard]] std::string make_room(core::queue& in, std::size_t bytes);
    [[nodiscard]] acceptance admit(message_entry const& e, core::queue& into);
    [[nodiscard]] acceptance draining(core::queue const& q) const; // it is

    // dispatching.cpp
    void touch(core::queue& q);
    void touch(consumer& c);
    void match();
    void feed(core::queue& q);
    void deliver(message_entry& e, consumer& to);
    void describe(delivery& leaving, lease const& of) const;
    [[nodiscard]] std::optional<delivery> hand_over(delivery_token token);
    static void leaves(lease& l); // it is withheld no more
    lease& grant(message_entry& e, delivery_token token, session& to, bool charged = true);
    void make_ready(message_entry& e);
    void release_dispatch();
    void set_stalled(session_id id, bool stalled);
    void count_delivery(lease& l);

    // settling.cpp
    void apply(settle const& command);
    void apply(start const& command);
    void apply(extend const& command);
    errc settle_one(session& by, settlement const& one);
    void succeed(lease& l, verdict::success const& how);
    void fail(lease& l, verdict::failure const& how);
    void retry(lease& l, verdict::retry const& how);
    void hold_back(lease& l, verdict::rate_limited const& how);
    void run_again(lease& l, wall_time due, task_error const& error);
    void fail_finally(lease& l, task_error const& error, death why);
    void mark_started(lease& l, bool acknowledge = false);
    void renew(lease& l); // its time limit, by the policy of its queue
    void give_back(lease& l); // its holder never began, or says nothing of it any more
    void end_acknowledged(lease& l, std::string_view how, delivery_token settled_by); // lost
    void end_lost_lease(lease& l, std::string_view how = "the session was lost while running it");
    void count_crash(lease& l, std::string_view how, delivery_token settled_by);

    // reporting.cpp
    void apply(report const& command);
    void take_report(message_entry& e, record::reported const& what);
    void remember_attempt(message_entry& e, attempt ended);
    void take_traces(message_entry& e, traces const& from);
    void replay(record::reported const& fact);

    // editing.cpp
    void apply(reschedule const& command);
    void apply(core::forget const& command);
    void apply(redrive const& command);
    errc reschedule_one(message_entry& e, wall_time due);
    errc forget_one(message_entry& e);
    void apply(edit const& command);
    errc edit_one(message_entry& e, message_edit const& change);
    void replay(record::edited const& fact);
    acceptance move_one(message_entry& e, core::queue& to);
    acceptance redrive_one(message_entry& e, core::queue& to, bool reset_counters);
    void rehome(message_entry& e, core::queue& to); // it is in no set of ready ones
    void revive(message_entry& e, record::redriven const& how, core::queue& to);
    void replay(record::rescheduled const& fact);
    void replay(record::moved const& fact);
    void replay(record::redriven const& fact);

    // ending.cpp
    void apply(cancel const& command);
    errc cancel_one(message_entry& e, std::string_view reason, bool terminate);
    void die(message_entry& e, ending const& how); // it is withdrawn: dead letter, failed or gone
    void lease_due(message_entry& e);              // held too long, by the policy of its queue
    void withdraw(message_entry& e);
    void unready(message_entry& e); // it is ready, and will not be delivered now
    message_entry& take_back(lease& l);
    void put_back(message_entry& e, wall_time due, ended_run const* run = nullptr);
    void give_back(message_entry& e, ended_run const* run = nullptr);
    void record_requeued(message_entry& e, ended_run const* run = nullptr);
    void finish(message_entry& e, ending const& how);
    void limit_dead(core::queue& of);
    void expire(message_entry& e);
    void forget(message_entry& e);
    void drop(message_entry& e);
    void set_deadline(message_entry& e);
    void set_state(message_entry& e, message_state state);
    void set_error(message_entry& e, task_error const& error);
    void release_body(message_entry& e);
    // Changes its details; the estimate of memory stays right.
    template <class Change>
    void edit(message_entry& e, Change change) {
        entry_detail& d = e.details();
        detail_bytes -= d.counted ? memory_cost(d) : 0;
        change(d);
        d.counted = true;
        detail_bytes += memory_cost(d);
    }

    // keeping.cpp
    void keep_ending(message_entry& e, ending const& how, wall_time finished, wall_time until);
    void replace_options(message_entry& e, std::unique_ptr<entry_options> with);
    void let_go(message_entry& e); // of what a final message that is not dead needs no more
    void record_finished(message_entry& e, retained* owner, ending const* how = nullptr);

    // watching.cpp
    void apply(get const& command);
    void apply(watch const& command);
    void apply(unwatch const& command);
    void notify(message_entry& e);
    void notify_report(message_entry& e);
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
    ending replayed_ending(record::finished const& fact);
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
    [[nodiscard]] std::uint64_t queues_fingerprint() const; // and policies, holds, keys, sweeps

    limits const bounds;
    jitter_source random;
    publish_gate gate = publish_gate::open;

    // Of the call under way.
    moment now{};
    output* out = nullptr;
    std::uint64_t calls = 0;
    std::vector<core::queue*> touched;

    name_table names;
    place_store place_memory;
    std::vector<std::unique_ptr<core::queue>> queue_list; // in the order of creation
    std::map<std::string_view, core::queue*> queues;      // by name, for people
    interned_name* last_named = nullptr; // a queue: most messages go where the one before went
    slab<message_entry> entry_memory;
    census present; // in it
    message_index messages;
    journal_order order;
    std::map<session_id, std::unique_ptr<session>> sessions;
    delivery_table deliveries;
    deadline_index<wall_time, message_entry> wall;
    deadline_index<steady_time, session> steady;
    epoch_mark mark;
    message_number last_number;
    std::uint64_t last_delivery = 0;

    // Queues, policies, holds.
    policy_map policies; // by pattern
    policy_map configured_policies;
    std::map<std::pair<hold_scope, std::string>, std::unique_ptr<core::hold>> holds;
    deadline_index<wall_time, core::hold> held_until;
    boost::unordered_flat_map<std::string_view, std::unique_ptr<unique_key>> unique_keys;
    deadline_index<wall_time, unique_key> keys_until;
    std::uint64_t key_bytes = 0;
    core::limit_rules rules;
    limiter_map limiters;
    deadline_index<wall_time, limiter> limiters_due;
    std::size_t idle_limiters = 0; // that nothing is attached to
    std::unique_ptr<gatekeeper> guard;
    bool limits_known = false; // places have their limiters; not during replay
    share_map shares; // by fairness key
    share_map configured_shares;
    std::map<std::vector<std::string_view>, std::unique_ptr<label_set>> label_sets;
    std::map<sweep_id, std::unique_ptr<sweep>> sweeps;
    sweep_id last_sweep;

    // Schedules.
    time_zones const* const zones;
    std::map<std::string, std::unique_ptr<schedule_entry>, std::less<>> schedules;
    std::map<std::string, std::unique_ptr<schedule_entry>, std::less<>> configured_schedules;
    deadline_index<wall_time, schedule_entry> schedules_due;
    std::uint64_t schedule_bytes = 0;

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
    std::vector<std::unique_ptr<entry_detail>> ended_details;
    std::vector<content_ptr> ended_bodies;
    std::vector<std::unique_ptr<entry_options>> ended_options;
    std::vector<std::unique_ptr<unique_key>> ended_keys;
    std::vector<std::unique_ptr<queue_policy>> ended_policies;
    std::vector<std::unique_ptr<core::hold>> ended_holds;
    std::vector<std::unique_ptr<sweep>> ended_sweeps;
    std::vector<std::unique_ptr<limit_rule>> ended_limits;
    std::vector<std::unique_ptr<share>> ended_shares;
    std::vector<std::unique_ptr<session>> ended_sessions;
    std::vector<std::unique_ptr<schedule_entry>> ended_schedules;

    // Bodies: those written while memory is over its limit wait here until they may leave.
    struct written {
        message_id id;
        position at;
    };
    std::deque<written> fresh;
    position durable{0};

    message_entry const* spared = nullptr; // a dead letter that is being redriven

    broker_stats counted; // the counters among them
    bool listened = false; // events are wanted

    // The lease that ended last in the call under way: what ends or goes back next, was its.
    struct ended_lease {
        message_number of;
        session const* holder = nullptr;
        duration ran{0};
    };
    ended_lease taken;

    // Statistics.
    std::vector<std::unique_ptr<series>> all_series; // with anything to count
    series other_queues{series_kind::queue, "(others)"};
    series other_tasks{series_kind::task, "(others)"};
    std::array<steady_time, 2> sampled{}; // samples taken: the last time but one, the last
    std::uint64_t detail_bytes = 0;
    std::uint64_t facts_bytes = 0; // of all sessions
};

} // namespace peyk::core
