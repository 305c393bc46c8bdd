#include "client/cli/man_page.hpp"

#include "client/cli/help_topics.hpp"
#include "client/cli/version.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

namespace peyk::cli {
namespace {

// A text that roff takes for nothing but itself. Dashes stay dashes that can be copied.
std::string plain(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '\\')
            out += "\\(rs";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '`')
            out += "\\(ga";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '~')
            out += "\\(ti";
        else
            out += c;
    }
    return out.starts_with('.') ? "\\&" + out : out;
}

// Line by line as it is.
std::string as_it_is(std::string const& text) {
    std::string out = ".EX\n";
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        out += plain(line) + '\n';
    return out + ".EE\n";
}

std::string heading(std::string_view words) {
    std::string out{words};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c == '-' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return out;
}

std::string one_option(described_option const& option) {
    std::string names;
    for (auto const& name : option.names)
        names += (names.empty() ? "\\fB" : ", \\fB") + plain(name) + "\\fR";
    if (!option.shape.empty() && !option.by_place)
        names += " \\fI" + plain(option.shape) + "\\fR";
    return ".TP\n" + names + '\n' + plain(option.what) + '\n';
}

std::string synopsis(described_command const& command) {
    auto line = "peyk" + (command.path.empty() ? "" : " " + command.path);
    for (auto const& option : command.options) {
        if (option.required && !option.by_place)
            line += " " + option.names.front() + " " + option.shape;
    }
    line += " [OPTIONS]";
    for (auto const& option : command.options) {
        if (option.by_place) {
            auto const& name = option.names.front();
            line += option.required ? " " + name : " [" + name + "]";
        }
    }
    return plain(line + (command.commands.empty() ? "" : " COMMAND"));
}

// The examples, without what --help says below them.
std::string examples_in(std::string const& more) {
    auto const begin = more.find('\n');
    if (begin == std::string::npos || !more.starts_with("Examples:"))
        return {};
    auto const end = std::min(more.find("\n\n", begin), more.size());
    return more.substr(begin + 1, end - begin);
}

std::string one_command(described_command const& command) {
    auto text = ".SS " + synopsis(command) + '\n' + plain(command.what) + ".\n";
    for (auto const& option : command.options) {
        if (option.names.front() != "--help")
            text += one_option(option);
    }
    auto const examples = examples_in(command.more);
    if (!examples.empty())
        text += ".PP\nExamples:\n.PP\n" + as_it_is(examples);
    return text;
}

// A noun has some only where it is something by itself, as `worker` is.
bool has_options(described_command const& command) {
    return std::ranges::any_of(command.options, [](described_option const& each) {
        return each.names.front() != "--help";
    });
}

} // namespace

std::string man_page(std::vector<described_command> const& commands) {
    auto const& program = commands.front();
    auto text = ".TH PEYK 1 \"\" \"peyk " + plain(version()) +
                "\" \"User Commands\"\n.SH NAME\npeyk \\- the command line of a Peyk broker\n"
                ".SH SYNOPSIS\n.B " +
                synopsis(program) + "\n.SH DESCRIPTION\n" + plain(program.what) + "\n.SH OPTIONS\n";
    text += "They go with every command.\n";
    for (auto const& option : program.options)
        text += one_option(option);
    text += ".SH COMMANDS\n";
    for (auto const& command : commands) {
        if (!command.path.empty() && (command.commands.empty() || has_options(command)))
            text += one_command(command);
    }
    for (auto const& topic : help_topics()) {
        auto told = topic.text();
        // The page has the heading already.
        told.erase(0, std::min(told.find("\n\n") + 2, told.size()));
        if (topic.asks_broker)
            told += "  peyk help " + std::string{topic.name} + "\n";
        text += ".SH " + heading(topic.name) + '\n' + as_it_is(told);
    }
    return text;
}

} // namespace peyk::cli
