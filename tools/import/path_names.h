// Names of requests without what differs from one to the next.
#pragma once

#include <string>

namespace tools::imports {

// "GET /orders/17?full=1" is "GET /orders/{id}": one endpoint, however many things there are.
std::string without_ids(const std::string& name);

}  // namespace tools::imports
