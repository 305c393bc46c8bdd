#pragma once
// The pump: the only place that holds core, journal and sessions, and the only user of the clock.
//
//   command -> core.apply -> deliveries into outboxes at once
//                         -> records into the open batch at once
//                         -> effects wait until the batch is on disk, and leave in order
//
// Commits follow each other without a timer: while one is on its way, the next batch gathers. One
// thread, the loop's; it never blocks.

#include "broker/core/broker_state.hpp"
#include "broker/net/command_sink.hpp"
#include "broker/net/session.hpp"
#include "broker/server/clock.hpp"
#include "broker/server/commit_thread.hpp"
#include "broker/server/content_reader.hpp"
#include "broker/server/event_log.hpp"
#include "broker/server/instructions.hpp"
#include "broker/server/message_questions.hpp"
#include "broker/server/pressure.hpp"
#include "broker/server/statistics_history.hpp"
#include "broker/storage/journal.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace peyk::server {

struct engine_options {
    core::limits limits;
    std::string url; // of this broker, as told in Welcome
    std::uint32_t frame_bytes_max = 16u << 20;
    core::wall_time started = core::unset;
    double recovery_s = 0;
    // The journal cannot be written any more: says why, once. Nothing is confirmed afterwards.
    std::function<void(std::string)> on_failure;
    pressure_options pressure;
    std::filesystem::path statistics; // their directory
};

class engine final : public net::command_sink {
public:
    // `state` has been recovered from `journal`; `first` is the output of recovered().
    engine(boost::asio::io_context& loop,
           core::broker_state& state,
           storage::journal& journal,
           clock& time,
           engine_options options);
    ~engine();

    // Takes over what recovery has produced and begins to fire deadlines. Calls `writable` once,
    // when the journal has been written for the first time; on_failure instead, if it cannot be.
    void start(core::output& recovered, std::function<void()> writable = {});

    // Told in Welcome; known once the port is open.
    void set_url(std::string url) { options_.url = std::move(url); }

    // Reads no more requests, commits and confirms what was accepted, remembers the clean stop,
    // then calls `done`. Sessions stay open for the confirms.
    void drain(std::function<void()> done);

    // command_sink.
    void open(net::session& from, core::connect const& hello) override;
    void submit(core::any_command const& what) override;
    void ask(net::session& from, core::request_id request, net::any_question const& what) override;
    void heard(core::session_id session) override;
    void closed(net::session& from, bool for_good) override;
    void flush_soon(net::session& from) override;
    [[nodiscard]] bool accepting(net::session& from) override;
    void stalled(net::session& from, bool is) override;
    [[nodiscard]] core::wall_time now() override;

private:
    // The connection a session has now; `serial` tells it from those before.
    struct connection {
        net::session* session = nullptr;
        std::uint64_t serial = 0;
        core::steady_time read_after{}; // under pressure, when it publishes
    };
    // A session that is not read for a while.
    struct paced {
        core::steady_time until;
        std::shared_ptr<net::session> session;
    };

    // What waits for its records beside effects: a delivery that is withheld, and the end of the
    // deliveries a session takes for now, behind the last of those.
    struct withheld_delivery {
        core::session_id session;
        core::delivery_token token;
    };
    struct withheld_stall {
        core::session_id session;
    };
    using owed = std::variant<core::any_effect, withheld_delivery, withheld_stall>;

    void take(core::output& out);
    void deliver(core::delivery const& what);
    void read_content(core::delivery const& what, std::uint64_t serial);
    void on_content(core::delivery const& what, std::uint64_t serial, content_reply&& reply);
    void answer_messages(message_questions::question const& asked,
                         std::span<net::told_message const> messages);
    [[nodiscard]] connection find(core::session_id session) const;

    void schedule_turn();
    void turn();
    void begin_commit();
    void on_committed(storage::batch&& batch, boost::system::error_code ec);
    void hold_back(core::session_id session);
    void release(std::vector<owed>& what);
    void release(core::any_effect const& effect);
    void release(withheld_delivery const& due);
    void release(withheld_stall const& due) { hold_back(due.session); }
    void clean(std::size_t committed_bytes);
    [[nodiscard]] std::uint64_t coming_bytes() const;
    void measure();
    void say_pressure() const;
    void pace(core::session_id publisher);
    void arm_pace_timer();
    void resume_paced();
    void resume_paused();
    void advance_drain();
    void flush_sessions();
    void arm_timer();
    void on_deadline();
    [[nodiscard]] net::broker_facts facts() const;

    // engine_watching.cpp: what concerns only who is connected
    void answer(net::session& to, core::request_id request, net::listen const& asked);
    void answer(net::session& to, core::request_id request, net::unlisten const& asked);
    void answer(net::session& to, core::request_id request, net::instruct_workers const& asked);
    void answer(net::session& to, core::request_id request, net::instruction_reply const& told);
    void answer(net::session& to, core::request_id request, net::show_statistics const& asked);
    void answer(net::session& to, core::request_id request, net::list_sessions const& asked);
    void tell_outcomes();
    void deliver_events();
    void forget_watching(core::session_id gone);
    void arm_watch_timer();
    void on_watch_timer();
    void count_minute();
    [[nodiscard]] std::vector<core::session_view>
    matching_sessions(std::string_view name, std::string_view label, bool workers) const;

    boost::asio::io_context& loop_;
    core::broker_state& state_;
    storage::journal& journal_;
    clock& clock_;
    engine_options options_;

    struct id_hash {
        using is_avalanching = void;
        std::size_t operator()(core::session_id id) const {
            return std::hash<core::session_id>{}(id);
        }
    };
    boost::unordered_flat_map<core::session_id, connection, id_hash> sessions_;
    std::uint64_t last_serial_ = 0;
    std::vector<std::shared_ptr<net::session>> dirty_;    // have bytes to send
    std::vector<std::shared_ptr<net::session>> flushing_; // `dirty_` of the turn before
    std::vector<std::shared_ptr<net::session>> paused_;   // want to read
    std::vector<paced> paced_;                            // want to read too, and may soon

    core::output out_;
    std::vector<owed> waiting_; // for the open batch
    std::vector<owed> held_;    // for the batch being committed
    std::vector<owed> releasing_;
    bool committing_ = false;
    bool turn_posted_ = false;
    bool failed_ = false;
    bool disk_full_ = false;
    core::position oldest_at_seal_;
    std::uint64_t commits_ = 0;
    std::uint64_t records_ = 0;

    event_log events_;
    std::vector<core::event> waiting_events_; // for the open batch
    std::vector<core::event> held_events_;    // for the batch being committed
    instructions instructions_;
    std::vector<outcome_for> outcomes_;
    statistics_history statistics_;
    std::vector<core::named_sample> samples_;
    core::steady_time minute_end_{}; // when statistics are taken next
    boost::asio::steady_timer watch_timer_;
    core::steady_time watch_at_{core::duration::max()};

    bool stopped_ = false; // the core has said its last word
    std::function<void()> drained_;
    std::function<void()> writable_;

    pressure_gauge gauge_;
    boost::asio::steady_timer timer_;
    core::steady_time timer_at_;
    bool timer_armed_ = false;
    boost::asio::steady_timer pace_timer_;
    core::steady_time pace_at_;
    bool pace_armed_ = false;
    boost::asio::steady_timer measure_timer_;
    bool measuring_ = false; // it is armed

    std::unique_ptr<content_reader> reader_;
    message_questions message_questions_;
    std::unique_ptr<commit_thread> committer_; // threads last: they call into the above
};

} // namespace peyk::server
