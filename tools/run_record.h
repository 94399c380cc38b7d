// What a finished run says of itself in the run.json of its folder, as other commands need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/spec/json/json.h"

namespace tools {

// A number that is not there is NaN.
struct RunRecord {
    std::string scenario;  // its name
    std::string file;      // where it was read from
    std::uint64_t seed = 0;
    std::uint64_t replications = 1;
    std::string fingerprint;
    std::string arrivals_fingerprint;
    std::uint64_t expectations = 0;
    std::uint64_t crossed = 0;  // of these
    std::uint64_t offered = 0;
    double mean_ms = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double availability = 0;
    double cost_usd = 0;
    double cost_usd_per_month = 0;
};

// The run.json of a folder. None, with the reason in a line, when there is none, or none of a run.
std::optional<models::spec::Json> read_run(const std::string& folder, std::string& why_not);

RunRecord record_of(const models::spec::Json& run);

// Follows names down; NaN, or nothing, when one is missing or is something else.
double number_at(const models::spec::Json& json, std::initializer_list<std::string_view> names);
std::string text_at(const models::spec::Json& json, std::initializer_list<std::string_view> names);

// NaN when it is no number.
double number_of(const models::spec::Json& json);

}  // namespace tools
