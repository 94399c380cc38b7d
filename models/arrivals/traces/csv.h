// Lines of a CSV trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/arrivals/traces/trace_file.h"

namespace models::traces {

class Csv {
public:
    // Each returns what is wrong, or nothing.
    std::string read_header(std::string_view line, Trace& trace);
    std::string read(std::string_view line, Trace& trace);

private:
    enum class Name : std::uint8_t {
        time,
        key,
        user,
        address,
        bytes,
        write,
        endpoint,
        work,
        worker,
        latency,
        backend,
        status,
        attempts,
        wait
    };
    struct Column {
        Name name;
        int decimals;  // of a second that the column's unit leaves out: 3 of milliseconds
    };
    // Names that a column has, numbered in the order in which they come.
    struct Labels {
        std::unordered_map<std::string, std::uint32_t> numbers;
        std::uint32_t number_of(std::string_view label, std::vector<std::string>& all);
    };

    bool has(Name name) const;
    std::string add_column(std::string_view written);
    std::string read_field(Column column, std::string_view field, Trace& trace,
                           TracedRequest& request, MeasuredRequest& measured);

    std::vector<Column> columns_;
    Labels endpoints_;
    Labels backends_;
};

}  // namespace models::traces
