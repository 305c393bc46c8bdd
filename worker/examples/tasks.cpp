// The smallest program with tasks: run it with `example_worker worker`, call it with
// `peyk call tasks.add 2 2 --wait`.
#include <peyk/app.hpp>

#include <string>

int add(int a, int b) {
    return a + b;
}

int main(int argc, char** argv) {
    peyk::app app{"tasks"};
    app.task("tasks.add", add, {.args = {"a", "b"}, .max_retries = 3, .track_started = true});
    app.task("tasks.greet",
             [](peyk::context& ctx, std::string const& name) {
                 ctx.log(peyk::log_level::debug, "attempt " + std::to_string(ctx.attempt()));
                 return "hello " + name;
             },
             {.args = {"name"}});
    return app.main(argc, argv);
}
