#include "client/cli/command_line.hpp"

#include <iostream>

int main(int argc, char** argv) {
    // The stream's own buffer: it goes on when a signal interrupts a write to the terminal, which
    // the one of C gives up.
    std::ios::sync_with_stdio(false);
    return peyk::cli::run(argc, argv);
}
