#include "client/cli/command_tree.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace peyk::cli {
namespace {

constexpr std::array<std::string_view, 4> path_names{"--file", "--dir", "--module", "directory"};

std::string shape_of(CLI::Option const& option) {
    if (option.get_items_expected_max() == 0)
        return {};
    return option.get_option_text().empty() ? option.get_type_name() : option.get_option_text();
}

described_option describe(CLI::Option const& option) {
    described_option made;
    for (auto const& name : option.get_lnames())
        made.names.push_back("--" + name);
    for (auto const& name : option.get_snames())
        made.names.push_back("-" + name);
    made.by_place = made.names.empty();
    if (made.by_place)
        made.names.push_back(option.get_name(true));
    made.required = option.get_required();
    made.what = option.get_description();
    made.shape = shape_of(option);
    made.choices = choices_in(made.shape);
    made.is_path = std::ranges::find_first_of(made.names, path_names) != made.names.end();
    return made;
}

void add(CLI::App const& app, std::string const& path, std::vector<described_command>& to) {
    described_command made{path, app.get_name(), app.get_description(), app.get_footer(), {}, {}};
    for (auto const* option : app.get_options())
        made.options.push_back(describe(*option));
    std::vector<CLI::App const*> below;
    for (auto const* command : app.get_subcommands([](CLI::App const*) { return true; })) {
        made.commands.push_back(command->get_name());
        below.push_back(command);
    }
    to.push_back(std::move(made));
    for (auto const* command : below)
        add(*command, path + (path.empty() ? "" : " ") + command->get_name(), to);
}

} // namespace

std::vector<std::string> choices_in(std::string const& shape) {
    std::vector<std::string> words{std::string{}};
    for (char const c : shape) {
        bool const plain = (c >= 'a' && c <= 'z') || c == '-' || c == '_';
        if (c == '|')
            words.emplace_back();
        else if (plain)
            words.back() += c;
        else
            return {};
    }
    bool const list =
        words.size() > 1 && std::ranges::none_of(words, [](auto const& w) { return w.empty(); });
    return list ? words : std::vector<std::string>{};
}

std::vector<described_command> describe(CLI::App const& app) {
    std::vector<described_command> all;
    add(app, {}, all);
    return all;
}

} // namespace peyk::cli
