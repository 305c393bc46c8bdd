#include "client/cli/command_entry.hpp"
#include "client/cli/contexts.hpp"
#include "client/cli/output.hpp"

#include <boost/json.hpp>

#include <array>
#include <utility>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 4> context_columns{
    {{"current", ""}, {"name", "NAME"}, {"url", "URL"}, {"output", "OUTPUT"}}};

json::object present(std::string const& name, context const& of, bool current) {
    return {{"name", name},
            {"url", of.url},
            {"output", of.output ? json::value(to_string(*of.output)) : json::value{}},
            {"current", current}};
}

exit_code ls(common_options const& common) {
    auto const all = read_contexts(contexts_file());
    json::array rows;
    for (auto const& [name, each] : all.named) {
        auto row = present(name, each, name == all.current);
        if (!common.is_structured())
            row["current"] = name == all.current ? "*" : "";
        rows.push_back(std::move(row));
    }
    print(common, rows, context_columns);
    return exit_code::ok;
}

struct set_options {
    std::string name;
    std::string url;
    std::string output;
};

exit_code set(common_options const& common, set_options const& options) {
    check_context_name(options.name);
    auto const file = contexts_file();
    auto all = read_contexts(file);
    bool const is_new = !all.named.contains(options.name);
    if (is_new && options.url.empty()) {
        throw failure{exit_code::usage,
                      "there is no context '" + options.name + "' yet; make it with --url"};
    }
    auto& changed = all.named[options.name];
    if (!options.url.empty()) {
        check_url(options.url);
        changed.url = options.url;
    }
    if (!options.output.empty())
        changed.output = parse_output_format(options.output, "--output");
    write_contexts(file, all);
    bool const current = options.name == all.current;
    if (common.is_structured()) {
        print_value(common, present(options.name, changed, current));
    } else {
        print_line(options.name + " is " + changed.url +
                   (current ? ""
                            : "; `peyk context use " + options.name +
                                  "` makes it the one "
                                  "that is used"));
    }
    return exit_code::ok;
}

struct name_options {
    std::string name;
};

// With the others; throws failure(unknown).
contexts with(std::string const& name) {
    auto all = read_contexts(contexts_file());
    if (!all.named.contains(name)) {
        throw failure{exit_code::unknown,
                      "no context '" + name + "'; `peyk context ls` shows those there are"};
    }
    return all;
}

exit_code use(common_options const& common, name_options const& options) {
    auto all = with(options.name);
    all.current = options.name;
    write_contexts(contexts_file(), all);
    auto const& chosen = all.named.at(options.name);
    if (common.is_structured())
        print_value(common, present(options.name, chosen, true));
    else
        print_line(options.name + " is used from now on: " + chosen.url);
    return exit_code::ok;
}

// Back to before `use`.
exit_code clear(common_options const& common) {
    auto const file = contexts_file();
    auto all = read_contexts(file);
    auto const before = std::exchange(all.current, {});
    if (!before.empty())
        write_contexts(file, all);
    if (common.is_structured())
        print_value(common, json::object{{"current", nullptr}});
    else
        print_line(before.empty() ? "no context was used" : before + " is not used any more");
    return exit_code::ok;
}

exit_code rm(common_options const& common, name_options const& options) {
    auto all = with(options.name);
    all.named.erase(options.name);
    if (all.current == options.name)
        all.current.clear();
    write_contexts(contexts_file(), all);
    if (common.is_structured())
        print_value(common, json::object{{"name", options.name}, {"removed", true}});
    else
        print_line(options.name + " is gone");
    return exit_code::ok;
}

} // namespace

void add_context(CLI::App& app, invocation& in) {
    auto& context = add_noun(app, "context", "Named brokers: their addresses and defaults");
    add_command(
        context, in, {"ls", "All contexts", {"peyk context ls", "peyk context ls -o json"}}, ls);
    auto const [change, options] =
        add_command(context,
                    in,
                    {"set",
                     "Make one, or change what is given",
                     {"peyk context set prod --url peyk://broker.example:7420",
                      "peyk context set prod --output json"}},
                    set);
    change->add_option("name", options->name, "Name of the context")->required();
    change->add_option("--url", options->url, "Address of its broker; several with commas")
        ->option_text("peyk://HOST:PORT");
    change->add_option("--output,-o", options->output, "What it prints where nothing is said")
        ->option_text("table|json|yaml|jsonl");
    auto const [choose, used] = add_command(
        context, in, {"use", "Use one where nothing else is said", {"peyk context use prod"}}, use);
    choose->add_option("name", used->name, "Name of the context")->required();
    add_command(context,
                in,
                {"clear", "Use none where nothing else is said", {"peyk context clear"}},
                clear);
    auto const [gone, removed] =
        add_command(context, in, {"rm", "Remove one", {"peyk context rm prod"}}, rm);
    gone->add_option("name", removed->name, "Name of the context")->required();
    for (auto* command : context.get_subcommands({})) {
        command->parse_complete_callback([&in] { in.needs_context = false; });
    }
}

} // namespace peyk::cli
