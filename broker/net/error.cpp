#include "broker/net/error.hpp"

namespace peyk::net {

explanation explain(errc code) noexcept {
    switch (code) {
    case errc::ok:
        return {"no error", {}};
    case errc::malformed_frame:
        return {"the frame is not a well-formed ClientFrame; the stream cannot be read further",
                {}};
    case errc::frame_too_large:
        return {"the frame is larger than the limit told in Welcome; send smaller batches",
                "frame_bytes_max"};
    case errc::version_unsupported:
        return {"this broker speaks version 1 of the protocol; use a client that does", {}};
    case errc::hello_expected:
        return {"the first frame of a connection must be Hello", {}};
    case errc::hello_repeated:
        return {"this connection is open already; open another one for another session", {}};
    case errc::heartbeat_missed:
        return {"nothing was heard from the client for three heartbeats; connect again and resume",
                "heartbeat_ms"};
    case errc::session_superseded:
        return {"the session went on on another connection; use a session id of your own", {}};
    case errc::too_many_connections:
        return {"the broker has as many connections as it may; try again later", "connections_max"};
    case errc::slow_reader:
        return {"too much waits to be read by the client; read faster or ask for less credit",
                "outbox_bytes_max"};
    case errc::shutting_down:
        return {"the broker is stopping; connect again later and resume", {}};
    case errc::handshake_timeout:
        return {"no Hello came in time", "handshake_ms"};
    case errc::session_refused:
        return {"the session cannot be opened", {}};
    }
    return {"unknown error", {}};
}

explanation explain(core::errc code) noexcept {
    using core::errc;
    switch (code) {
    case errc::ok:
        return {"no error", {}};
    case errc::invalid_argument:
        return {"a field has a value that means nothing", {}};
    case errc::invalid_queue_name:
        return {"a queue name has 1 to 200 of: letters, digits and . _ - : /", "name_bytes_max"};
    case errc::message_too_large:
        return {"the content is larger than the limit; store it elsewhere and send its name",
                "content_bytes_max"};
    case errc::result_too_large:
        return {"the result is larger than the limit; store it elsewhere and return its name",
                "result_bytes_max"};
    case errc::batch_too_large:
        return {"too many messages, settlements or ids in one request; split it",
                "publish_batch_max"};
    case errc::in_flight_exceeded:
        return {"too many publishes of this session are unanswered; wait for answers",
                "in_flight_max"};
    case errc::too_many_queues:
        return {"the broker has as many queues as it may", "queues_max"};
    case errc::too_many_names:
        return {"too many different names of queues and tasks; do not put ids into names",
                "names_max"};
    case errc::too_many_consumers:
        return {"this session has as many consumers as it may", "consumers_per_session_max"};
    case errc::too_many_watches:
        return {"this session watches as many messages as it may", "watches_per_session_max"};
    case errc::too_many_sessions:
        return {"the broker knows as many sessions as it may; try again later", "sessions_max"};
    case errc::credit_too_large:
        return {"the credit is larger than the limit", "credit_max"};
    case errc::unknown_delivery:
        return {"the lease is over, was never this session's, or is settled already", {}};
    case errc::unknown_consumer:
        return {"this session has no consumer of that number", {}};
    case errc::duplicate_consumer:
        return {"this session has a consumer of that number; choose another", {}};
    case errc::unknown_message:
        return {"no message with this id is known", {}};
    case errc::unknown_queue:
        return {"no queue of this name is known; it begins with the first publish", {}};
    case errc::duplicate_message:
        return {"another message with this id exists", {}};
    case errc::already_final:
        return {"the message has come to its end already", {}};
    case errc::memory_full:
        return {"the broker's memory limit is reached; publish again when queues are shorter",
                "memory_bytes_max"};
    case errc::disk_full:
        return {"the broker's disk is full; publish again when there is room", "disk"};
    case errc::expired:
        return {"`expires` is not in the future", {}};
    case errc::unsupported:
        return {"this version of the broker cannot do that", {}};
    case errc::session_superseded:
        return explain(net::errc::session_superseded);
    case errc::heartbeat_missed:
        return explain(net::errc::heartbeat_missed);
    case errc::unique_conflict:
        return {"another message has the unique key; the answer names it", {}};
    case errc::queue_full:
        return {"the queue is full by its policy; publish again when it is shorter", {}};
    case errc::queue_draining:
        return {"nothing is published into this queue for now: it drains", {}};
    case errc::queue_not_empty:
        return {"the queue still holds messages, dead letters too, or somebody reads it; purge it "
                "first",
                {}};
    case errc::message_leased:
        return {"the message is with a worker; wait for its end or cancel it", {}};
    case errc::not_final:
        return {"the message has not come to its end; cancel it first", {}};
    case errc::not_dead:
        return {"the message is not a dead letter", {}};
    case errc::unknown_schedule:
        return {"no schedule of this name is known", {}};
    case errc::invalid_schedule:
        return {"the schedule means nothing", {}};
    case errc::unknown_policy:
        return {"no policy with this pattern is known; one from the configuration is changed there",
                {}};
    case errc::unknown_hold:
        return {"nothing of this name is held in this scope", {}};
    case errc::unknown_sweep:
        return {"no sweep with this id is under way", {}};
    case errc::too_many_schedules:
        return {"the broker has as many schedules as it may", "schedules_max"};
    case errc::too_many_policies:
        return {"the broker has as many policies as it may; use patterns", "policies_max"};
    case errc::too_many_holds:
        return {"the broker has as many holds as it may", "holds_max"};
    case errc::too_many_sweeps:
        return {"as many sweeps are under way as may be; wait for one to end", "sweeps_max"};
    case errc::checkpoint_too_large:
        return {"the checkpoint is larger than the limit; store it elsewhere and keep its name",
                "checkpoint_bytes_max"};
    case errc::unknown_limit:
        return {"no limit is about exactly this; one from the configuration is changed there", {}};
    case errc::too_many_limits:
        return {"the broker has as many limits and shares as it may; use patterns", "limits_max"};
    case errc::too_many_lanes:
        return {"too many different keys among the messages there are; try again when there are "
                "fewer",
                "lanes_max"};
    case errc::unknown_worker:
        return {"no connected worker matches", {}};
    case errc::too_many_listeners:
        return {"as many programs listen to events as may", "listeners_max"};
    }
    return {"unknown error", {}};
}

char const* name(errc code) noexcept {
    switch (code) {
    case errc::ok:
        return "ok";
    case errc::malformed_frame:
        return "malformed_frame";
    case errc::frame_too_large:
        return "frame_too_large";
    case errc::version_unsupported:
        return "version_unsupported";
    case errc::hello_expected:
        return "hello_expected";
    case errc::hello_repeated:
        return "hello_repeated";
    case errc::heartbeat_missed:
        return "heartbeat_missed";
    case errc::session_superseded:
        return "session_superseded";
    case errc::too_many_connections:
        return "too_many_connections";
    case errc::slow_reader:
        return "slow_reader";
    case errc::shutting_down:
        return "shutting_down";
    case errc::handshake_timeout:
        return "handshake_timeout";
    case errc::session_refused:
        return "session_refused";
    }
    return "unknown";
}

} // namespace peyk::net
