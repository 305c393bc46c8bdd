#include "client/cli/confirm.hpp"

#include "client/cli/exit_code.hpp"

#include <iostream>

#include <unistd.h>

namespace peyk::cli {

void confirm(std::string const& what, bool yes) {
    if (yes)
        return;
    if (::isatty(STDIN_FILENO) != 1) {
        throw failure{exit_code::usage,
                      "this would " + what + ", and there is no terminal to ask at; say --yes"};
    }
    std::cerr << "This will " << what << ". Go on? [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "y" && answer != "Y" && answer != "yes")
        throw failure{exit_code::negative, "nothing is changed"};
}

} // namespace peyk::cli
