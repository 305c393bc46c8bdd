#pragma once
// Where sessions hand over what their clients ask: the one thing net knows of the rest of the
// broker. Implemented by server/engine. One thread.

#include "broker/core/command.hpp"
#include "broker/net/request.hpp"

#include <memory>

namespace peyk::net {

class session;

class command_sink {
public:
    // A client said Hello. From now on effects for the session go to this connection; a connection
    // that had the session before is closed. The answer is a welcome or a close.
    virtual void open(session& from, core::connect const& hello) = 0;

    // Applies a command of an open session at once. Its answers come later through the session.
    virtual void submit(core::any_command const& what) = 0;

    // Answers a question at once.
    virtual void ask(session& from, core::request_id request, any_question const& what) = 0;

    // Something was heard from the client: once per read, not per frame.
    virtual void heard(core::session_id session) = 0;

    // The connection is gone or given up. Called exactly once for each open().
    virtual void closed(session& from, bool for_good) = 0;

    // The session has bytes to send: flush() it once this turn of the loop has been worked off.
    virtual void flush_soon(session& from) = 0;

    // False: too much waits for the disk. The session stops reading; it is told to go on later.
    [[nodiscard]] virtual bool accepting(session& from) = 0;

    // The client does not read what it is sent; or it does again. Not while the core's output is
    // handed out.
    virtual void stalled(session& from, bool is) = 0;

    [[nodiscard]] virtual core::wall_time now() = 0;

protected:
    ~command_sink() = default;
};

} // namespace peyk::net
