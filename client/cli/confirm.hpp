#pragma once
// The question before something is lost.

#include <string>

namespace peyk::cli {

// Returns if the answer is yes, or `yes` was said on the command line. Throws failure(negative) if
// it is no, failure(usage) if there is no terminal to ask at. `what` as in "cancel 12 messages".
void confirm(std::string const& what, bool yes);

} // namespace peyk::cli
