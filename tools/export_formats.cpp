#include "tools/export_formats.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>

#include "reports/words/terminal.h"
#include "tools/command.h"
#include "tools/manifest.h"
#include "tools/traces.h"

namespace tools {

namespace {

// What a run wrote already.
std::optional<std::string> csv(const ExportAsked& asked) {
    return run_file(asked, "timeseries.csv");
}
std::optional<std::string> hdr(const ExportAsked& asked) {
    return run_file(asked, "latency.hlog");
}

constexpr std::array kFormats = {
    ExportFormat{"openmetrics", "all samples with their times; promtool tsdb create-blocks-from",
                 export_openmetrics},
    ExportFormat{"prometheus", "the last samples, as a scrape reads them", export_scrape},
    ExportFormat{"rules-test", "your alert rules on this run; promtool test rules",
                 export_rules_test},
    ExportFormat{"grafana", "a dashboard for the metrics", export_grafana},
    ExportFormat{"hdr", "latencies of users; any HdrHistogram", hdr},
    ExportFormat{"csv", "a line for each slice of time and node, for spreadsheets", csv},
    ExportFormat{"chrome", "traces for Perfetto and speedscope (trace.json)", chrome_format},
    ExportFormat{"otlp", "traces, logs and counters for an OpenTelemetry collector", otlp_format},
    ExportFormat{"zipkin", "traces for Zipkin (v2 JSON)", zipkin_format},
    ExportFormat{"jaeger", "traces for Jaeger's page", jaeger_format},
    ExportFormat{"alb", "access log lines as an AWS ALB writes them", alb_format},
    ExportFormat{"gateway", "access log lines of an API gateway (JSON)", gateway_format},
    ExportFormat{"flows", "VPC flow log records", flow_format},
};

}  // namespace

std::span<const ExportFormat> export_formats() {
    return kFormats;
}

std::optional<std::string> run_file(const ExportAsked& asked, const std::string& name) {
    if (const std::string why = why_mixed(asked.folder, name); !why.empty()) {
        complain(why);
        return std::nullopt;
    }
    const std::string path = asked.folder + "/" + name;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (in) return text.str();
    complain(fmt::format("{} cannot be read\n    spate run FILE --out DIR writes it",
                         reports::printable(path)));
    return std::nullopt;
}

}  // namespace tools
