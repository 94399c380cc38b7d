// Lines of an access log in the Common or Combined Log Format:
//
//     10.0.0.9 - - [16/Mar/2020:09:00:01 +0900] "GET /courses/7 HTTP/1.1" 200 5120 "-" "curl"
//
// The path stands for the item, what follows a question mark included; POST, PUT, PATCH and DELETE
// write. The size in a log is the answer's, so the requests' bodies are left to the client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/arrivals/traces/trace_file.h"

namespace models::traces {

// "16/Mar/2020:09:00:01 +0900", in seconds since 1970, UTC.
std::optional<std::int64_t> log_time(std::string_view text);

// Whether requests of this HTTP method write.
bool method_writes(std::string_view method);

class AccessLog {
public:
    static bool is_one(std::string_view first_line);

    // What is wrong, or nothing.
    std::string read(std::string_view line, Trace& trace);

private:
    std::optional<std::int64_t> began_;  // the first line's time, in seconds since 1970
};

}  // namespace models::traces
