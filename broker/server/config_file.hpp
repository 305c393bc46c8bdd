#pragma once
// A YAML file as plain values that know their lines; the one place that knows the YAML library.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace peyk::server {

struct config_node {
    enum class kind : std::uint8_t { null, text, list, map };

    kind what = kind::null;
    bool quoted = false; // a text that is a text, whatever it looks like
    int line = 0;        // from 1
    std::string text;
    std::vector<config_node> items;
    std::vector<std::pair<config_node, config_node>> entries; // in the order of the file
};

// Throws config_error when the file cannot be read or is no YAML.
[[nodiscard]] config_node read_config_file(std::filesystem::path const& file);

// "FILE:LINE: KEY", as errors begin.
[[nodiscard]] std::string
place_of(std::filesystem::path const& file, config_node const& node, std::string_view key);

// The node as JSON, as its plain texts look: numbers, true, false and null are what they are.
[[nodiscard]] std::string to_json(config_node const& node);

} // namespace peyk::server
