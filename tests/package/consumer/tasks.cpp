// A shared library with tasks, as somebody else builds one.

#include <peyk/module.hpp>

int add(int a, int b) {
    return a + b;
}

PEYK_TASKS(app) {
    app.task("consumer.add", add, {.args = {"a", "b"}});
}
