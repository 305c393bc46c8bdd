#pragma once
// The tasks of `peyk bench tasks` and `peyk bench pools`: nothing, and work that keeps a processor,
// a disk or the network busy. Those that wait exist twice: as a function, and as a coroutine.

#include <peyk/app.hpp>

namespace peyk::program {

void add_bench_tasks(app& to);

} // namespace peyk::program
