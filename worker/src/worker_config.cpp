#include "worker/src/worker_config.hpp"

#include "worker/src/settings.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <set>

namespace peyk::worker_detail {
namespace {

[[noreturn]] void
fail(std::string const& path, YAML::Mark const& at, std::string const& key, std::string_view why) {
    // yaml-cpp counts lines from 0 and has -1 for "nowhere".
    auto const line = at.line >= 0 ? ":" + std::to_string(at.line + 1) : std::string{};
    throw config_error(path + line + ": " + (key.empty() ? "" : key + ": ") + std::string{why});
}

// A list means the same as its elements with commas between them.
std::string value_of(YAML::Node const& node) {
    if (node.IsNull())
        return {};
    if (node.IsScalar())
        return node.Scalar();
    if (!node.IsSequence())
        throw std::invalid_argument("should be a value or a list of values");
    std::string joined;
    for (auto const& each : node) {
        if (!each.IsScalar())
            throw std::invalid_argument("should be a list of plain values");
        joined += (joined.empty() ? "" : ",") + each.Scalar();
    }
    return joined;
}

YAML::Node load(std::string const& path) {
    if (std::error_code ignored; std::filesystem::is_directory(path, ignored))
        throw config_error(path + ": is a directory; a file is expected");
    try {
        return YAML::LoadFile(path);
    } catch (YAML::BadFile const&) {
        throw config_error(path + ": cannot be read");
    } catch (YAML::ParserException const& e) {
        fail(path, e.mark, "", e.msg);
    }
}

} // namespace

void read_config_file(worker_options& to, std::string const& path) {
    auto const root = load(path);
    if (root.IsNull())
        return;
    if (!root.IsMap())
        fail(path, root.Mark(), "", "should be keys with values");
    std::set<std::string> seen;
    for (auto const& entry : root) {
        auto const key = entry.first.IsScalar() ? entry.first.Scalar() : std::string{};
        auto const at = entry.first.Mark();
        if (!is_setting(key))
            fail(path, at, key, "no such key");
        if (!seen.insert(key).second)
            fail(path, at, key, "is there twice");
        try {
            apply_setting(to, key, value_of(entry.second));
        } catch (std::invalid_argument const& e) {
            fail(path, at, key, e.what());
        }
    }
}

environment process_environment() {
    return [](std::string const& name) -> std::optional<std::string> {
        char const* const value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>{value};
    };
}

void read_environment(worker_options& to, environment const& from) {
    for (auto const& key : setting_keys()) {
        auto const name = "PEYK_" + boost::algorithm::to_upper_copy(key);
        auto const value = from(name);
        if (!value)
            continue;
        try {
            apply_setting(to, key, *value);
        } catch (std::invalid_argument const& e) {
            throw config_error(name + ": " + e.what());
        }
    }
}

} // namespace peyk::worker_detail
