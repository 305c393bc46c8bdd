// Boost.JSON's function bodies, so that no Boost library has to be linked.
#include <boost/json/src.hpp>
