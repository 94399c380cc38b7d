#include "tools/traces.h"

#include <fmt/format.h>

#include <stdexcept>

#include "reports/traces/access.h"
#include "reports/traces/exporters.h"
#include "reports/words/terminal.h"
#include "sim/span.h"
#include "tools/command.h"

namespace tools {

bool write_observed(const std::string& folder, const sim::Recording& first, std::int64_t starts_s) {
    const reports::TraceSet set = reports::traces_of(first, starts_s);
    if (!write_file(folder + "/events.jsonl",
                    reports::events_jsonl(reports::logs_of(first, set)))) {
        return false;
    }
    if (!first.observed) return true;
    const sim::Observed& observed = *first.observed;
    if (!observed.logged.empty() &&
        !write_file(folder + "/access.jsonl", reports::access_jsonl(first, starts_s))) {
        return false;
    }
    if (observed.flow_interval > sim::Duration::zero() &&
        !write_file(folder + "/flows.jsonl", reports::flows_jsonl(first, starts_s))) {
        return false;
    }
    if (observed.share <= 0) return true;
    return write_file(folder + "/traces.jsonl", reports::traces_jsonl(set)) &&
           write_file(folder + "/trace.json", reports::chrome_trace(set));
}

std::optional<reports::TraceSet> read_trace_set(const std::string& folder) {
    ExportAsked asked;
    asked.folder = folder;
    const auto text = run_file(asked, "traces.jsonl");
    if (!text) {
        complain("    a scenario's run.traces says which requests are traced");
        return std::nullopt;
    }
    try {
        return reports::read_traces(*text);
    } catch (const std::exception& error) {
        const std::string why = error.what();
        complain("traces.jsonl cannot be read: " +
                 reports::printable(why.substr(0, why.find('\n'))));
        return std::nullopt;
    }
}

std::optional<std::string> chrome_format(const ExportAsked& asked) {
    const auto set = read_trace_set(asked.folder);
    if (!set) return std::nullopt;
    return reports::chrome_trace(*set);
}

std::optional<std::string> zipkin_format(const ExportAsked& asked) {
    const auto set = read_trace_set(asked.folder);
    if (!set) return std::nullopt;
    return reports::zipkin_json(*set);
}

std::optional<std::string> jaeger_format(const ExportAsked& asked) {
    const auto set = read_trace_set(asked.folder);
    if (!set) return std::nullopt;
    return reports::jaeger_json(*set);
}

std::optional<std::string> otlp_format(const ExportAsked& asked) {
    const auto set = read_trace_set(asked.folder);
    if (!set) return std::nullopt;
    const auto events = run_file(asked, "events.jsonl");
    const auto text = run_file(asked, "metrics.om");
    if (!events || !text) return std::nullopt;
    const auto metrics = reports::metrics_from(*text);
    if (!metrics) {
        complain(
            fmt::format("{}/metrics.om is not what a run wrote", reports::printable(asked.folder)));
        return std::nullopt;
    }
    return reports::otlp_json_lines(
        {*set, reports::read_events(*events), reports::counters_of(*metrics), SPATE_VERSION});
}

std::optional<std::string> access_log_of(const ExportAsked& asked) {
    auto text = run_file(asked, "access.jsonl");
    if (!text) complain("    a scenario's run.logs.access says which nodes log their requests");
    return text;
}

std::optional<std::string> alb_format(const ExportAsked& asked) {
    const auto text = access_log_of(asked);
    if (!text) return std::nullopt;
    return reports::alb_log(*text);
}

std::optional<std::string> gateway_format(const ExportAsked& asked) {
    const auto text = access_log_of(asked);
    if (!text) return std::nullopt;
    return reports::gateway_log(*text);
}

std::optional<std::string> flow_format(const ExportAsked& asked) {
    const auto text = run_file(asked, "flows.jsonl");
    if (!text) return std::nullopt;
    return reports::vpc_flow_log(*text);
}

}  // namespace tools
