#include "client/cli/command_entry.hpp"
#include "client/cli/completion.hpp"

#include <iostream>

namespace peyk::cli {

void add_completion(CLI::App& app, invocation& in) {
    auto* command =
        app.add_subcommand("completion", "A script that completes commands and options in a shell");
    auto shell = std::make_shared<std::string>();
    command->add_option("shell", *shell, "Which shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->option_text("bash|zsh|fish");
    command->footer(examples({"source <(peyk completion bash)",
                              "peyk completion zsh > ~/.zfunc/_peyk",
                              "peyk completion fish > ~/.config/fish/completions/peyk.fish"}));
    command->callback([&app, &in, shell] {
        in.needs_context = false;
        in.run = [&app, shell] {
            auto const commands = describe(app);
            std::cout << (*shell == "bash"  ? bash_completion(commands)
                          : *shell == "zsh" ? zsh_completion(commands)
                                            : fish_completion(commands));
            return exit_code::ok;
        };
    });
}

} // namespace peyk::cli
