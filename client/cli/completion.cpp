#include "client/cli/completion.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace peyk::cli {
namespace {

using names = std::vector<std::string>;

std::string joined(auto const& words, std::string_view between) {
    std::string all;
    for (auto const& word : words)
        all.append(all.empty() ? "" : between).append(word);
    return all;
}

// In single quotes, as bash and zsh read them.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
}

std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (char const c : text) {
        if (c == '\'' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + "'";
}

// "name:what" of one entry for zsh.
std::string zsh_entry(std::string const& name, std::string const& what) {
    std::string escaped;
    for (char const c : name)
        escaped += c == ':' ? std::string{"\\:"} : std::string{c};
    return quoted(escaped + ":" + what);
}

// All options that a value follows, in any command.
std::set<std::string> valued(std::vector<described_command> const& commands) {
    std::set<std::string> all;
    std::set<std::string> flags;
    for (auto const& command : commands) {
        for (auto const& option : command.options)
            (option.shape.empty() ? flags : all).insert(option.names.begin(), option.names.end());
    }
    std::erase_if(all, [&](auto const& name) { return !name.starts_with('-'); });
    // What follows these may be a command.
    std::erase_if(all, [&](auto const& name) { return flags.contains(name); });
    return all;
}

// Options of the program go with every command.
std::vector<described_option> options_of(described_command const& command,
                                         described_command const& program) {
    auto all = command.options;
    if (&command == &program)
        return all;
    for (auto const& each : program.options) {
        bool const own = std::ranges::any_of(
            command.options, [&](auto const& mine) { return mine.names[0] == each.names[0]; });
        if (!own && each.names[0] != "--version")
            all.push_back(each);
    }
    return all;
}

described_command const& find(std::vector<described_command> const& commands,
                              std::string const& path) {
    return *std::ranges::find(commands, path, &described_command::path);
}

std::string below(described_command const& command, std::string const& name) {
    return command.path + (command.path.empty() ? "" : " ") + name;
}

// The branches of a `case` over "where we are/the next word" that lead on.
std::string steps(std::vector<described_command> const& commands) {
    std::string text;
    for (auto const& command : commands) {
        for (auto const& name : command.commands) {
            text += "            " + quoted(command.path + "/" + name) +
                    ") at=" + quoted(below(command, name)) + " ;;\n";
        }
    }
    return text;
}

// Words that may stand here and have no dashes.
names words_of(described_command const& command) {
    auto words = command.commands;
    for (auto const& option : command.options) {
        if (option.by_place)
            words.insert(words.end(), option.choices.begin(), option.choices.end());
    }
    return words;
}

names dashes_of(std::vector<described_option> const& options) {
    names all;
    for (auto const& option : options) {
        if (!option.by_place)
            all.insert(all.end(), option.names.begin(), option.names.end());
    }
    return all;
}

bool takes_path_by_place(described_command const& command) {
    return std::ranges::any_of(command.options,
                               [](auto const& each) { return each.by_place && each.is_path; });
}

// Branches over "where we are/the option before", for values that are known.
std::string values(std::vector<described_command> const& commands) {
    std::string text;
    for (auto const& command : commands) {
        auto const where = command.path.empty() ? std::string{"*"} : quoted(command.path);
        for (auto const& option : command.options) {
            if (option.by_place || option.choices.empty())
                continue;
            names patterns;
            for (auto const& name : option.names)
                patterns.push_back(where + "/" + name);
            text.insert(command.path.empty() ? text.size() : 0,
                        "        " + joined(patterns, "|") +
                            ") known=" + quoted(joined(option.choices, " ")) + " ;;\n");
        }
    }
    return text;
}

names path_options(std::vector<described_command> const& commands) {
    std::set<std::string> all;
    for (auto const& command : commands) {
        for (auto const& option : command.options) {
            if (option.is_path && !option.by_place)
                all.insert(option.names.begin(), option.names.end());
        }
    }
    return {all.begin(), all.end()};
}

} // namespace

