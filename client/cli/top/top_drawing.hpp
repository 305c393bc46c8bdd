#pragma once
// The screen of `peyk top`: of the model and a size, lines. Pure.

#include "client/cli/top/drawing.hpp"
#include "client/cli/top/top_model.hpp"

#include <vector>

namespace peyk::cli {

// Exactly `size.rows` lines. A small screen shows only the pane that is chosen.
[[nodiscard]] std::vector<screen_line> draw(top_model const& model, screen_size size);

// Every row there is, without keys: for a file or a pipe.
[[nodiscard]] std::vector<screen_line> draw_all(top_model const& model, std::size_t columns);

} // namespace peyk::cli
