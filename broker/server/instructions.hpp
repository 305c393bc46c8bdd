#pragma once
// What operators want workers to do, on its way there and back. Nothing of it is remembered: a
// worker that is not connected is not told, one that is lost or silent counts as one that did not.

#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"
#include "broker/net/request.hpp"
#include "broker/net/view.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace peyk::server {

// A worker that is to be told.
struct addressee {
    core::session_id session;
    std::string name;
};

// An answer for who asked.
struct outcome_for {
    core::session_id asker;
    core::request_id request;
    net::instructed what;
};

class instructions {
public:
    // Without answer for longer than this, told or not, nobody waits.
    static constexpr core::duration wait_default{5'000};
    static constexpr core::duration wait_max{60'000};
    // Instructions under way. Over it nobody is told.
    static constexpr std::size_t pending_max = 10'000;

    // Numbers, one for each worker, in their order; nullopt: too many are under way.
    [[nodiscard]] std::optional<std::vector<std::uint64_t>>
    begin(core::session_id asker,
          core::request_id request,
          std::vector<addressee> const& workers,
          core::duration wait,
          core::steady_time now);

    // Each appends what is to be told; `last` is set in the last answer of a request.
    void replied(core::session_id worker,
                 net::instruction_reply const& reply,
                 std::vector<outcome_for>& out);
    void lost(core::session_id gone, std::vector<outcome_for>& out); // as a worker or as an asker
    void expire(core::steady_time now, std::vector<outcome_for>& out);

    [[nodiscard]] core::steady_time next() const; // when expire() has work; max: never

private:
    struct pending {
        core::session_id worker;
        std::string name;
        core::session_id asker;
        core::request_id request;
        core::steady_time until;
        core::duration wait;
    };
    using table = std::map<std::uint64_t, pending>;

    void answer(table::iterator which, bool ok, std::string text, std::vector<outcome_for>& out);

    std::uint64_t last_ = 0;
    table pending_;
};

} // namespace peyk::server
