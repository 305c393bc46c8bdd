// Queues, their policies, and holds.
#include "client/src/admin_question.hpp"
#include <peyk/admin.hpp>

#include <utility>

namespace peyk {
namespace {

admin_question<nothing> create_queue_question(std::string const& name) {
    Control what;
    what.mutable_create_queue()->set_name(name);
    return change(std::move(what));
}

admin_question<nothing> delete_queue_question(std::string const& name) {
    Control what;
    what.mutable_delete_queue()->set_name(name);
    return change_once(std::move(what));
}

admin_question<std::vector<queue_policy_info>> policies_question() {
    Control what;
    what.mutable_list_policies();
    return make_question<std::vector<queue_policy_info>>(
        std::move(what), {}, [](ControlReply const& from, std::vector<queue_policy_info>& to) {
            for (auto const& each : from.policies().policies())
                to.push_back(to_policy(each));
            return from.has_policies();
        });
}

admin_question<nothing> set_policy_question(queue_policy const& policy) {
    Control what;
    to_wire(policy, *what.mutable_set_policy());
    return change(std::move(what));
}

admin_question<nothing> remove_policy_question(std::string const& pattern) {
    Control what;
    what.mutable_remove_policy()->set_pattern(pattern);
    return change_once(std::move(what));
}

admin_question<std::vector<hold>> holds_question() {
    Control what;
    what.mutable_list_holds();
    return make_question<std::vector<hold>>(
        std::move(what), {}, [](ControlReply const& from, std::vector<hold>& to) {
            for (auto const& each : from.holds().holds())
                to.push_back(to_hold(each));
            return from.has_holds();
        });
}

admin_question<nothing> set_hold_question(hold const& wanted) {
    Control what;
    to_wire(wanted, *what.mutable_set_hold());
    return change(std::move(what));
}

admin_question<nothing> release_hold_question(hold_scope scope, std::string const& name) {
    Control what;
    what.mutable_release_hold()->set_scope(static_cast<wire::v1::HoldScope>(scope));
    what.mutable_release_hold()->set_name(name);
    return change_once(std::move(what));
}

} // namespace

void admin::start_create_queue(done handler, std::string name) const {
    ask_async(client_.session(), create_queue_question(name), std::move(handler));
}

void admin::create_queue(std::string name) const {
    ask_blocking(client_, create_queue_question(name));
}

void admin::start_delete_queue(done handler, std::string name) const {
    ask_async(client_.session(), delete_queue_question(name), std::move(handler));
}

void admin::delete_queue(std::string name) const {
    ask_blocking(client_, delete_queue_question(name));
}

void admin::start_policies(completion<error_code, std::vector<queue_policy_info>> handler) const {
    ask_async(client_.session(), policies_question(), std::move(handler));
}

std::vector<queue_policy_info> admin::policies() const {
    return ask_blocking(client_, policies_question());
}

void admin::start_set_policy(done handler, queue_policy policy) const {
    ask_async(client_.session(), set_policy_question(policy), std::move(handler));
}

void admin::set_policy(queue_policy policy) const {
    ask_blocking(client_, set_policy_question(policy));
}

void admin::start_remove_policy(done handler, std::string pattern) const {
    ask_async(client_.session(), remove_policy_question(pattern), std::move(handler));
}

void admin::remove_policy(std::string pattern) const {
    ask_blocking(client_, remove_policy_question(pattern));
}

void admin::start_holds(completion<error_code, std::vector<hold>> handler) const {
    ask_async(client_.session(), holds_question(), std::move(handler));
}

std::vector<hold> admin::holds() const {
    return ask_blocking(client_, holds_question());
}

void admin::start_set_hold(done handler, hold what) const {
    ask_async(client_.session(), set_hold_question(what), std::move(handler));
}

void admin::set_hold(hold what) const {
    ask_blocking(client_, set_hold_question(what));
}

void admin::start_release_hold(done handler, hold_scope scope, std::string name) const {
    ask_async(client_.session(), release_hold_question(scope, name), std::move(handler));
}

void admin::release_hold(hold_scope scope, std::string name) const {
    ask_blocking(client_, release_hold_question(scope, name));
}

} // namespace peyk
