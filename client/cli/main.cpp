#include "client/cli/command_line.hpp"

int main(int argc, char** argv) {
    return peyk::cli::run(argc, argv);
}
