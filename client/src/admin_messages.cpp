// Messages whole, as the broker keeps them.
#include "client/src/admin_question.hpp"
#include "client/src/client_frame.hpp"
#include <peyk/admin.hpp>

#include <utility>

namespace peyk {
namespace {

using std::chrono::seconds;

message to_whole_envelope(wire::v1::Message const& from) {
    auto to = to_envelope(from);
    to.id = {from.id_high(), from.id_low()};
    to.eta = at_ms_if_set(from.eta_ms());
    to.expires_at = at_ms_if_set(from.expires_ms());
    to.root = {from.root_high(), from.root_low()};
    to.parent = {from.parent_high(), from.parent_low()};
    if (from.has_unique()) {
        auto const& unique = from.unique();
        to.unique = uniqueness{unique.key(),
                               static_cast<unique_until>(unique.until()),
                               static_cast<on_conflict>(unique.on_conflict()),
                               seconds{unique.ttl_s()}};
    }
    return to;
}

kept_message to_kept_message(wire::v1::WholeMessage const& from) {
    kept_message to;
    to.content = static_cast<content_state>(from.content());
    to.message = to_whole_envelope(from.message());
    if (auto content = decode_content(from.message().content()))
        to.message.content = std::move(*content);
    else
        to.content = content_state::foreign;
    return to;
}

admin_question<std::vector<kept_message>> messages_question(std::vector<message_id> const& ids) {
    Control what;
    auto& list = *what.mutable_show_messages();
    for (auto const id : ids)
        set_id(*list.add_ids(), id);
    return make_question<std::vector<kept_message>>(
        std::move(what), {}, [](ControlReply const& from, std::vector<kept_message>& to) {
            for (auto const& each : from.whole_messages().messages())
                to.push_back(to_kept_message(each));
            return from.has_whole_messages();
        });
}

} // namespace

void admin::start_messages(completion<error_code, std::vector<kept_message>> handler,
                           std::vector<message_id> ids) const {
    ask_async(client_.session(), messages_question(ids), std::move(handler));
}

std::vector<kept_message> admin::messages(std::vector<message_id> ids) const {
    return ask_blocking(client_, messages_question(ids));
}

} // namespace peyk
