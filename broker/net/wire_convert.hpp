#pragma once
// Wire protobuf <-> core types: with its sources the only place in net that knows both. Frames come
// in without their length header; what goes out is appended to a buffer as whole frames.

#include "broker/core/broker_stats.hpp"
#include "broker/core/effect.hpp"
#include "broker/core/limits.hpp"
#include "broker/core/obstacle.hpp"
#include "broker/net/request.hpp"
#include "broker/net/view.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace peyk::net {

// Decodes requests. Holds the room they need, so one serves all connections of a thread, one frame
// after another.
class request_decoder {
public:
    request_decoder();
    ~request_decoder();

    // `session` is put into the commands. What cannot be decoded is a problem: fatal when the bytes
    // mean nothing, otherwise of this request alone.
    [[nodiscard]] request decode(std::string_view frame, core::session_id session);

private:
    struct members;
    std::unique_ptr<members> self_;
};

// What Welcome says beside the effect.
struct welcome_facts {
    std::string_view broker;
    core::broker_epoch epoch;
    std::string_view url; // of this broker
    core::wall_time now;
    std::uint32_t frame_bytes_max = 0;
    core::limits const* limits = nullptr;
};

// How publishing goes, by the memory and the disk that are left.
enum class pressure : std::uint8_t { none, slowed, refused };

// What BrokerInfo says beside the core's counters.
struct broker_facts {
    std::string_view version;
    core::broker_epoch epoch;
    core::wall_time started;
    std::uint32_t pid = 0;
    std::uint64_t journal_bytes = 0;
    std::uint64_t commits = 0;
    std::uint64_t records = 0;
    std::uint64_t cpu_us = 0;
    double recovery_s = 0;
    std::uint64_t memory_bytes_max = 0;
    pressure publishing = pressure::none;
};

// What has become of the content of a message.
enum class content_state : std::uint8_t {
    whole,
    gone,    // the message has ended and is no dead letter
    lost,    // it cannot be read from the disk
    unknown, // nobody knows the message
};

// A message with its content, wherever that came from; with only its id if nobody knows it.
struct told_message {
    core::message message;
    content_state content = content_state::whole;
};

void append_welcome(std::string& out,
                    core::request_id request,
                    core::effect::welcome const& welcome,
                    welcome_facts const& facts);
// Every effect but `welcome` and `closed`, which need more than themselves. Nothing is appended for
// a request that wanted no answer (request 0).
void append_effect(std::string& out, core::any_effect const& effect);
void append_problem(std::string& out, core::request_id request, problem const& what);
void append_pong(std::string& out, core::request_id request, ping what, core::wall_time now);
void append_goodbye(std::string& out, errc why, std::string_view reason);

// Answers to questions, in the order of any_question. Lists leave out what makes them long:
// results, histories, traces.
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::queue_stats const> queues,
                   bool more);
void append_answer(std::string& out,
                   core::request_id request,
                   core::broker_stats const& stats,
                   broker_facts const& facts);
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::policy_stats const> policies);
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::hold_stats const> holds);
// Says `more` of itself when the contents of the schedules do not fit.
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::schedule_state const> schedules,
                   bool more);
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::sweep_state const> sweeps);
void append_answer(std::string& out, core::request_id request, core::message_page const& page);
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::obstacle const> obstacles,
                   core::wall_time now);
// A queue with what is in the way of its ready messages.
void append_answer(std::string& out,
                   core::request_id request,
                   core::queue_stats const& queue,
                   std::span<core::obstacle_count const> obstacles);
void append_answer(std::string& out, core::request_id request, limit_page const& page);
void append_answer(std::string& out, core::request_id request, session_page const& page);
void append_answer(std::string& out, core::request_id request, std::span<series const> found);
void append_answer(std::string& out, core::request_id request, instructed const& what);
void append_answer(std::string& out, core::request_id request, event_batch const& batch);
// Not an answer: pushed to a worker.
void append_instruction(std::string& out, instruction const& what);
void append_answer(std::string& out,
                   core::request_id request,
                   std::span<told_message const> messages);

// Deliveries are collected as bytes first and become one frame later. `content` is given apart,
// because it may have been read back from the disk.
void append_delivery(std::string& batch, core::delivery const& delivery, std::string_view content);
void append_deliver_frame(std::string& out, std::string_view batch);

} // namespace peyk::net
