// Lines of a CSV trace.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/arrivals/traces/trace_file.h"

namespace models::traces {

class Csv {
public:
    // Each returns what is wrong, or nothing.
    std::string read_header(std::string_view line, Trace& trace);
    std::string read(std::string_view line, Trace& trace);

private:
    enum class Column { time, key, user, address, bytes, write, endpoint };

    std::string read_field(Column column, std::string_view field, Trace& trace,
                           TracedRequest& request);

    std::vector<Column> columns_;
};

}  // namespace models::traces
