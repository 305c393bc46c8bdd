#include "client/cli/contexts.hpp"

#include "client/cli/output.hpp"
#include "client/cli/yaml.hpp"
#include "client/src/broker_url.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

namespace peyk::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t name_bytes_max = 64;
constexpr std::uintmax_t file_bytes_max = 1u << 20;

std::string variable(char const* name) {
    auto const* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value == nullptr ? std::string{} : std::string{value};
}

// Makes contexts of what a file says.
class contexts_reader {
public:
    contexts_reader(fs::path const& file, yaml_document const& document)
        : file_(file), document_(document) {}

    contexts read() const {
        contexts all;
        for (auto const& [key, value] : document_.fields) {
            std::string const path{key};
            if (path == "current")
                all.current = text(path, value);
            else if (path == "contexts")
                for_each(path, value, [&](std::string const& name, json::value const& fields) {
                    all.named[name] = read_one(path + '/' + name, name, fields);
                });
            else
                wrong(path, "there is no setting '" + path + "'; there are current and contexts");
        }
        if (!all.current.empty() && !all.named.contains(all.current))
            wrong("current", "there is no context '" + all.current + "' in this file");
        return all;
    }

private:
    context
    read_one(std::string const& path, std::string const& name, json::value const& fields) const {
        context made;
        said(path, [&] { check_context_name(name); });
        for_each(path, fields, [&](std::string const& key, json::value const& value) {
            auto const here = path + '/' + key;
            auto const said_text = text(here, value);
            if (key == "url") {
                said(here, [&] { check_url(said_text); });
                made.url = said_text;
            } else if (key == "output") {
                said(here, [&] { made.output = parse_output_format(said_text, "output"); });
            } else {
                wrong(here, "there is no setting '" + key + "'; there are url and output");
            }
        });
        if (made.url.empty())
            wrong(path, "the context '" + name + "' has no url");
        return made;
    }

    void for_each(std::string const& path, json::value const& value, auto const& take) const {
        if (value.is_null())
            return;
        if (!value.is_object())
            wrong(path, "there should be names with values here");
        for (auto const& [key, field] : value.get_object())
            take(std::string{key}, field);
    }

    std::string text(std::string const& path, json::value const& value) const {
        if (!value.is_string())
            wrong(path, "there should be a text here");
        return std::string{value.get_string()};
    }

    // What is refused on a command line is wrong in a line here.
    void said(std::string const& path, auto const& check) const {
        try {
            check();
        } catch (failure const& refused) {
            wrong(path, refused.what());
        }
    }

    [[noreturn]] void wrong(std::string const& path, std::string const& why) const {
        auto const line = document_.lines.find(path);
        throw failure{exit_code::internal,
                      file_.string() + ":" +
                          std::to_string(line == document_.lines.end() ? 1 : line->second) + ": " +
                          why};
    }

    fs::path const& file_;
    yaml_document const& document_;
};

[[noreturn]] void cannot(std::string const& what, fs::path const& file, int error) {
    throw failure{exit_code::internal,
                  "cannot " + what + " " + file.string() + ": " + std::strerror(error)};
}

// A file beside the one it is going to replace; gone unless it does.
class new_file {
public:
    explicit new_file(fs::path target)
        : target_(std::move(target)), path_(target_.string() + ".XXXXXX") {
        descriptor_ = ::mkstemp(path_.data()); // mode 0600
        if (descriptor_ < 0)
            cannot("write", target_, errno);
    }
    ~new_file() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        if (!done_)
            ::unlink(path_.c_str());
    }
    new_file(new_file const&) = delete;
    new_file& operator=(new_file const&) = delete;

    void write(std::string_view text) const {
        while (!text.empty()) {
            auto const count = ::write(descriptor_, text.data(), text.size());
            if (count < 0 && errno != EINTR)
                cannot("write", target_, errno);
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        }
    }
    void replace() {
        if (::fsync(descriptor_) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0)
            cannot("write", target_, errno);
        done_ = true;
    }

private:
    fs::path target_;
    std::string path_;
    int descriptor_ = -1;
    bool done_ = false;
};

