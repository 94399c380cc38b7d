#include "reports/render/drawn_json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

// Whole numbers stay whole.
Json rounded_number(double value) {
    if (!std::isfinite(value)) return nullptr;
    const double rounded = std::strtod(fmt::format("{:.5g}", value).c_str(), nullptr);
    if (std::abs(rounded) < 1e9 && rounded == std::floor(rounded)) {
        return static_cast<std::int64_t>(rounded);
    }
    return rounded;
}

Json numbers(const std::vector<double>& values, double scale = 1) {
    Json list = Json::array();
    for (const double value : values) list.push_back(rounded_number(value * scale));
    return list;
}

Json users(const DrawnUsers& users) {
    Json json = {{"offered", numbers(users.offered)},     {"succeeded", numbers(users.succeeded)},
                 {"failed", numbers(users.failed)},       {"rejected", numbers(users.rejected)},
                 {"timed_out", numbers(users.timed_out)}, {"max_ms", numbers(users.max, 1e3)}};
    const auto add = [&](const std::string& name, const DrawnPercentile& drawn) {
        json[name + "_ms"] = numbers(drawn.succeeded, 1e3);
        json[name + "_failed_after_ms"] = numbers(drawn.failed_after, 1e3);
    };
    add("p50", users.p50);
    add("p95", users.p95);
    add("p99", users.p99);
    return json;
}

// The cells one after another: column, row, count, column, row, count.
Json heat(const HeatMap& map) {
    Json cells = Json::array();
    for (const HeatMap::Cell& cell : map.cells) {
        cells.push_back(cell.column);
        cells.push_back(cell.row);
        cells.push_back(cell.count);
    }
    return {{"column_s", map.column_s}, {"rows_ms", numbers(map.rows_s, 1e3)}, {"cells", cells}};
}

// Percentiles as they are: what stands in run.json too must read the same.
Json curves(const std::vector<Curve>& curves) {
    Json list = Json::array();
    for (const Curve& curve : curves) {
        Json points = Json::array();
        for (const CurvePoint& point : curve.points) {
            points.push_back({point.percent, sim::milliseconds(point.latency)});
        }
        list.push_back({{"name", curve.name}, {"count", curve.count}, {"points", points}});
    }
    return list;
}

Json nodes(const std::vector<DrawnNode>& nodes) {
    Json object = Json::object();
    for (const DrawnNode& node : nodes) {
        Json series = Json::array();
        for (const DrawnSeries& each : node.series) {
            series.push_back(
                {{"name", each.name}, {"unit", each.unit}, {"values", numbers(each.values)}});
        }
        object[node.name] = {{"client", node.is_client},
                             {"rate", numbers(node.rate)},
                             {"mean_ms", numbers(node.mean_s, 1e3)},
                             {"error_ratio", numbers(node.error_ratio)},
                             {"p95_ms", numbers(node.p95_s, 1e3)},
                             {"series", std::move(series)}};
    }
    return object;
}

Json edges(const std::vector<DrawnEdge>& edges) {
    Json list = Json::array();
    for (const DrawnEdge& edge : edges) {
        list.push_back({{"from", edge.from}, {"to", edge.to}, {"rate", rounded_number(edge.rate)}});
    }
    return list;
}

double ms(std::int64_t ns) {
    return static_cast<double>(ns) / 1e6;
}

// Times are since the trace began.
Json span(const ShownSpan& shown, std::int64_t began_ns) {
    const TraceSpan& span = shown.span;
    Json json = {{"depth", shown.depth},        {"node", span.service},
                 {"instance", span.instance},   {"kind", name_of(span.kind)},
                 {"name", span.name},           {"begin_ms", ms(span.begin_ns - began_ns)},
                 {"ms", ms(span.duration_ns())}};
    for (const SpanAttribute& each : span.attributes) {
        if (each.key == kRole) json["role"] = std::get<std::string>(each.value);
    }
    if (span.failed() && !span.unfinished) {
        json["error"] = span.cause.empty() ? span.outcome : span.cause;
    }
    if (span.unfinished) json["unfinished"] = true;
    if (span.outlived) json["outlived"] = true;
    Json critical = Json::array();
    for (const ShownSpan::Stretch& each : shown.critical) {
        critical.push_back(ms(each.begin_ns));
        critical.push_back(ms(each.end_ns));
    }
    json["critical"] = std::move(critical);
    return json;
}

Json traces(const ShownTraces& shown) {
    Json list = Json::array();
    for (const ShownTrace& trace : shown.traces) {
        const std::int64_t began_ns = trace.spans.front().span.begin_ns;
        Json spans = Json::array();
        for (const ShownSpan& each : trace.spans) spans.push_back(span(each, began_ns));
        list.push_back({{"which", trace.which},
                        {"id", trace.id},
                        {"number", trace.number},
                        {"at_s", ms(began_ns) / 1e3},
                        {"left_out", trace.left_out},
                        {"spans", std::move(spans)}});
    }
    return {{"kept", shown.kept}, {"shown", std::move(list)}};
}

// Resources: the fullest.
constexpr std::size_t kMostDrawn = 100;

Json limits(const Summary& summary) {
    const Diagnosis& diagnosis = summary.diagnosis;
    Json list = Json::array();
    for (const ResourceUse& each : diagnosis.resources) {
        if (each.size <= 0) continue;
        if (list.size() == kMostDrawn) break;
        list.push_back({{"node", each.node},
                        {"what", each.name},
                        {"in_use", rounded_number(each.share())},
                        {"waiting_ms", rounded_number(each.waiting_s * 1e3)}});
    }
    const bool is_said = !diagnosis.findings.empty();
    return {{"node", diagnosis.node()},
            {"verdict", is_said ? word_of(diagnosis.findings.front().verdict) : ""},
            {"sentence", diagnosis.verdict()},
            {"sentences", diagnosis.sentences},
            {"resources", std::move(list)}};
}

}  // namespace

std::string drawn_json(const Drawn& drawn, const Summary& summary, const std::string& about) {
    const Json json = {{"schema", "spate.drawn/1"},      {"about", about},
                       {"interval_s", drawn.interval_s}, {"intervals", drawn.intervals},
                       {"limits", limits(summary)},      {"edges", edges(drawn.edges)},
                       {"curves", curves(drawn.curves)}, {"users", users(drawn.users)},
                       {"heat", heat(drawn.heat)},       {"nodes", nodes(drawn.nodes)},
                       {"traces", traces(drawn.traces)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
