#include "reports/render/run_json.h"
#include "reports/render/diagnosis_json.h"
#include "reports/theory/availability.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity; what cannot be said is null.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

// What is no JSON is null.
Json embedded(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json(nullptr) : json;
}

Json totals(const sim::Totals& totals) {
    return {{"offered", totals.offered},
            {"succeeded", totals.of(sim::Outcome::succeeded)},
            {"failed", totals.of(sim::Outcome::failed)},
            {"rejected", totals.of(sim::Outcome::rejected)},
            {"timed_out", totals.of(sim::Outcome::timed_out)},
            {"in_flight", totals.in_flight},
            {"censored", totals.censored()},
            {"carried", totals.served() - totals.finished()}};
}

// By Little's law in_flight_mean is ended_per_s times the mean time in the system.
void add_flow(Json& totals, const sim::Totals& of, const sim::Latencies& latency,
              double in_flight_mean, double measured_s) {
    totals["ended_per_s"] = number(static_cast<double>(of.served()) / measured_s);
    totals["mean_time_in_system_ms"] = number(mean_time_in_system(of, latency) * 1e3);
    totals["in_flight_mean"] = number(in_flight_mean);
}

constexpr std::array<std::pair<const char*, double>, 5> kPercentilesShown = {
    {{"p50", 50}, {"p90", 90}, {"p95", 95}, {"p99", 99}, {"p99_9", 99.9}}};

// Of successes alone, or of failures.
Json latency_of_one(const sim::Histogram& latency) {
    Json object = {{"mean", latency.mean_seconds() * 1e3}};
    for (const auto& [name, percent] : kPercentilesShown) {
        object[name] = sim::milliseconds(latency.percentile(percent));
    }
    object["max"] = sim::milliseconds(latency.max());
    object["count"] = latency.count();
    return object;
}

// Failures rank after successes (sim/latencies.h). A percentile that falls among them is null, and
// `failed_after` says, by its name, how long the request at that rank waited.
Json latency(const sim::Latencies& latency) {
    const bool has_mean = latency.empty() || !latency.succeeded.empty();
    Json object = {
        {"mean", has_mean ? Json(latency.succeeded.mean_seconds() * 1e3) : Json(nullptr)}};
    Json failed_after = Json::object();
    const auto add = [&](const char* name, const sim::RankedLatency& found) {
        object[name] = found.failed ? Json(nullptr) : Json(sim::milliseconds(found.time));
        if (found.failed) failed_after[name] = sim::milliseconds(found.time);
    };
    for (const auto& [name, percent] : kPercentilesShown) add(name, latency.percentile(percent));
    add("max", latency.max());
    object["count"] = latency.count();
    if (latency.failed.empty()) return object;
    object["failed_after"] = std::move(failed_after);
    object["succeeded"] = latency_of_one(latency.succeeded);
    object["failed"] = latency_of_one(latency.failed);
    return object;
}

std::string snake_case(std::string_view words) {
    std::string name(words);
    std::ranges::replace(name, ' ', '_');
    return name;
}

Json causes(const std::array<std::uint64_t, sim::kMostCauses>& causes, sim::CauseTable names) {
    Json object = Json::object();
    for (std::size_t i = 1; i < causes.size(); ++i) {
        const auto cause = static_cast<sim::Cause>(i);
        if (causes[i] > 0) object[snake_case(sim::row_of(names, cause).name)] = causes[i];
    }
    return object;
}

Json machines(const NodeSummary& node) {
    const Balance balance = balance_of(node);
    Json list = Json::array();
    for (const sim::InstanceRecord& machine : node.machines) {
        Json one = {{"name", machine.name}, {"requests", machine.requests}};
        if (machine.utilisation) one["utilisation"] = number(*machine.utilisation);
        list.push_back(std::move(one));
    }
    return {{"imbalance", number(balance.imbalance)},
            {"cv", number(balance.cv)},
            {"each", std::move(list)}};
}

Json spent(const std::array<double, sim::kSpents>& spent_s) {
    Json object = Json::object();
    for (std::size_t i = 0; i < sim::kSpents; ++i) {
        object[std::string(sim::kSpentNames[i])] = number(spent_s[i]);
    }
    return object;
}

// Where an endpoint's time went; what else requests are told apart by has none.
std::optional<Json> spent(const sim::Split& split) {
    std::array<double, sim::kSpents> spent_s{};
    bool is_known = false;
    for (std::size_t i = 0; i < sim::kSpents; ++i) {
        spent_s[i] = sim::seconds(split.spent[i]);
        is_known = is_known || split.spent[i] > sim::Duration::zero();
    }
    if (!is_known) return std::nullopt;
    return spent(spent_s);
}

// What is declared of the numbers that nodes of each kind have, by kind: units, how replications
// were merged, and a sentence.
Json figures_of(const std::vector<NodeSummary>& nodes) {
    Json kinds = Json::object();
    for (const NodeSummary& node : nodes) {
        for (const sim::Measure& measure : node.measures) {
            if (measure.figure == nullptr) continue;
            kinds[node.kind][measure.name] = {{"unit", word_of(measure.figure->unit)},
                                              {"of_replications", word_of(measure.figure->merge)},
                                              {"doc", measure.figure->doc}};
        }
    }
    return kinds;
}

