#pragma once
// Which message's task the calling thread runs: what it publishes becomes a child of that message.

#include <peyk/message_id.hpp>

namespace peyk {

struct lineage {
    message_id root = {};   // nil: the message itself is the root
    message_id parent = {}; // the message whose task runs; nil: none does
};

// Of the calling thread.
[[nodiscard]] lineage current_lineage();

// Sets it for a while, on this thread. Scopes may nest; each ends on the thread that made it. The
// worker opens one around each task.
class lineage_scope {
public:
    explicit lineage_scope(lineage of);
    ~lineage_scope();
    lineage_scope(lineage_scope const&) = delete;
    lineage_scope& operator=(lineage_scope const&) = delete;

private:
    lineage outer_;
};

} // namespace peyk
