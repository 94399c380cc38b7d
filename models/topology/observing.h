// What a scenario asks to be looked at closely: which requests are traced, whose access logs are
// kept, and whether flows are counted. None of it changes what happens, unless a span is given a
// cost.
#pragma once

#include <chrono>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

struct SpanAttributeSpec {
    static constexpr std::string_view name = "span_attribute";
    static constexpr std::string_view doc = "An attribute of a trace's root span.";
    std::string key;
    spec::Distribution<double> value;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("key", &SpanAttributeSpec::key, not_empty(),
                     "Name of the attribute, in OpenTelemetry's style: \"order.amount\"."),
            required("value", &SpanAttributeSpec::value,
                     "Value of the attribute, drawn anew for each trace.")};
    }
};

struct TracesSpec {
    static constexpr std::string_view name = "traces";
    static constexpr std::string_view doc =
        "Which requests are traced. A request is chosen by its identity alone, so the same ones "
        "are traced whatever serves them.";
    sim::Fraction share{};
    std::uint32_t most = 1000;
    std::uint32_t spans = 2000;
    sim::Duration cost_per_span{};
    std::vector<SpanAttributeSpec> attributes;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("share", &TracesSpec::share,
                  "Share of users' measured requests that are traced (the sampling rate). With 0% "
                  "(the default) no traces are kept."),
            param(
                "most", &TracesSpec::most, at_most(1'000'000u),
                "Traces kept. When more are traced, each of up to 50 equal parts of the run keeps "
                "its slowest (a quarter of its room), as many that failed, and of the rest a "
                "random sample."),
            param("spans", &TracesSpec::spans, between(1u, 1'000'000u),
                  "Most spans kept of one trace, background work included. Spans beyond that, as "
                  "in a retry storm, are only counted."),
            param("cost_per_span", &TracesSpec::cost_per_span, at_least(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::seconds(1))),
                  "Core time that a server spends on each span: tracing overhead. With 0s (the "
                  "default) tracing does not slow the system."),
            param("attributes", &TracesSpec::attributes,
                  "Attributes added to a trace's root span.")};
    }
};

struct LogsSpec {
    static constexpr std::string_view name = "logs";
    static constexpr std::string_view doc = "Logs of single requests: access logs and flow logs.";
    std::vector<spec::MentionRef> access;
    std::uint32_t most = 1'000'000;
    sim::Duration flows{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("access", &LogsSpec::access,
                  "The nodes that log a line for each request that ended there."),
            param("most", &LogsSpec::most, at_most(10'000'000u),
                  "Most log lines kept: the first ones of the run."),
            param("flows", &LogsSpec::flows, at_least(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::hours(24))),
                  "Aggregation interval of flow logs (VPC flow logs: 1min or 10min): traffic each "
                  "way between two machines of the network, or two nodes without one. With 0s (the "
                  "default) there are no flow logs.")};
    }
};

}  // namespace models
