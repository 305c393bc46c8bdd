#include "tests/system/program.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace peyk::test {
namespace {

// Files instead of pipes: nobody has to read while the program runs.
using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

file make_file(std::string const& content = {}) {
    file made{std::tmpfile(), std::fclose};
    if (!made)
        throw std::runtime_error{"cannot make a temporary file"};
    std::fwrite(content.data(), 1, content.size(), made.get());
    std::rewind(made.get());
    return made;
}

std::string content_of(file const& from) {
    std::string content;
    std::fseek(from.get(), 0, SEEK_END);
    content.resize(static_cast<std::size_t>(std::ftell(from.get())));
    std::rewind(from.get());
    content.resize(std::fread(content.data(), 1, content.size(), from.get()));
    return content;
}

} // namespace

ended run_program(std::vector<std::string> words, std::string const& input) {
    auto const in = make_file(input);
    auto const out = make_file();
    auto const err = make_file();
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    auto const pid = ::fork();
    if (pid < 0)
        throw std::runtime_error{"cannot fork"};
    if (pid == 0) {
        ::dup2(::fileno(in.get()), STDIN_FILENO);
        ::dup2(::fileno(out.get()), STDOUT_FILENO);
        ::dup2(::fileno(err.get()), STDERR_FILENO);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            content_of(out),
            content_of(err)};
}

} // namespace peyk::test
