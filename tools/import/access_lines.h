// Requests of a web server's access log: Common or Combined Log Format (Apache, nginx), with the
// time that each took, if the log has it: nginx' $request_time, in seconds with a point, bare or as
// rt= or request_time=; or Apache's %D, a whole number of microseconds at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/import/system.h"

namespace tools::imports {

struct LoggedRequest {
    double second = 0;  // since the first line
    std::uint32_t endpoint = 0;
    std::uint32_t user = 0;  // by host, in the order in which they come
    std::uint32_t status = 0;
    std::uint64_t bytes = 0;  // of the answer
    std::optional<double> seconds{};
};

struct LoggedEndpoint {
    std::string name;  // "GET /items/{id}"
    bool is_write = false;
    std::size_t requests = 0;
};

struct LoggedRequests {
    std::vector<LoggedEndpoint> endpoints;
    std::vector<LoggedRequest> requests;
    std::size_t timed = 0;        // requests with their time
    bool is_apache_time = false;  // %D
    std::uint32_t users = 0;
    models::spec::SourceLocation place{};
};

bool looks_like_access_log(const std::string& text);

struct LogFile {
    std::string name;
    std::string text;
};

// Of one server, in any order. Lines that are no requests are left out, and said so; a file of
// which most are none is a problem.
void read_access_logs(const std::vector<LogFile>& files, System& system, LoggedRequests& log);

}  // namespace tools::imports