// A distribution's percentiles, as of latencies.
Json spread_of(const sim::Measure& measure) {
    Json object = {{"mean_s", number(measure.value)}, {"count", measure.spread->count()}};
    for (const double percent : {50.0, 90.0, 99.0}) {
        object[fmt::format("p{:g}_s", percent)] =
            number(sim::seconds(measure.spread->percentile(percent)));
    }
    object["max_s"] = number(sim::seconds(measure.spread->max()));
    return object;
}

// From what was used to money: what has no price has none.
Json usages(const NodeSummary& node) {
    Json all = Json::array();
    for (const sim::Usage& each : node.usages) {
        Json usage = {{"item", each.item}, {"amount", number(each.amount)}, {"unit", each.unit}};
        if (!each.of.empty()) usage["of"] = each.of;
        usage["usd_each"] = each.usd_each ? number(*each.usd_each) : Json(nullptr);
        if (each.usd_each) {
            usage["source"] = each.source;
            usage["usd"] = number(each.usd());
        }
        const bool are_hours = each.item == "instance_hours" || each.item == "reserved_hours";
        const bool has_idle = are_hours && node.utilisation;
        if (has_idle) usage["idle"] = number(each.amount * std::max(0.0, 1 - *node.utilisation));
        all.push_back(std::move(usage));
    }
    return all;
}

Json node(const NodeSummary& node, double measured_s, sim::CauseTable cause_names) {
    Json object = {{"kind", node.kind}, {"totals", totals(node.totals)}};
    object["totals"]["availability"] = node.totals.availability();
    object["totals"]["writes"] = node.writes;
    add_flow(object["totals"], node.totals, node.latency, node.in_flight_mean, measured_s);
    object["latency_ms"] = latency(node.latency);
    object["utilisation"] = node.utilisation ? number(*node.utilisation) : Json(nullptr);
    if (node.connections_in_use) object["connections_in_use"] = number(*node.connections_in_use);
    if (node.waiting_peak) object["waiting_peak"] = *node.waiting_peak;
    object["instances"] = node.instances;
    object["cost_usd"] = number(node.cost_usd);
    if (!node.usages.empty()) object["usages"] = usages(node);
    object["spent_s"] = spent(node.spent_s);
    object["causes"] = causes(node.causes, cause_names);
    for (const sim::Measure& measure : node.measures) {
        object[measure.name] = number(measure.value);
        if (measure.spread) object["distributions"][measure.name] = spread_of(measure);
    }
    if (!node.machines.empty()) object["machines"] = machines(node);
    for (const sim::Split& split : node.splits) {
        Json& part = object["splits"][split.by][split.name];
        part = {{"totals", totals(split.totals)}, {"latency_ms", latency(split.latency)}};
        part["totals"]["availability"] = split.totals.availability();
        if (auto spent_s = spent(split)) part["spent_s"] = std::move(*spent_s);
    }
    return object;
}

Json theory(const std::vector<TheoryLine>& lines) {
    Json list = Json::array();
    for (const TheoryLine& line : lines) {
        const bool is_time = line.unit == "s";
        const double scale = is_time ? 1e3 : 1;
        list.push_back({{"node", line.node},
                        {"quantity", line.quantity},
                        {"unit", is_time ? "ms" : line.unit},
                        {"predicted", number(line.predicted * scale)},
                        {"measured", number(line.measured * scale)},
                        {"why_not", line.why_not.empty() ? Json(nullptr) : Json(line.why_not)}});
    }
    return list;
}

// Times are in milliseconds here, as everywhere in run.json where no name says otherwise.
double shown(const Value& value) {
    return value.dimension == Dimension::time ? value.number * 1e3 : value.number;
}

// A percentile that falls among failures: its value is null, and it waited so long.
bool is_failed(const Value& value) {
    return value.dimension == Dimension::time && std::isinf(value.number);
}

Json intervals(const Summary& summary) {
    Json latency = Json::object();
    Json totals = Json::object();
    for (const auto& [name, interval] : summary.intervals) {
        const bool is_total = name == "availability" || name == "throughput";
        const double scale = is_total ? 1 : 1e3;
        const Json pair = {number(interval.low * scale), number(interval.high * scale)};
        if (is_total) {
            totals[name == "throughput" ? "throughput_rps" : name] = pair;
        } else {
            latency[name] = pair;
        }
    }
    Json json = {{"by", summary.basis ? "batches" : "replications"},
                 {"latency_ms", std::move(latency)},
                 {"totals", std::move(totals)}};
    if (summary.basis) {
        const BatchBasis& basis = *summary.basis;
        json["batches"] = basis.batches;
        json["correlation"] = number(basis.correlation);
        json["why_not"] = basis.why_not;
        json["why_none"] = basis.why_none.empty() ? Json(nullptr) : Json(basis.why_none);
    }
    return json;
}

