#pragma once
// What the journal says, kept in maps by the most naive replay there is. It knows which fact may
// follow which; a fact that may not is a violation. It decides nothing.

#include "broker/core/record.hpp"
#include "tests/simulation/draft.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace peyk::simulation {

struct error_text {
    std::string type, text, trace;
    bool operator==(error_text const&) const = default;
};

struct model_message {
    draft_ptr what;
    core::wall_time published = core::unset;
    core::message_state state = core::message_state::ready;
    core::wall_time due = core::unset;
    bool retrying = false;
    core::counters counters;
    error_text error;
    core::delivery_token lease;
    core::session_id holder;
    bool started = false;

    // Final ones.
    bool expired = false;
    std::string result;
    std::string content_type;
    core::delivery_token settled_by;
    core::wall_time finished = core::unset;
    core::wall_time until = core::never;

    [[nodiscard]] bool is_final() const { return state > core::message_state::leased; }
};

struct model_session {
    bool consumes = false;
    bool ended = false;
    bool ended_once = false; // its publishes may have been forgotten since
    std::set<std::uint64_t> accepted;
};

using draft_map = std::map<core::message_id, draft_ptr>;

class model {
public:
    // `drafts` outlives the model: everything any client ever tried to publish.
    explicit model(draft_map const& drafts) : drafts_(&drafts) {}

    void apply(core::any_record const& record);

    // By number, so oldest first.
    [[nodiscard]] std::map<std::uint64_t, model_message> const& messages() const {
        return messages_;
    }
    [[nodiscard]] model_message const* find(core::message_id id) const;
    [[nodiscard]] model_message const* find(core::message_number number) const;
    [[nodiscard]] core::message_number number(core::message_id id) const {
        return {numbers_.at(id)};
    }
    // The message this token leases now.
    [[nodiscard]] model_message const* leased_by(core::delivery_token token) const;
    // The lease of this token was ended by a fact.
    [[nodiscard]] bool ended(core::delivery_token token) const { return ended_.contains(token); }
    // The message existed and nothing of it is kept.
    [[nodiscard]] bool gone(core::message_id id) const { return gone_.contains(id); }
    [[nodiscard]] std::map<core::session_id, model_session> const& sessions() const {
        return sessions_;
    }
    [[nodiscard]] bool accepted(core::session_id session, std::uint64_t sequence) const;
    [[nodiscard]] core::broker_epoch epoch() const { return epoch_; }
    [[nodiscard]] std::size_t unfinished() const;

private:
    void on(core::record::epoch_started const& r);
    void on(core::record::stopped_cleanly const& r);
    void on(core::record::session_opened const& r);
    void on(core::record::session_ended const& r);
    void on(core::record::published const& r);
    void on(core::record::message_kept const& r);
    void on(core::record::leased const& r);
    void on(core::record::requeued const& r);
    void on(core::record::started const& r);
    void on(core::record::finished const& r);
    void on(core::record::forgotten const& r);

    model_message& must_find(core::message_number number, char const* why);
    void end_lease(model_message& m);

    draft_map const* drafts_;
    std::map<std::uint64_t, model_message> messages_;
    std::map<core::message_id, std::uint64_t> numbers_;
    std::map<core::delivery_token, std::uint64_t> leases_;
    std::map<core::session_id, model_session> sessions_;
    std::set<core::delivery_token> ended_;
    std::set<core::message_id> gone_;
    core::broker_epoch epoch_;
};

// Throws a violation that tells `what` of `number`.
[[noreturn]] void violated(std::string const& what, core::message_number number);

} // namespace peyk::simulation
