#include "client/cli/publish_one.hpp"

#include "client/cli/output.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <utility>
#include <vector>

namespace peyk::cli {
namespace {

void print_id(common_options const& common,
              publish_result const& answer,
              boost::json::object const& more) {
    if (!common.is_structured())
        return print_line(answer.id.to_string());
    boost::json::object fields{{"id", answer.id.to_string()}};
    for (auto const& [key, value] : more)
        fields[key] = value;
    fields["joined"] = answer.joined;
    fields["conflict"] = answer.error == errc::unique_conflict;
    print_value(common, fields);
}

// Throws what client::publish() throws for one message.
publish_result publish(client& broker, message what) {
    std::vector<message> one;
    one.push_back(std::move(what));
    return broker.publish(std::move(one)).at(0);
}

void check(common_options const& common,
           publish_result const& answer,
           std::string const& key,
           boost::json::object const& fields) {
    if (answer.error == errc::unique_conflict) {
        print_id(common, answer, fields);
        throw failure{exit_code::conflict,
                      "not published: " + answer.id.to_string() + " has the key '" + key +
                          "'; --on-conflict says what else could happen"};
    }
    if (answer.error)
        throw_error(answer.error, answer.detail, answer.limit);
    if (answer.joined) {
        std::cerr << "peyk: not published: " << answer.id << " has the key '" << key
                  << "' and its result is the answer\n";
    }
}

std::string key_of(message const& what) {
    return what.unique ? what.unique->key : std::string{};
}

} // namespace

message_id publish_quietly(common_options const& common,
                           client& broker,
                           message what,
                           boost::json::object const& fields) {
    auto const key = key_of(what);
    auto const answer = publish(broker, std::move(what));
    check(common, answer, key, fields);
    return answer.id;
}

void publish_one(common_options const& common,
                 client& broker,
                 message what,
                 boost::json::object const& fields) {
    auto const key = key_of(what);
    auto const answer = publish(broker, std::move(what));
    check(common, answer, key, fields);
    print_id(common, answer, fields);
}

} // namespace peyk::cli