Json maybe_seconds(const std::optional<sim::Time>& time) {
    return time ? Json(sim::seconds(time->time_since_epoch())) : Json(nullptr);
}

// Objectives, alerts, recorded queries and receivers, each by name. Times are in seconds here.
void add_watched(Json& run, const Summary& summary) {
    for (const sim::Watched& each : summary.watched) {
        Json one = Json::object();
        for (const sim::Measure& measure : each.measures) {
            const bool is_time = measure.unit == "s" && !measure.name.ends_with("_s");
            one[measure.name + (is_time ? "_s" : "")] = number(measure.value);
        }
        for (const auto& [name, text] : each.notes) one[name] = text;
        for (const sim::ConditionSpan& span : each.spans) {
            one["spans"].push_back({{"labels", span.labels},
                                    {"active_s", sim::seconds(span.began.time_since_epoch())},
                                    {"firing_s", maybe_seconds(span.acted_on)},
                                    {"resolved_s", maybe_seconds(span.over)}});
        }
        run[each.of][each.name] = std::move(one);
    }
    for (const sim::Message& each : summary.messages) {
        run["notifications"].push_back({{"at_s", sim::seconds(each.at.time_since_epoch())},
                                        {"receiver", each.to},
                                        {"group", each.about},
                                        {"firing", each.holding},
                                        {"resolved", each.over}});
    }
}

}  // namespace

std::string run_json(const ScenarioInfo& scenario, const Summary& summary,
                     const std::vector<Verdict>& verdicts, const std::string& version,
                     double wall_s) {
    Json run = {{"schema", "spate.run/1"},
                {"tool", {{"name", "spate"}, {"version", version}}},
                {"scenario",
                 {{"name", scenario.name},
                  {"file", scenario.file},
                  {"sha256", scenario.sha256},
                  {"resolved", embedded(scenario.resolved)}}},
                {"seed", summary.seed},
                {"replications", summary.replications},
                {"fingerprint", summary.fingerprint},
                {"arrivals_fingerprint", summary.arrivals_fingerprint},
                {"simulated_s", summary.simulated_s},
                {"warm_up_s", summary.warm_up_s},
                {"events", summary.events},
                {"wall_s", wall_s}};
    if (!scenario.partial.empty()) run["partial"] = {{"reason", scenario.partial}};
    Json all = totals(summary.totals);
    all["availability"] = summary.availability;
    all["availability_by_time"] = summary.availability_by_time;
    if (summary.outages.count > 0) {
        all["outages"] = {{"count", summary.outages.count},
                          {"mean_s", summary.outages.mean_s()},
                          {"longest_s", summary.outages.longest_s},
                          {"up_for_each_s", summary.outages.between_s()}};
    }
    all["downtime_per_year_s"] = downtime_of(summary.availability_by_time, kYearSeconds);
    all["throughput_rps"] = number(summary.throughput_rps);
    add_flow(all, summary.totals, summary.latency, summary.in_flight_mean,
             summary.all_measured_s());
    all["cost_usd"] = number(summary.cost_usd);
    all["cost_usd_per_month"] = number(summary.cost_usd_per_month);
    const auto add_cost = [&](const char* name, const std::optional<double>& usd) {
        if (usd) all[name] = number(*usd);
    };
    add_cost("cost_usd_per_request", summary.cost_usd_per_request);
    add_cost("cost_usd_per_1000_users", summary.cost_usd_per_1000_users);
    add_cost("downtime_usd", summary.downtime_usd);
    run["totals"] = std::move(all);
    run["latency_ms"] = latency(summary.latency);
    run["causes"] = causes(summary.causes, summary.cause_names);
    if (summary.basis || !summary.intervals.empty()) run["ci95"] = intervals(summary);
    // Without the search for the name that each [] is.
    Json::object_t nodes;
    for (const NodeSummary& each : summary.nodes) {
        nodes.emplace_back(each.name, node(each, summary.all_measured_s(), summary.cause_names));
    }
    run["nodes"] = std::move(nodes);
    run["figures"] = figures_of(summary.nodes);
    run["expect"] = Json::array();
    for (const Verdict& verdict : verdicts) {
        run["expect"].push_back({{"expr", verdict.expr},
                                 {"value", number(shown(verdict.value))},
                                 {"failed", is_failed(verdict.value)},
                                 {"waited_ms", number(verdict.value.waited_s * 1e3)},
                                 {"held", verdict.held}});
    }
    run["theory"] = theory(scenario.theory);
    add_watched(run, summary);
    if (!summary.diagnosis.sentences.empty()) run["diagnosis"] = diagnosis_json(summary.diagnosis);
    run["incidents"] = Json::array();
    for (const sim::Incident& incident : summary.incidents) {
        run["incidents"].push_back({{"at_s", sim::seconds(incident.at.time_since_epoch())},
                                    {"node", incident.node},
                                    {"what", incident.what},
                                    {"failure", incident.is_failure},
                                    {"detail", incident.detail}});
        if (incident.is_failure) run["incidents"].back()["class"] = incident.failure_class;
    }
    return run.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
