#include "tools/run_record.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/document.h"
#include "tools/manifest.h"

namespace tools {

namespace {

using models::spec::Json;
using Names = std::initializer_list<std::string_view>;

const Json* at(const Json& json, Names names) {
    const Json* value = &json;
    for (const std::string_view name : names) {
        value = value->find(name);
        if (value == nullptr) return nullptr;
    }
    return value;
}

std::uint64_t count_at(const Json& json, Names names) {
    const Json* const value = at(json, names);
    const auto* count = value == nullptr ? nullptr : std::get_if<std::uint64_t>(&value->content);
    return count == nullptr ? 0 : *count;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace

double number_of(const Json& json) {
    if (const auto* count = std::get_if<std::uint64_t>(&json.content)) {
        return static_cast<double>(*count);
    }
    if (const auto* whole = std::get_if<std::int64_t>(&json.content)) {
        return static_cast<double>(*whole);
    }
    const auto* const real = std::get_if<double>(&json.content);
    return real == nullptr ? std::numeric_limits<double>::quiet_NaN() : *real;
}

double number_at(const Json& json, Names names) {
    const Json* const value = at(json, names);
    return value == nullptr ? std::numeric_limits<double>::quiet_NaN() : number_of(*value);
}

std::string text_at(const Json& json, Names names) {
    const Json* const value = at(json, names);
    return value == nullptr || value->text() == nullptr ? std::string() : *value->text();
}

std::optional<Json> read_run(const std::string& folder, std::string& why_not) {
    why_not = first_line(why_mixed(folder, "run.json"));
    if (!why_not.empty()) return std::nullopt;
    models::spec::Problems problems;
    Json run = models::spec::read_file(folder + "/run.json", problems);
    if (!problems.empty()) {
        why_not = first_line(problems.render());
        return std::nullopt;
    }
    if (text_at(run, {"schema"}) != "spate.run/1" || run.find("totals") == nullptr ||
        run.find("scenario") == nullptr) {
        why_not = fmt::format("{}/run.json is not what a run wrote", folder);
        return std::nullopt;
    }
    return run;
}

namespace {

// Infinite where it falls among requests that failed.
double percentile_at(const Json& run, const char* name) {
    if (std::isfinite(number_at(run, {"latency_ms", "failed_after", name}))) {
        return std::numeric_limits<double>::infinity();
    }
    return number_at(run, {"latency_ms", name});
}

}  // namespace

RunRecord record_of(const Json& run) {
    RunRecord record;
    record.scenario = text_at(run, {"scenario", "name"});
    record.file = text_at(run, {"scenario", "file"});
    record.seed = count_at(run, {"seed"});
    record.replications = count_at(run, {"replications"});
    record.fingerprint = text_at(run, {"fingerprint"});
    record.arrivals_fingerprint = text_at(run, {"arrivals_fingerprint"});
    const Json* const expect = run.find("expect");
    if (expect != nullptr && expect->list() != nullptr) {
        for (const Json& each : *expect->list()) {
            const Json* const held = each.find("held");
            ++record.expectations;
            if (held != nullptr && held->boolean() != nullptr && !*held->boolean()) {
                ++record.crossed;
            }
        }
    }
    record.offered = count_at(run, {"totals", "offered"});
    record.mean_ms = number_at(run, {"latency_ms", "mean"});
    record.p50_ms = percentile_at(run, "p50");
    record.p99_ms = percentile_at(run, "p99");
    record.availability = number_at(run, {"totals", "availability"});
    record.cost_usd = number_at(run, {"totals", "cost_usd"});
    record.cost_usd_per_month = number_at(run, {"totals", "cost_usd_per_month"});
    return record;
}

}  // namespace tools
