#include <peyk/task_binding.hpp>

#include <algorithm>

namespace peyk::task_detail {
namespace {

// What is quoted in an error: enough to recognise a value, short enough for a log line.
constexpr std::size_t quoted_max = 60;

std::string quoted(std::string_view text) {
    if (text.size() <= quoted_max)
        return std::string{text};
    return std::string{text.substr(0, quoted_max)} + "...";
}

bool is_json(std::string_view content_type) {
    return content_type.empty() || content_type == json_content_type;
}

} // namespace

argument_reader::argument_reader(context const& from,
                                 std::vector<std::string> const& names,
                                 std::vector<bool> const& required)
    : task_(from.task()), names_(names), found_(required.size()) {
    auto const& content = from.content();
    if (!is_json(content.content_type))
        throw bad_arguments(task_ + ": arguments are " + content.content_type +
                            ", application/json is what a task takes");
    if (content.args.size() > found_.size())
        throw bad_arguments(task_ + ": takes " + std::to_string(found_.size()) + " arguments, " +
                            std::to_string(content.args.size()) + " given");
    std::ranges::transform(
        content.args, found_.begin(), [](std::string const& each) { return &each; });
    if (!content.kwargs.empty())
        place_named(content);
    require_all(required);
}

void argument_reader::place_named(message_content const& content) {
    for (auto const& [name, value] : content.kwargs) {
        if (names_.empty() && !found_.empty())
            throw bad_arguments(task_ + ": argument \"" + name +
                                "\" is named, but the task was registered without the names of "
                                "its parameters");
        auto const at = std::ranges::find(names_, name);
        if (at == names_.end())
            throw bad_arguments(task_ + ": no parameter is named \"" + name + "\"");
        auto& slot = found_[static_cast<std::size_t>(at - names_.begin())];
        if (slot != nullptr)
            throw bad_arguments(task_ + ": argument \"" + name + "\" is given twice");
        slot = &value;
    }
}

void argument_reader::require_all(std::vector<bool> const& required) const {
    for (std::size_t at = 0; at < found_.size(); ++at) {
        if (required[at] && found_[at] == nullptr)
            throw bad_arguments(task_ + ": " + label(at) + " is missing");
    }
}

void argument_reader::refuse(std::size_t parameter,
                             std::string const& wanted,
                             std::string_view why) const {
    throw bad_arguments(task_ + ": " + label(parameter) + " should be " + wanted + " and is " +
                        quoted(*found_[parameter]) + " (" + std::string{why} + ")");
}

std::string argument_reader::label(std::size_t parameter) const {
    auto const number = "argument " + std::to_string(parameter + 1);
    return names_.empty() ? number : number + " \"" + names_[parameter] + "\"";
}

} // namespace peyk::task_detail
