#include "client/cli/bulk_publish.hpp"
#include "client/cli/command_entry.hpp"
#include "client/cli/message_options.hpp"
#include "client/cli/output.hpp"
#include "client/cli/publish_one.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace peyk::cli {
namespace {

struct publish_options {
    std::string queue;
    std::optional<std::string> body;
    std::string file;
    bool lines = false;
    std::string content_type = "text/plain";
    message_options message;
};

std::string read_all(std::istream& in) {
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

// The stream the bodies come from; `file` keeps it open.
std::istream& source(publish_options const& options, std::ifstream& file) {
    if (options.file.empty())
        return std::cin;
    file.open(options.file, std::ios::binary);
    if (!file)
        throw failure{exit_code::internal, "cannot read " + options.file};
    return file;
}

void check(publish_options const& options) {
    if (options.body && !options.file.empty())
        throw failure{exit_code::usage, "give the body or --file, not both"};
    if (options.lines && options.body && *options.body != "-")
        throw failure{exit_code::usage, "--lines reads from --file or from standard input (-)"};
    if (!options.body && options.file.empty() && !options.lines) {
        throw failure{exit_code::usage, "give a body, --file, or - to read it from standard input"};
    }
}

exit_code
publish_lines(common_options const& common, publish_options const& options, message const& model) {
    std::ifstream file;
    auto& in = source(options, file);
    auto const outcome = bulk_publish(connect(common), in, model);
    if (common.is_structured()) {
        print_value(common,
                    boost::json::object{{"queue", options.queue},
                                        {"published", outcome.published},
                                        {"refused", outcome.refused},
                                        {"seconds", outcome.seconds}});
    } else {
        print_line(std::to_string(outcome.published) + " messages published to " + options.queue);
    }
    if (outcome.refused > 0) {
        throw failure{exit_code_of(outcome.first_error),
                      std::to_string(outcome.refused) +
                          " lines were refused, the first one with: " + outcome.first_refusal};
    }
    return exit_code::ok;
}

exit_code publish(common_options const& common, publish_options const& options) {
    check(options);
    message m;
    m.queue = options.queue;
    m.content.content_type = options.content_type;
    apply(options.message, m);
    if (options.lines)
        return publish_lines(common, options, m);
    if (options.body && *options.body != "-") {
        m.content.body = *options.body;
    } else {
        std::ifstream file;
        m.content.body = read_all(source(options, file));
    }
    auto broker = connect(common);
    publish_one(common, broker, std::move(m), {{"queue", options.queue}});
    return exit_code::ok;
}

} // namespace

void add_publish(CLI::App& app, invocation& in) {
    auto const [command, options] =
        add_command(app,
                    in,
                    {"publish",
                     "Publish plain messages",
                     {"peyk publish mail 'Dear Ann'",
                      "peyk publish images --file cat.png --content-type image/png",
                      "peyk publish urls --lines --file urls.txt --priority 9",
                      "seq 1000 | peyk publish numbers --lines -"}},
                    publish);
    command->add_option("queue", options->queue, "Queue")->required();
    command->add_option("body", options->body, "The body; - reads it from standard input");
    command->add_option("--file,-f", options->file, "Read the body from a file");
    command->add_flag("--lines", options->lines, "One message per line of the file or input");
    command->add_option("--content-type", options->content_type, "Of the body")
        ->capture_default_str();
    add_message_options(*command, options->message);
}

} // namespace peyk::cli
