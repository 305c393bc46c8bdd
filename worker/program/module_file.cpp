#include "worker/program/module_file.hpp"

#include <peyk/module.hpp>

#include <string_view>

#include <dlfcn.h>

namespace peyk::program {
namespace {

using kind = module_error::kind;

std::string why() {
    auto const* const text = ::dlerror(); // NOLINT(concurrency-mt-unsafe): before any thread
    return text == nullptr ? "it cannot be loaded" : text;
}

// Lazily at first: the functions of another version may be missing, and its version says it better.
void* open(std::filesystem::path const& file, int how) {
    // With a slash in it: otherwise the folders of the system are searched.
    auto* const library = ::dlopen(std::filesystem::absolute(file).c_str(), how | RTLD_LOCAL);
    if (library == nullptr)
        throw module_error(kind::cannot_load, file.string() + " cannot be loaded: " + why());
    return library;
}

void check_version(std::filesystem::path const& file, void* library) {
    auto const* const made_for = static_cast<char const*>(::dlsym(library, "peyk_module_for"));
    if (made_for == nullptr || ::dlsym(library, "peyk_register") == nullptr)
        throw module_error(kind::not_a_module,
                           file.string() +
                               " has no tasks of Peyk: it needs PEYK_TASKS(app) { ... } of "
                               "<peyk/module.hpp>, once");
    if (std::string_view{made_for} != PEYK_MODULE_FOR)
        throw module_error(kind::other_version,
                           file.string() + " is for another program: it is made for " + made_for +
                               "; this is " + PEYK_MODULE_FOR +
                               ". Build it again with the headers of this version");
}

} // namespace

void load_module(std::filesystem::path const& file, app& into) {
    if (std::error_code ignored; !std::filesystem::is_regular_file(file, ignored))
        throw module_error(kind::no_such_file, file.string() + ": no such file");
    check_version(file, open(file, RTLD_LAZY));
    auto* const library = open(file, RTLD_NOW);
    auto* const add = reinterpret_cast<void (*)(app&)>( // NOLINT: what dlsym gives
        ::dlsym(library, "peyk_register"));
    add(into);
}

} // namespace peyk::program
