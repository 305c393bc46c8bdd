#include "tests/simulation/pump.hpp"

#include "tests/simulation/lanes.hpp"

#include "tests/simulation/trace.hpp"

#include <utility>

namespace peyk::simulation {

using namespace core;

namespace {

// Enough for one turn's records and their settles.
constexpr std::uint64_t room_per_turn = 64 << 10;
// One relocation; small, so that cleaning spreads over many turns.
constexpr std::size_t relocate_bytes = 4 << 10;

// Whose position the core wants to know.
retained* owner_of(any_record const& record) {
    return std::visit(
        [](auto const& r) -> retained* {
            if constexpr (requires { r.owner; }) {
                return r.owner;
            } else {
                return nullptr;
            }
        },
        record);
}

} // namespace

pump::pump(options const& with, draft_map& drafts, deliver_to deliver, tracer trace)
    : options_(with), drafts_(drafts), deliver_(std::move(deliver)), trace_(std::move(trace)),
      store_(with), oracle_(with.limits, drafts), breakage_dice_(with.seed), limits_(with.limits) {
    if (breaks(mutant::lose_dead)) {
        limits_.dead_max = 0;
    }
    shadow_ = std::make_unique<broker_state>(limits_, with.seed, &zones_);
}

template <class Call>
void pump::run(call what, Call&& what_to_do) {
    out_.clear();
    what_to_do(out_);
    for (auto const& r : out_.records) {
        trace_(text(r));
    }
    for (auto const& d : out_.deliveries) {
        trace_(text(d));
    }
    for (auto const& e : out_.effects) {
        trace_(text(e));
    }
    know_drafts(out_);
    oracle_.called(what, out_);
    write_down(out_);
    send_out(out_);
}

// What a schedule publishes is nobody's draft; the oracle compares it with the schedule.
void pump::know_drafts(output const& out) {
    for (auto const& record : out.records) {
        auto const* p = std::get_if<record::published>(&record);
        if (!p || p->schedule.empty()) {
            continue;
        }
        auto meant = std::make_shared<draft>();
        meant->fields = p->message;
        meant->queue = p->message.queue;
        meant->task = p->message.task;
        meant->content = p->message.content;
        auto const& unique = p->message.unique;
        meant->unique = {std::string{unique.key}, unique.until, unique.conflict, unique.ttl_s};
        meant->stand_like(p->message);
        meant->delays.assign(p->message.retry_delays_ms.begin(), p->message.retry_delays_ms.end());
        drafts_[p->message.id] = meant;
    }
}

void pump::write_down(output const& out) {
    for (auto const& record : out.records) {
        if (breaks(mutant::drop_record) && breakage_dice_.chance(20)) {
            oracle_.logged(record, {last_position_, 0});
            continue;
        }
        auto const where = store_.journal().add(record);
        last_position_ = where.at;
        logged_ = storage::batch_of(where.at);
        if (auto* owner = owner_of(record)) {
            core_->placed(owner, where.at, where.bytes);
        }
        oracle_.logged(record, where);
    }
}

void pump::send_out(output const& out) {
    bool const early = breaks(mutant::early_turns);
    for (auto const& d : out.deliveries) {
        if (!d.withheld || early) {
            send_delivery(d);
        }
    }
    for (auto const& e : out.effects) {
        auto const session = std::visit([](auto const& x) { return x.session; }, e);
        waiting_.push_back({logged_, address_of(session), e});
    }
    for (auto const& d : out.deliveries) {
        if (d.withheld && !early) {
            waiting_.push_back({logged_, {}, d.token});
        }
    }
    release();
}

void pump::send_delivery(delivery const& d) {
    std::string content{d.message.content};
    if (d.content_at != nowhere) {
        auto read = store_.journal().read_content(d.content_at, d.content_bytes);
        if (!read) {
            throw violation{"a body cannot be read back: " + text(d) + ": " +
                            read.error().message() + ": " + store_.journal().last_error()};
        }
        content = std::move(*read);
    }
    if (breaks(mutant::damage_content) && !content.empty() && breakage_dice_.chance(20)) {
        content.back() ^= 1;
    }
    oracle_.delivered(d, content);
    deliver_(address_of(d.session), handed{d.token, d.message.id});
    if (breaks(mutant::deliver_twice) && breakage_dice_.chance(20)) {
        auto copy = d;
        copy.session.low ^= 1;
        oracle_.delivered(copy, content);
    }
}

// Effects and withheld deliveries leave in order, each after the batch of the last record before.
void pump::release() {
    bool const early = breaks(mutant::confirm_early);
    while (!waiting_.empty() && (early || waiting_.front().after <= committed_)) {
        auto const next = std::move(waiting_.front());
        waiting_.pop_front();
        if (auto const* token = std::get_if<delivery_token>(&next.what)) {
            if (auto const d = core_->hand_over(*token)) {
                trace_(text(*d));
                send_delivery(*d);
            }
            continue;
        }
        auto const& effect = std::get<any_effect>(next.what);
        oracle_.released(effect);
        deliver_(next.to, effect);
    }
}

void pump::start(moment now) {
    core_ = std::make_unique<broker_state>(limits_, options_.seed, &zones_);
    storage::batch_number last{0};
    auto const report =
        store_.open([&](any_record const& record, position at, std::uint32_t bytes) {
            last = storage::batch_of(at);
            replay_with_mutant(record, at, bytes);
        });
    if (!report) {
        throw violation{"recovery refused: " + report.error().message() + ": " +
                        store_.last_error()};
    }
    // The batch that was being committed counts if it is there.
    storage::batch_number const durable{report->next.value - 1};
    oracle_.committed(durable, [this](auto const& r, auto where) { replay_shadow(r, where); });
    oracle_.crashed();
    committed_ = durable;
    logged_ = durable;
    trace_("recovered " + std::to_string(report->batches) + " batches, next " +
           std::to_string(report->next.value));
    if (options_.breakage < mutant::forget_slots) { // the others show what else notices them
        compare_with_replay(*core_, "after recovery");
    }
    healthy_ = true;
    run({call_kind::recovered, now}, [&](output& out) { core_->recovered(now, out); });
    oracle_.check_states(*core_);
}

// Some mutants forget what a record says.
void pump::replay_with_mutant(any_record const& record, position at, std::uint32_t bytes) {
    bool const forgotten =
        (breaks(mutant::forget_leases) && std::holds_alternative<record::leased>(record)) ||
        (breaks(mutant::forget_slots) && std::holds_alternative<record::slots_skipped>(record)) ||
        (breaks(mutant::forget_holds) && std::holds_alternative<record::hold_set>(record)) ||
        (breaks(mutant::forget_policies) && std::holds_alternative<record::policy_set>(record)) ||
        (breaks(mutant::forget_sweeps) && std::holds_alternative<record::sweep_began>(record)) ||
        (breaks(mutant::forget_reports) && std::holds_alternative<record::reported>(record)) ||
        (breaks(mutant::forget_limits) && std::holds_alternative<record::limit_set>(record)) ||
        (breaks(mutant::forget_early) && std::holds_alternative<record::started>(record)) ||
        (breaks(mutant::forget_edits) && std::holds_alternative<record::edited>(record)) ||
        ((breaks(mutant::forget_passes) || breaks(mutant::forget_limits)) &&
         std::holds_alternative<record::limit_spent>(record));
    if (forgotten) {
        return;
    }
    if (auto const* l = std::get_if<record::leased>(&record);
        l && breaks(mutant::forget_passes)) {
        auto changed = *l;
        changed.at = unset;
        core_->replay(changed, at, bytes);
        return;
    }
    auto const* p = std::get_if<record::published>(&record);
    if (!p || !(breaks(mutant::forget_slots) || breaks(mutant::forget_keys) ||
                breaks(mutant::forget_turns))) {
        core_->replay(record, at, bytes);
        return;
    }
    auto changed = *p;
    if (breaks(mutant::forget_slots)) {
        changed.schedule = {};
        changed.slot = unset;
    } else if (breaks(mutant::forget_turns)) {
        changed.message.placement.ordering_key = {};
    } else if (!changed.blocked) {
        changed.message.unique = {};
    }
    core_->replay(changed, at, bytes);
}

void pump::crash(dice& chance) {
    trace_(sealed_ ? "crash while committing" : "crash");
    if (sealed_ && chance.chance(500)) {
        // The commit thread had got so far, its word never arrived.
        store_.threaten(chance);
        (void)store_.journal().commit(*sealed_);
    }
    sealed_.reset();
    waiting_.clear();
    connections_.clear();
    core_.reset();
    store_.crash(chance);
    healthy_ = false;
}

void pump::stop(moment now) {
    if (sealed_) {
        finish_commit();
    }
    run({call_kind::stop, now}, [&](output& out) { core_->stop(out); });
    begin_commit();
    while (healthy_ && sealed_) {
        finish_commit();
        begin_commit();
    }
    if (!healthy_) {
        return;
    }
    trace_("stopped");
    waiting_.clear();
    connections_.clear();
    core_.reset();
    store_.close();
    healthy_ = false;
}

void pump::turn(moment now, std::deque<parcel>& inbox, std::size_t commands_max) {
    auto const deadline = core_->next_deadline();
    if ((deadline.wall <= now.wall || deadline.steady <= now.steady) &&
        !breaks(mutant::late_timer)) {
        auto const told = breaks(mutant::hasty) ? moment{now.wall + duration{50}, now.steady} : now;
        run({call_kind::advance, now}, [&](output& out) { core_->advance(told, out); });
    }
    for (std::size_t i = 0; i < commands_max && !inbox.empty(); ++i) {
        auto const p = std::move(inbox.front());
        inbox.pop_front();
        run_command(now, p);
    }
    clean(now);
    begin_commit();
    // Commands may have been applied past a deadline; the oracle asks only about what was due
    // when the core was last told the time.
    oracle_.check_turn(*core_, now);
    if (healthy_ && oracle_.all_durable() && !sealed_ && options_.breakage < mutant::forget_slots) {
        compare_with_replay(*core_, "while running");
    }
}

void pump::run_command(moment now, parcel const& p) {
    auto const session = std::visit([](auto const& c) { return c.session; }, p.command);
    auto& newest = connections_[session];
    if (std::get_if<connect>(&p.command)) {
        newest = p.connection;
    } else if (newest != p.connection) {
        return; // the connection was superseded and is closed
    }
    trace_(text(p.command));
    heard(session, now);
    run({call_kind::command, now, &p.command}, [&](output& out) {
        auto const* hello = std::get_if<connect>(&p.command);
        if (hello && breaks(mutant::forget_labels)) {
            auto other = *hello;
            other.labels = some_labels;
            core_->apply(other, now, out);
            return;
        }
        if (!(breaks(mutant::forget_settle) && std::get_if<settle>(&p.command))) {
            core_->apply(p.command, now, out);
            return;
        }
        auto const& s = std::get<settle>(p.command);
        out.effects.push_back(effect::settled{s.session, s.request, {}});
    });
}

pump::address pump::address_of(session_id session) const {
    auto const at = connections_.find(session);
    return {session, at == connections_.end() ? 0 : at->second};
}

void pump::clean(moment now) {
    auto const before = store_.journal().clean_before(core_->stats().retained_bytes);
    if (before) {
        run({call_kind::relocate, now},
            [&](output& out) { (void)core_->relocate(*before, relocate_bytes, out); });
    }
    auto const oldest = core_->oldest_retained();
    store_.journal().trim(oldest == nowhere ? last_position_ : oldest);
}

void pump::begin_commit() {
    if (sealed_ || store_.journal().open_bytes() == 0) {
        return;
    }
    bool const room = store_.journal().reserve(room_per_turn);
    core_->set_gate(room ? publish_gate::open : publish_gate::disk_full);
    oracle_.set_gate(!room);
    sealed_ = store_.journal().seal();
    sealed_position_ = last_position_;
}

void pump::finish_commit() {
    auto const done = store_.journal().commit(*sealed_);
    if (!done) {
        trace_("commit failed: " + done.error().message());
        healthy_ = false; // the broker stops here; whoever runs the simulation crashes it
        return;
    }
    committed_ = sealed_->number;
    oracle_.committed(committed_, [this](auto const& r, auto where) { replay_shadow(r, where); });
    core_->durable_up_to(sealed_position_);
    store_.journal().recycle(std::move(*sealed_));
    sealed_.reset();
    release();
}

bool pump::knows(session_id session, std::uint64_t connection) const {
    return healthy_ && connection != 0 && address_of(session).connection == connection;
}

void pump::stall(session_id session, bool stalled, moment now) {
    trace_(std::string{stalled ? "stall " : "unstall "} + text(session));
    oracle_.stalled(session, stalled);
    if (!breaks(mutant::forget_stalls)) {
        run({call_kind::stall, now},
            [&](output& out) { core_->set_stalled(session, stalled, now, out); });
    }
}

void pump::heard(session_id session, moment now) {
    core_->heard(session, now.steady);
    oracle_.heard(session, now.steady);
}

void pump::replay_shadow(any_record const& record, storage::placement where) {
    if (auto const* kept = std::get_if<record::message_kept>(&record);
        kept && kept->message.content.empty()) {
        // A body moved by the commit thread; the journal shows it whole.
        auto whole = *kept;
        whole.message.content = drafts_.at(kept->message.id)->content;
        whole.content_at = nowhere;
        whole.content_bytes = 0;
        shadow_->replay(whole, where.at, where.bytes);
        return;
    }
    shadow_->replay(record, where.at, where.bytes);
}

void pump::compare_with_replay(broker_state const& core, char const* when) const {
    if (shadow_->fingerprint() == core.fingerprint()) {
        return;
    }
    std::string where;
    for (auto const& [id, meant] : drafts_) {
        auto const is = text(core.status(id));
        auto const replayed = text(shadow_->status(id));
        if (is != replayed && where.empty()) {
            where = ": " + is + ", replayed: " + replayed;
        }
    }
    throw violation{std::string{"the state differs from a replay of all durable records "} + when +
                    where};
}

} // namespace peyk::simulation
