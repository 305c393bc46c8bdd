#include "client/cli/command_entry.hpp"
#include "client/cli/live_run.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/top/polling.hpp"
#include "client/cli/top/terminal.hpp"
#include "client/cli/top/top_drawing.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/json.hpp>

#include <csignal>
#include <iostream>
#include <optional>

#include <unistd.h>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds every_least{200};
constexpr std::size_t file_columns = 120; // of what is printed where there is no terminal
constexpr std::size_t looks_for_rates = 2;

struct top_options {
    std::string every;
};

json::array rows_of(auto const& rows) {
    json::array all;
    for (auto const& row : rows)
        all.push_back(present(row));
    return all;
}

void print_snapshot(common_options const& common, top_model const& model) {
    if (common.is_structured())
        return print_value(common,
                           json::object{{"broker", present(model.header())},
                                        {"queues", rows_of(model.queues())},
                                        {"workers", rows_of(model.workers())},
                                        {"failures", rows_of(model.failures())}});
    for (auto const& line : draw_all(model, file_columns)) {
        auto text = text_of(line);
        text.erase(text.find_last_not_of(' ') + 1);
        print_line(text);
    }
}

// Two looks, because rates need them; the second is printed.
exit_code print_once(common_options const& common, std::chrono::milliseconds every) {
    live_run run{common};
    top_model model{common.url};
    std::optional<polling> ask;
    ask.emplace(run.broker(), run.context(), model, every, [&] {
        if (!model.lost().empty())
            return run.fail(failure{exit_code::unreachable, model.lost() + " at " + common.url});
        if (ask->looks() >= looks_for_rates)
            run.end(exit_code::ok);
    });
    run.on_end([&] { ask->stop(); });
    auto const code = run.run([&] { ask->begin(); });
    if (code == exit_code::ok)
        print_snapshot(common, model);
    return code;
}

// The terminal and the broker around one model.
class top_screen {
public:
    top_screen(common_options const& common, std::chrono::milliseconds every)
        : run_(common), keyboard_(run_.context()), resized_(run_.context(), SIGWINCH),
          model_(common.url),
          polling_(run_.broker(), run_.context(), model_, every, [this] { draw_now(); }) {
        run_.on_end([this] {
            keyboard_.release();
            terminal_.reset();
            polling_.stop();
        });
    }

    exit_code go() {
        return run_.run([this] {
            try {
                terminal_.emplace();
            } catch (failure const& none) {
                return run_.fail(none);
            }
            keyboard_.assign(terminal_->keyboard());
            wait_for_keys();
            wait_for_size();
            polling_.begin();
            draw_now();
        });
    }

private:
    void draw_now() {
        if (!terminal_)
            return;
        auto const size = terminal_->size();
        terminal_->show(draw(model_, size), size);
    }
    void wait_for_keys() {
        keyboard_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
            if (error || !terminal_)
                return;
            bool gone = false;
            auto const bytes = terminal_->read(gone);
            if (gone)
                return run_.end(exit_code::interrupted);
            for (auto const& each : reader_.take(bytes))
                press(each);
            draw_now();
            wait_for_keys();
        });
    }
    void press(key const& pressed) {
        auto const action = model_.press(pressed);
        if (action && action->what == top_task::quit)
            run_.end(exit_code::ok);
        else if (action)
            polling_.perform(*action);
    }
    void wait_for_size() {
        resized_.async_wait([this](error_code error, int) {
            if (error)
                return;
            draw_now();
            wait_for_size();
        });
    }

    live_run run_;
    std::optional<terminal> terminal_;
    asio::posix::stream_descriptor keyboard_;
    asio::signal_set resized_;
    key_reader reader_;
    top_model model_;
    polling polling_;
};

exit_code top(common_options const& common, top_options const& options) {
    std::chrono::milliseconds every{1'000};
    take_duration(every, "--every", options.every, every_least);
    if (common.is_structured() || !is_terminal())
        return print_once(common, every);
    return top_screen{common, every}.go();
}

} // namespace

void add_top(CLI::App& app, invocation& in) {
    auto const [command, options] = add_command(
        app,
        in,
        {"top",
         "Live view: queues, workers and failures; without a terminal one look, as text or JSON",
         {"peyk top", "peyk top --every 5s", "peyk top -o json"}},
        top);
    command->add_option("--every", options->every, "How often the broker is asked; 1s")
        ->option_text("DURATION");
}

} // namespace peyk::cli
