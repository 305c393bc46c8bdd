#include "broker/server/engine.hpp"

#include "broker/core/assert.hpp"
#include "broker/server/version.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <type_traits>
#include <utility>

#include <unistd.h>

namespace peyk::server {
namespace {

// Cleaning moves this much per commit and as much again as the commit wrote, so that it outruns
// garbage however fast that is made, and never holds a publish up for longer than a millisecond.
constexpr std::size_t clean_bytes_min = 256u << 10;

// Wall clock deadlines are looked at again after this long, because somebody may set the clock.
constexpr core::duration wall_wait_max{10'000};

core::retained* owner_of(core::any_record const& record) {
    return std::visit(
        [](auto const& fact) -> core::retained* {
            if constexpr (requires { fact.owner; })
                return fact.owner;
            else
                return nullptr;
        },
        record);
}

core::session_id session_of(core::any_effect const& effect) {
    return std::visit([](auto const& e) { return e.session; }, effect);
}

core::position end_of(storage::batch_number batch) {
    return {storage::position_of({batch.value + 1}, 0).value - 1};
}

} // namespace

engine::engine(boost::asio::io_context& loop,
               core::broker_state& state,
               storage::journal& journal,
               clock& time,
               engine_options options)
    : loop_(loop), state_(state), journal_(journal), clock_(time), options_(std::move(options)),
      events_(state.epoch(), options_.limits.listeners_max),
      statistics_(options_.statistics, time.now().wall), watch_timer_(loop),
      gauge_(options_.pressure, options_.limits.memory_bytes_max), timer_(loop), pace_timer_(loop),
      measure_timer_(loop), reader_(std::make_unique<content_reader>(loop, journal)),
      message_questions_(
          state,
          *reader_,
          [this](auto const& asked, auto messages) { answer_messages(asked, messages); }),
      committer_(std::make_unique<commit_thread>(
          loop, journal, [this](storage::batch&& batch, boost::system::error_code ec) {
              on_committed(std::move(batch), ec);
          })) {}

engine::~engine() = default;

void engine::start(core::output& recovered, std::function<void()> writable) {
    writable_ = std::move(writable);
    take(recovered);
    minute_end_ = clock_.now().steady;
    arm_watch_timer();
    schedule_turn();
}

void engine::open(net::session& from, core::connect const& hello) {
    net::problem superseded;
    superseded.session = net::errc::session_superseded;
    if (state_.is_overtaken(hello))
        return from.close(superseded);
    if (auto const before = find(hello.session); before.session)
        before.session->close(superseded);
    sessions_[hello.session] = {&from, ++last_serial_, {}};
    submit(hello);
}

void engine::closed(net::session& from, bool for_good) {
    if (find(from.id()).session != &from)
        return;
    sessions_.erase(from.id());
    forget_watching(from.id());
    if (!stopped_ && !failed_)
        submit(core::disconnect{from.id(), for_good});
}

engine::connection engine::find(core::session_id session) const {
    auto const it = sessions_.find(session);
    return it == sessions_.end() ? connection{} : it->second;
}

void engine::heard(core::session_id session) {
    state_.heard(session, clock_.now().steady);
}

core::wall_time engine::now() {
    return clock_.now().wall;
}

void engine::flush_soon(net::session& from) {
    if (!from.mark_dirty())
        return;
    dirty_.push_back(from.shared_from_this());
    schedule_turn();
}

net::broker_facts engine::facts() const {
    timespec cpu{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    net::broker_facts f;
    f.version = version;
    f.epoch = state_.epoch();
    f.started = options_.started;
    f.pid = static_cast<std::uint32_t>(::getpid());
    f.journal_bytes = journal_.bytes();
    f.commits = commits_;
    f.records = records_;
    f.cpu_us = static_cast<std::uint64_t>(cpu.tv_sec) * 1'000'000 +
               static_cast<std::uint64_t>(cpu.tv_nsec) / 1'000;
    f.recovery_s = options_.recovery_s;
    f.memory_bytes_max = options_.limits.memory_bytes_max;
    f.publishing = gauge_.level();
    return f;
}

void engine::submit(core::any_command const& what) {
    if (stopped_ || failed_)
        return;
    out_.clear();
    state_.apply(what, clock_.now(), out_);
    take(out_);
    if (auto const* publish = std::get_if<core::publish>(&what))
        pace(publish->session);
}

void engine::take(core::output& out) {
    for (auto const& each : out.deliveries) {
        if (!each.withheld)
            deliver(each);
    }
    for (auto const& record : out.records) {
        auto const place = journal_.add(record);
        if (auto* owner = owner_of(record))
            state_.placed(owner, place.at, place.bytes);
    }
    records_ += out.records.size();
    std::move(out.effects.begin(), out.effects.end(), std::back_inserter(waiting_));
    for (auto const& each : out.deliveries) {
        if (each.withheld)
            waiting_.emplace_back(withheld_delivery{each.session, each.token});
    }
    for (auto const id : out.held_back) {
        bool const later = std::ranges::any_of(
            out.deliveries, [id](auto const& each) { return each.withheld && each.session == id; });
        if (later)
            waiting_.emplace_back(withheld_stall{id});
        else
            hold_back(id);
    }
    std::move(out.events.begin(), out.events.end(), std::back_inserter(waiting_events_));
    if (!out.empty())
        schedule_turn();
}

void engine::hold_back(core::session_id session) {
    if (auto const to = find(session); to.session) {
        to.session->held_back();
        flush_soon(*to.session);
    }
}

void engine::deliver(core::delivery const& what) {
    auto const to = find(what.session);
    if (!to.session)
        return; // the core hears of the lost connection next
    if (what.content_at != core::nowhere) {
        read_content(what, to.serial);
        return;
    }
    to.session->deliver(what, what.message.content);
    flush_soon(*to.session);
}

void engine::read_content(core::delivery const& what, std::uint64_t serial) {
    // The message may be gone, and its checkpoint with it, before its body has been read.
    reader_->submit({what.content_at,
                     what.content_bytes,
                     [this, delivery = what, serial, checkpoint = std::string{what.checkpoint}](
                         content_reply&& reply) mutable {
                         delivery.checkpoint = checkpoint;
                         on_content(delivery, serial, std::move(reply));
                     }});
}

void engine::on_content(core::delivery const& delivery,
                        std::uint64_t serial,
                        content_reply&& reply) {
    auto const to = find(delivery.session);
    if (!to.session || to.serial != serial || stopped_ || failed_)
        return;
    if (!reply.error) {
        to.session->deliver(delivery, reply.content);
        flush_soon(*to.session);
        return;
    }
    // Cleaning has moved the body meanwhile: handed back, it is delivered from its new place. A
    // body that cannot be read at all is no reason to try for ever.
    core::settlement back{delivery.token, core::verdict::release{}};
    if (reply.error != storage::errc::trimmed) {
        spdlog::error(
            "message {:016x}{:016x}: its content cannot be read ({}); it goes to the dead "
            "letters",
            delivery.message.id.high,
            delivery.message.id.low,
            reply.error.message());
        back.verdict = core::verdict::dead{
            {"peyk.content_lost", "the broker could not read the content back from its disk", {}}};
    }
    submit(core::settle{delivery.session, {}, std::span{&back, 1}});
}

void engine::schedule_turn() {
    if (!std::exchange(turn_posted_, true))
        boost::asio::post(loop_, [this] { turn(); });
}

void engine::turn() {
    turn_posted_ = false;
    begin_commit();
    flush_sessions();
    arm_timer();
    advance_drain();
}

void engine::begin_commit() {
    if (committing_ || failed_)
        return;
    if (journal_.open_bytes() == 0) {
        release(waiting_);
        events_.add(waiting_events_);
        deliver_events();
        return;
    }
    auto batch = journal_.seal();
    // Everything that a record in this batch makes superfluous may go once the batch is on disk,
    // and not before.
    oldest_at_seal_ = state_.oldest_retained();
    if (oldest_at_seal_ == core::nowhere)
        oldest_at_seal_ = storage::position_of(batch.number, 0);
    held_.swap(waiting_);
    held_events_.swap(waiting_events_);
    committing_ = true;
    committer_->submit(std::move(batch));
}

void engine::on_committed(storage::batch&& batch, boost::system::error_code ec) {
    if (failed_)
        return;
    if (ec) {
        failed_ = true;
        options_.on_failure(journal_.last_error());
        return;
    }
    committing_ = false;
    ++commits_;
    auto const bytes = batch.payload.size();
    state_.durable_up_to(end_of(batch.number));
    journal_.recycle(std::move(batch));
    release(held_);
    events_.add(held_events_);
    deliver_events();
    if (!stopped_) {
        measure();
        clean(bytes);
    }
    if (writable_)
        std::exchange(writable_, nullptr)();
    resume_paused();
    turn();
}

void engine::release(std::vector<owed>& what) {
    if (what.empty())
        return;
    // Releasing may close a session, which produces effects of its own.
    PEYK_ASSERT(releasing_.empty());
    releasing_.swap(what);
    for (auto const& each : releasing_)
        std::visit([this](auto const& due) { release(due); }, each);
    releasing_.clear();
}

// To the connection the session has now: had it come back without this delivery, the core would
// have taken it back.
void engine::release(withheld_delivery const& due) {
    if (auto const leaving = state_.hand_over(due.token))
        deliver(*leaving);
}

void engine::release(core::any_effect const& effect) {
    auto const to = find(session_of(effect));
    if (!to.session)
        return;
    auto& session = *to.session;
    bool const opening = session.protocol().now() == net::session_protocol::state::opening;
    if (auto const* hello = std::get_if<core::effect::welcome>(&effect)) {
        net::welcome_facts f;
        f.broker = broker_name;
        f.epoch = state_.epoch();
        f.url = options_.url;
        f.now = clock_.now().wall;
        f.frame_bytes_max = options_.frame_bytes_max;
        f.limits = &options_.limits;
        session.welcome(*hello, f);
    } else if (auto const* end = std::get_if<core::effect::closed>(&effect)) {
        net::problem why;
        why.session = end->why == core::errc::heartbeat_missed ? net::errc::heartbeat_missed
                                                               : net::errc::session_refused;
        why.request = end->why;
        why.text = end->detail;
        session.close(why);
    } else if (auto const* no = std::get_if<core::effect::refused>(&effect); no && opening) {
        net::problem why;
        why.session = net::errc::session_refused;
        why.request = no->code;
        session.close(why);
    } else {
        session.send(effect);
    }
    flush_soon(session);
}

void engine::clean(std::size_t committed_bytes) {
    journal_.trim(oldest_at_seal_);
    auto const before = journal_.clean_before(state_.stats().retained_bytes, disk_full_);
    if (!before)
        return;
    out_.clear();
    (void)state_.relocate(*before, clean_bytes_min + committed_bytes, out_);
    take(out_);
}

void engine::flush_sessions() {
    // Writing may find a connection dead, which makes other sessions dirty: those come next turn.
    PEYK_ASSERT(flushing_.empty());
    flushing_.swap(dirty_);
    for (auto const& session : flushing_)
        session->flush();
    flushing_.clear();
}

void engine::arm_timer() {
    if (stopped_ || failed_)
        return;
    auto const next = state_.next_deadline();
    if (next.empty())
        return;
    auto const now = clock_.now();
    auto wait = next.steady - now.steady;
    if (next.wall != core::never)
        wait = std::min(wait, std::min(next.wall - now.wall, wall_wait_max));
    auto const at = now.steady + std::max(wait, core::duration{0});
    // A timer that fires too early does no harm; setting it anew each turn would cost.
    if (timer_armed_ && timer_at_ <= at)
        return;
    timer_armed_ = true;
    timer_at_ = at;
    timer_.expires_at(std::chrono::steady_clock::time_point{at.time_since_epoch()});
    timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec)
            on_deadline();
    });
}

void engine::on_deadline() {
    timer_armed_ = false;
    if (stopped_ || failed_)
        return;
    out_.clear();
    state_.advance(clock_.now(), out_);
    take(out_);
    schedule_turn();
}

void engine::drain(std::function<void()> done) {
    drained_ = std::move(done);
    schedule_turn();
}

void engine::advance_drain() {
    if (!drained_ || failed_ || committing_ || journal_.open_bytes() > 0 || !waiting_.empty())
        return;
    if (stopped_) {
        timer_.cancel();
        pace_timer_.cancel();
        measure_timer_.cancel();
        watch_timer_.cancel();
        std::exchange(drained_, nullptr)();
        return;
    }
    count_minute();
    out_.clear();
    state_.stop(out_);
    take(out_);
    stopped_ = true;
    schedule_turn();
}

} // namespace peyk::server