std::string bash_completion(std::vector<described_command> const& commands) {
    auto const& program = commands.front();
    auto const with_value = joined(valued(commands), "|");
    std::string text =
        R"(# Completion of peyk for bash: `source <(peyk completion bash)`, or put it into a file
# named peyk where bash-completion looks, like ~/.local/share/bash-completion/completions.
_peyk() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local at= words= options= known= files= word i
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case "$word" in
            )" +
        with_value + R"() ((i++)); continue ;;
            -*) continue ;;
        esac
        case "$at/$word" in
)" + steps(commands) +
        R"(        esac
    done
    case "$at/$before" in
)" + values(commands) +
        R"(    esac
    case "$at" in
)";
    for (auto const& command : commands) {
        text += "        " + quoted(command.path) +
                ") words=" + quoted(joined(words_of(command), " ")) +
                " options=" + quoted(joined(dashes_of(options_of(command, program)), " ")) +
                (takes_path_by_place(command) ? " files=1" : "") + " ;;\n";
    }
    return text + R"(    esac
    case "$before" in
        )" +
           joined(path_options(commands), "|") + R"() files=1 words= options= ;;
        )" +
           with_value + R"() words=$known options= files= ;;
    esac
    [[ $current == -* ]] && words=$options
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ -n $files && $current != -* ]] && compopt -o default 2>/dev/null
    return 0
}
complete -F _peyk peyk
)";
}

std::string zsh_completion(std::vector<described_command> const& commands) {
    auto const& program = commands.front();
    auto const with_value = joined(valued(commands), "|");
    std::string text = R"(#compdef peyk
# Completion of peyk for zsh: `source <(peyk completion zsh)`, or put it into a file named _peyk
# in a folder of $fpath.
_peyk() {
    local at= known= files= word before=${words[CURRENT-1]}
    local -i i
    local -a found options
    for ((i = 2; i < CURRENT; i++)); do
        word=${words[i]}
        case "$word" in
            ()" + with_value +
                       R"() ((i++)); continue ;;
            (-*) continue ;;
        esac
        case "$at/$word" in
)" + steps(commands) + R"(        esac
    done
    case "$at/$before" in
)" + values(commands) + R"(    esac
    case "$at" in
)";
    for (auto const& command : commands) {
        names entries;
        for (auto const& name : command.commands)
            entries.push_back(zsh_entry(name, find(commands, below(command, name)).what));
        for (auto const& word : words_of(command)) {
            if (std::ranges::find(command.commands, word) == command.commands.end())
                entries.push_back(quoted(word));
        }
        names dashes;
        for (auto const& option : options_of(command, program)) {
            for (auto const& name : option.names) {
                if (!option.by_place)
                    dashes.push_back(zsh_entry(name, option.what));
            }
        }
        text += "        " + quoted(command.path) + ")\n            found=(" +
                joined(entries, " ") + ")\n            options=(" + joined(dashes, " ") + ")" +
                (takes_path_by_place(command) ? "\n            files=1" : "") + " ;;\n";
    }
    return text + R"(    esac
    case "$before" in
        ()" +
           joined(path_options(commands), "|") + R"() _files; return ;;
        ()" +
           with_value + R"() [[ -n $known ]] && compadd -- ${=known}; return ;;
    esac
    if [[ ${words[CURRENT]} == -* ]]; then
        _describe -o option options
    else
        _describe command found
        [[ -n $files ]] && _files
    fi
}
if [[ ${funcstack[1]} == _peyk ]]; then
    _peyk "$@"
else
    compdef _peyk peyk
fi
)";
}

std::string fish_completion(std::vector<described_command> const& commands) {
    auto const& program = commands.front();
    std::string text =
        R"(# Completion of peyk for fish: `peyk completion fish | source`, or put it into
# ~/.config/fish/completions/peyk.fish.
function __peyk_at
    set -l at ''
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch $word
            case )" +
        joined(valued(commands), " ") + R"(
                set is_value 1
            case '-*'
            case '*'
                switch "$at/$word"
)";
    for (auto const& command : commands) {
        for (auto const& name : command.commands) {
            text += "                    case " + fish_quoted(command.path + "/" + name) +
                    "\n                        set at " + fish_quoted(below(command, name)) + "\n";
        }
    }
    text += R"(                end
        end
    end
    test "$at" = "$argv[1]"
end
complete -c peyk -f
)";
    for (auto const& command : commands) {
        auto const here =
            "complete -c peyk -n " + fish_quoted("__peyk_at " + fish_quoted(command.path));
        for (auto const& word : words_of(command)) {
            bool const is_command =
                std::ranges::find(command.commands, word) != command.commands.end();
            text += here + " -a " + fish_quoted(word);
            if (is_command)
                text += " -d " + fish_quoted(find(commands, below(command, word)).what);
            text += '\n';
        }
        for (auto const& option : options_of(command, program)) {
            if (option.by_place) {
                text += option.is_path ? here + " -F\n" : "";
                continue;
            }
            text += here;
            for (auto const& name : option.names)
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!option.shape.empty())
                text += option.is_path ? " -r -F" : " -x";
            if (!option.choices.empty())
                text += " -a " + fish_quoted(joined(option.choices, " "));
            text += " -d " + fish_quoted(option.what) + "\n";
        }
    }
    return text;
}

} // namespace peyk::cli
