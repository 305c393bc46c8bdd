#include "broker/server/config_file.hpp"

#include "broker/server/config.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <yaml-cpp/yaml.h>

namespace peyk::server {
namespace {

// Deeper than any setting; a file that names itself inside itself ends here.
constexpr int depth_max = 32;

config_node convert(YAML::Node const& from, std::filesystem::path const& file, int depth) {
    config_node to;
    to.line = from.Mark().line + 1;
    if (depth > depth_max)
        throw config_error{place_of(file, to, "lists and maps are nested too deep")};
    switch (from.Type()) {
    case YAML::NodeType::Scalar:
        to.what = config_node::kind::text;
        to.text = from.Scalar();
        to.quoted = from.Tag() == "!";
        break;
    case YAML::NodeType::Sequence:
        to.what = config_node::kind::list;
        for (auto const& item : from)
            to.items.push_back(convert(item, file, depth + 1));
        break;
    case YAML::NodeType::Map:
        to.what = config_node::kind::map;
        for (auto const& entry : from)
            to.entries.emplace_back(convert(entry.first, file, depth + 1),
                                    convert(entry.second, file, depth + 1));
        break;
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
        break;
    }
    return to;
}

std::string json_text(std::string_view text) {
    return boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

} // namespace

config_node read_config_file(std::filesystem::path const& file) {
    if (std::error_code ignored; std::filesystem::is_directory(file, ignored))
        throw config_error{file.string() + ": is a directory; a file is expected"};
    try {
        return convert(YAML::LoadFile(file.string()), file, 0);
    } catch (YAML::BadFile const&) {
        throw config_error{file.string() + ": cannot be read"};
    } catch (YAML::ParserException const& e) {
        throw config_error{file.string() + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg};
    }
}

std::string
place_of(std::filesystem::path const& file, config_node const& node, std::string_view key) {
    return file.string() + ":" + std::to_string(node.line) + ": " + std::string{key};
}

std::string to_json(config_node const& node) {
    std::string out;
    switch (node.what) {
    case config_node::kind::null:
        return "null";
    case config_node::kind::text: {
        boost::system::error_code no_json;
        (void)boost::json::parse(node.text, no_json);
        return node.quoted || no_json ? json_text(node.text) : node.text;
    }
    case config_node::kind::list:
        for (auto const& item : node.items)
            out += (out.empty() ? "" : ",") + to_json(item);
        return "[" + out + "]";
    case config_node::kind::map:
        for (auto const& [name, value] : node.entries)
            out += (out.empty() ? "" : ",") + json_text(name.text) + ":" + to_json(value);
        break;
    }
    return "{" + out + "}";
}

} // namespace peyk::server
