#pragma once
// A shared library with tasks, as <peyk/module.hpp> makes them.

#include <peyk/app.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace peyk::program {

// Names the file and what to do about it.
class module_error : public std::runtime_error {
public:
    enum class kind : unsigned char {
        no_such_file,
        cannot_load,   // no shared library, or one that needs what is not there
        not_a_module,  // without PEYK_TASKS
        other_version, // for another Peyk, compiler or Boost
    };

    module_error(kind what, std::string const& sentence)
        : std::runtime_error(sentence), what_(what) {}
    [[nodiscard]] kind reason() const { return what_; }

private:
    kind what_;
};

// Loads it for the life of this process and lets it register its tasks. Throws module_error, and
// what its own code throws.
void load_module(std::filesystem::path const& file, app& into);

} // namespace peyk::program
