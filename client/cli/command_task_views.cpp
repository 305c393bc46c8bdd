#include "client/cli/command_entry.hpp"
#include "client/cli/message_list.hpp"
#include "client/cli/obstacle_text.hpp"
#include "client/cli/present.hpp"
#include "client/cli/present_message.hpp"
#include "client/cli/progress.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>
#include <peyk/async_result.hpp>

#include <boost/json.hpp>

#include <iostream>

namespace peyk::cli {
namespace {

namespace json = boost::json;

// Of an argument list, a body or the headers, for people. A screen or two.
constexpr std::size_t shown_bytes_max = 4'000;

struct id_options {
    std::string id;
};

// Throws failure(unknown) if nobody knows it, after printing so in JSON.
status whole(common_options const& common, std::string const& text) {
    auto const id = parse_id(text);
    auto now = connect(common).info(id);
    if (now.state == state::unknown) {
        if (common.is_structured())
            print_value(common, present_whole(now));
        nobody_knows(id);
    }
    return now;
}

// Null when it is over.
json::value reason_of(common_options const& common, status const& of) {
    if (of.is_final())
        return {};
    auto const reason = connect(common).why(of.id);
    return common.is_structured() ? json::value(present(reason)) : json::value(reason.text);
}

struct show_options {
    std::string id;
    bool args = false;
};

exit_code show(common_options const& common, show_options const& options) {
    auto const now = whole(common, options.id);
    json::object const why{{"why", reason_of(common, now)}};
    if (!options.args) {
        print_whole(common, now, why);
        return exit_code::ok;
    }
    auto const found = admin{connect(common)}.messages({now.id});
    auto content = found.empty() ? json::object{} : present(found.front());
    if (common.is_structured()) {
        auto fields = present_whole(now);
        fields.insert(content.begin(), content.end());
        fields.insert(why.begin(), why.end());
        print_value(common, fields);
        return exit_code::ok;
    }
    print_whole(common, now, why);
    print_line("");
    if (auto* const named = content.if_contains("kwargs"); named && !named->as_object().empty())
        *named = data_text(*named);
    for (auto& [key, value] : content)
        value = shortened(value, shown_bytes_max);
    print_fields(content);
    return exit_code::ok;
}

exit_code history(common_options const& common, id_options const& options) {
    print_history(common, whole(common, options.id));
    return exit_code::ok;
}

// Log lines on standard output as they come, the progress below them.
class tail_output {
public:
    explicit tail_output(common_options const& common) : options_(common) {}

    void log(std::string_view lines) {
        bar_.hide();
        if (options_.is_structured())
            print_one_of_many(options_, json::object{{"log", lines}});
        else
            print_text(lines);
        std::cout.flush();
    }
    void progress(peyk::progress const& now) {
        if (options_.is_structured()) {
            print_one_of_many(
                options_,
                json::object{
                    {"progress", {{"done", now.done}, {"total", now.total}, {"text", now.text}}}});
            std::cout.flush();
        }
        bar_.show(now.done, now.total, printable(now.text));
    }
    void state(status const& now) {
        if (options_.is_structured()) {
            print_one_of_many(options_,
                              json::object{{"state", to_string(now.state)},
                                           {"detail", text_or_null(to_string(now.detail))}});
            std::cout.flush();
        }
    }

private:
    cli::progress bar_{"running", 0};
    common_options const& options_;
};

exit_code tail(common_options const& common, id_options const& options) {
    auto const id = parse_id(options.id);
    status ended;
    {
        tail_output out{common};
        ended = follow(connect(common),
                       id,
                       {.on_progress = [&](peyk::progress const& now) { out.progress(now); },
                        .on_log = [&](std::string_view lines) { out.log(lines); },
                        .on_state =
                            [&](status const& now) {
                                out.state(now);
                            }});
    }
    if (ended.state == state::unknown)
        nobody_knows(id);
    if (ended.state != state::success)
        throw failure{exit_code::negative, id.to_string() + " ended as " + summary(ended)};
    return exit_code::ok;
}

void add_view(CLI::App& task,
              invocation& in,
              command_text const& text,
              exit_code (*work)(common_options const&, id_options const&)) {
    auto const [command, options] = add_command(task, in, text, work);
    command->add_option("id", options->id, "Message id, as `peyk call` prints it")->required();
}

} // namespace

void nobody_knows(message_id id) {
    throw failure{exit_code::unknown,
                  "no message " + id.to_string() +
                      " is known: it was never published, or its result is no longer kept"};
}

void add_task_views(CLI::App& task, invocation& in) {
    auto const id = example_id();
    auto const [one, shown] =
        add_command(task,
                    in,
                    {"show",
                     "State, times, counts, progress, result and history of one message",
                     {"peyk task show " + id, "peyk task show " + id + " --args -o json"}},
                    show);
    one->add_option("id", shown->id, "Message id, as `peyk call` prints it")->required();
    one->add_flag("--args", shown->args, "With its arguments, body, headers and options");
    add_view(task,
             in,
             {"history", "Its failed and lost runs, the oldest first", {"peyk task history " + id}},
             history);
    add_view(task,
             in,
             {"tail",
              "Follow its log and progress until it ends; JSON and YAML are one value per event",
              {"peyk task tail " + id, "peyk task tail " + id + " -o json"}},
             tail);
}

} // namespace peyk::cli
