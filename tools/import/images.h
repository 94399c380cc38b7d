// What a container image is, by its name.
#pragma once

#include <string_view>

#include "tools/import/system.h"

namespace tools::imports {

// "docker.io/bitnami/postgresql:16@sha256:..." is "postgresql".
std::string_view image_name(std::string_view image);

// An image that nobody knows is a service.
Trade trade_of(std::string_view image);

}  // namespace tools::imports