json::object fields_of(contexts const& all) {
    json::object named;
    for (auto const& [name, each] : all.named) {
        json::object fields{{"url", each.url}};
        if (each.output)
            fields["output"] = to_string(*each.output);
        named[name] = std::move(fields);
    }
    json::object fields;
    if (!all.current.empty())
        fields["current"] = all.current;
    fields["contexts"] = std::move(named);
    return fields;
}

} // namespace

fs::path contexts_file() {
    // A relative one is no place, says the standard.
    if (fs::path const config = variable("XDG_CONFIG_HOME"); config.is_absolute())
        return config / "peyk" / "contexts.yaml";
    if (auto const home = variable("HOME"); !home.empty())
        return fs::path{home} / ".config" / "peyk" / "contexts.yaml";
    return {};
}

contexts read_contexts(fs::path const& file) {
    std::error_code wrong;
    bool const there = !file.empty() && fs::exists(file, wrong);
    if (wrong)
        cannot("read", file, wrong.value());
    if (!there)
        return {};
    auto const size = fs::file_size(file, wrong);
    if (!wrong && size > file_bytes_max)
        throw failure{exit_code::internal, file.string() + " is too large for a file of contexts"};
    std::ifstream in{file, std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{in}, {}};
    if (wrong || !in)
        cannot("read", file, wrong ? wrong.value() : errno);
    try {
        return contexts_reader{file, parse_yaml(text)}.read();
    } catch (yaml_error const& broken) {
        throw failure{exit_code::internal,
                      file.string() + ":" + std::to_string(broken.line()) + ": " + broken.what()};
    }
}

void write_contexts(fs::path const& file, contexts const& all) {
    if (file.empty()) {
        throw failure{exit_code::internal,
                      "there is no place for contexts: set HOME or XDG_CONFIG_HOME"};
    }
    std::error_code wrong;
    fs::create_directories(file.parent_path(), wrong);
    if (wrong)
        cannot("make", file.parent_path(), wrong.value());
    // A link to a file elsewhere stays one.
    auto const target = fs::exists(file, wrong) ? fs::canonical(file, wrong) : file;
    new_file made{wrong ? file : target};
    made.write("# Written by `peyk context`; `peyk help contexts` tells what is in it.\n" +
               to_yaml(fields_of(all)));
    made.replace();
}

void check_context_name(std::string const& name) {
    bool const good =
        !name.empty() && name.size() <= name_bytes_max && std::ranges::all_of(name, [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                   c == '.';
        });
    if (!good) {
        throw failure{exit_code::usage,
                      "'" + name +
                          "' is no name of a context; write letters, digits, '-', '_' and '.', " +
                          std::to_string(name_bytes_max) + " at most"};
    }
}

void check_url(std::string const& url) {
    if (!parse_urls(url)) {
        throw failure{exit_code::usage,
                      "'" + url + "' is no address of a broker; write it as peyk://host:7420"};
    }
}

surroundings read_environment() {
    return {variable("PEYK_URL"), variable("PEYK_CONTEXT")};
}

void settle(common_options& into,
            common_arguments const& given,
            surroundings const& around,
            contexts const& known) {
    auto const name = given.context             ? *given.context
                      : !around.context.empty() ? around.context
                                                : known.current;
    auto const found = known.named.find(name);
    // What says less than another need not be right.
    bool const is_asked = given.context || (!given.url && around.url.empty());
    if (is_asked && !name.empty() && found == known.named.end()) {
        throw failure{
            exit_code::usage,
            "no context '" + name + (given.context ? "'" : "', which PEYK_CONTEXT names") +
                "; `peyk context ls` shows those there are, `peyk context set` makes one"};
    }
    bool const has_context = found != known.named.end();
    if (given.url)
        into.url = *given.url;
    else if (has_context && (given.context || around.url.empty()))
        into.url = found->second.url;
    else if (!around.url.empty())
        into.url = around.url;
    if (given.output)
        into.output = *given.output;
    else if (has_context && found->second.output)
        into.output = *found->second.output;
}

} // namespace peyk::cli
