#include "worker/program/command_template.hpp"

#include <peyk/attempt_end.hpp>
#include <peyk/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>

#include <unistd.h>

namespace peyk::program {
namespace {

constexpr std::string_view blanks = " \t\n\r";

// The words of a line, by the rules of a shell for blanks, quotes and backslashes.
class word_splitter {
public:
    explicit word_splitter(std::string_view text) : rest_(text) {}

    std::vector<std::string> split() {
        while (!rest_.empty())
            take_one();
        end_word();
        return std::move(words_);
    }

private:
    void take_one() {
        char const c = next();
        if (c == '\'')
            take_quoted();
        else if (c == '"')
            take_double_quoted();
        else if (c == '\\')
            add(escaped());
        else if (blanks.find(c) != std::string_view::npos)
            end_word();
        else
            add(c);
    }
    void take_quoted() {
        auto const end = rest_.find('\'');
        if (end == std::string_view::npos)
            throw bad_command("a ' is not closed");
        word_ = word_.value_or("") + std::string{rest_.substr(0, end)};
        rest_.remove_prefix(end + 1);
    }
    void take_double_quoted() {
        word_ = word_.value_or("");
        while (!rest_.empty()) {
            char const c = next();
            if (c == '"')
                return;
            bool const escapes =
                c == '\\' && !rest_.empty() &&
                std::string_view{"\\\"$`"}.find(rest_.front()) != std::string_view::npos;
            add(escapes ? next() : c);
        }
        throw bad_command("a \" is not closed");
    }
    char escaped() {
        if (rest_.empty())
            throw bad_command("it ends with a \\");
        return next();
    }
    char next() {
        char const c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void add(char c) { word_ = word_.value_or("") + c; }
    void end_word() {
        if (word_)
            words_.push_back(std::move(*word_));
        word_.reset();
    }

    std::string_view rest_;
    std::optional<std::string> word_; // begun, maybe empty: ''
    std::vector<std::string> words_;
};

bool may_be_name(std::string_view text) {
    auto const is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

word_part placeholder(std::string_view inside) {
    std::size_t place = 0;
    auto const* const end = inside.data() + inside.size();
    auto const read = std::from_chars(inside.data(), end, place);
    if (read.ec == std::errc{} && read.ptr == end)
        return {.is = word_part::kind::place, .text = {}, .place = place};
    if (may_be_name(inside))
        return {.is = word_part::kind::name, .text = std::string{inside}};
    throw bad_command("{" + std::string{inside} +
                      "} is no argument: {0} is the first, {name} one by its name; a brace is {{");
}

command_word parse_word(std::string_view text) {
    command_word word;
    auto const add_text = [&](std::string_view more) {
        if (word.empty() || word.back().is != word_part::kind::text)
            word.push_back({});
        word.back().text += more;
    };
    if (text.empty())
        add_text("");
    while (!text.empty()) {
        auto const at = std::min(text.find_first_of("{}"), text.size());
        if (at > 0)
            add_text(text.substr(0, at));
        text.remove_prefix(at);
        if (text.empty())
            break;
        if (text.size() > 1 && text[1] == text[0]) {
            add_text(text.substr(0, 1));
            text.remove_prefix(2);
            continue;
        }
        auto const close = text.find('}');
        if (text.front() == '}' || close == std::string_view::npos)
            throw bad_command("a brace stands alone; {{ and }} are braces");
        word.push_back(placeholder(text.substr(1, close - 1)));
        text.remove_prefix(close + 1);
    }
    return word;
}

bool is_program(std::filesystem::path const& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::string find_program(command_word const& word) {
    if (word.size() != 1 || word.front().is != word_part::kind::text || word.front().text.empty())
        throw bad_command("the program itself cannot be an argument");
    auto const& name = word.front().text;
    if (name.find('/') != std::string::npos) {
        if (!is_program(name))
            throw bad_command(name + " is no program: it is not there, or may not be executed");
        return name;
    }
    auto const* const path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    std::istringstream folders{path == nullptr ? "" : path};
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (auto const found = std::filesystem::path{folder} / name; is_program(found))
            return found.string();
    }
    throw bad_command(name + " is not in PATH; a program beside you is ./" + name);
}

std::string as_text(std::string const& encoded) {
    auto const value = json_detail::parse(encoded);
    auto text = value.is_string() ? std::string{value.as_string()} : encoded;
    if (text.find('\0') != std::string::npos)
        throw bad_arguments("an argument has a zero byte in it, which no word can have");
    return text;
}

std::string value_of(word_part const& part, message_content const& from) {
    if (part.is == word_part::kind::text)
        return part.text;
    if (part.is == word_part::kind::place) {
        if (part.place >= from.args.size())
            throw bad_arguments("argument " + std::to_string(part.place + 1) +
                                ", which the command names, is missing");
        return as_text(from.args[part.place]);
    }
    auto const found = from.kwargs.find(part.text);
    if (found == from.kwargs.end())
        throw bad_arguments("argument \"" + part.text + "\", which the command names, is missing");
    return as_text(found->second);
}

} // namespace

command_template parse_command(std::string_view text) {
    auto const equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        throw bad_command("\"" + std::string{text} + "\" is not TASK=COMMAND");
    command_template made{.task = std::string{text.substr(0, equals)}, .file = {}, .words = {}};
    try {
        for (auto const& word : word_splitter{text.substr(equals + 1)}.split())
            made.words.push_back(parse_word(word));
        if (made.words.empty())
            throw bad_command("there is no command");
        made.file = find_program(made.words.front());
    } catch (bad_command const& e) {
        throw bad_command(made.task + ": " + e.what());
    }
    return made;
}

std::vector<std::string> fill(command_template const& what, message_content const& from) {
    if (!from.content_type.empty() && from.content_type != json_content_type)
        throw bad_arguments("arguments are " + from.content_type +
                            ", application/json is what a command takes");
    std::vector<std::string> words;
    for (auto const& word : what.words) {
        auto& filled = words.emplace_back();
        for (auto const& part : word)
            filled += value_of(part, from);
    }
    return words;
}

std::string input_of(message_content const& from) {
    std::string text = R"({"args":[)";
    char const* comma = "";
    for (auto const& each : from.args) {
        text += comma + each;
        comma = ",";
    }
    text += R"(],"kwargs":{)";
    comma = "";
    for (auto const& [name, value] : from.kwargs) {
        text += comma + to_json(name) + ":" + value;
        comma = ",";
    }
    return text + "}}";
}

} // namespace peyk::program
