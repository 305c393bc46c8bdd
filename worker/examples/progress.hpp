#pragma once
// How far a piece of work has come: a bar on a terminal, a line every tenth elsewhere.

#include <cstddef>
#include <string>

namespace example {

class progress {
public:
    progress(std::string title, std::size_t total);

    void show(std::size_t done, std::string const& note = {});
    // Ends the line of the bar.
    void finish();

private:
    std::string title_;
    std::size_t total_;
    std::size_t last_step_ = 0;
    bool terminal_;
};

} // namespace example
