// What a scenario asks to be looked at closely: which requests are traced, whose access logs are
// kept, and whether flows are counted. None of it changes what happens, unless a span is given a
// cost.
#pragma once

#include <chrono>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/spec.h"

namespace models {

struct SpanAttributeSpec {
    static constexpr std::string_view name = "span_attribute";
    static constexpr std::string_view doc = "What the root of a trace says of its request.";
    std::string key;
    spec::Distribution<double> value;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("key", &SpanAttributeSpec::key, not_empty(),
                                   "As OpenTelemetry names it: \"order.amount\"."),
                          required("value", &SpanAttributeSpec::value, "Drawn for each trace.")};
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
                  "Of the users' requests that count; 0 traces none of them."),
            param(
                "most", &TracesSpec::most, at_most(1'000'000u),
                "Traces kept. When more are traced, each of up to 50 equal parts of the run keeps "
                "its slowest (a quarter of its room), as many that failed, and of the rest a "
                "random sample."),
            param(
                "spans", &TracesSpec::spans, between(1u, 1'000'000u),
                "Kept of one request, with the work that it left behind; what a retry storm makes "
                "beyond them is counted."),
            param("cost_per_span", &TracesSpec::cost_per_span, at_least(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::seconds(1))),
                  "Time that a server's core takes for each span it makes; 0 looks on without "
                  "being felt."),
            param("attributes", &TracesSpec::attributes,
                  "What a trace's root says of its request beside what is known of it.")};
    }
};

struct LogsSpec {
    static constexpr std::string_view name = "logs";
    static constexpr std::string_view doc = "What is written down of requests, each of them.";
    std::vector<spec::MentionRef> access;
    std::uint32_t most = 1'000'000;
    sim::Duration flows{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("access", &LogsSpec::access,
                  "The nodes that log a line for each request that ended there."),
            param("most", &LogsSpec::most, at_most(10'000'000u), "Lines kept; the first ones."),
            param("flows", &LogsSpec::flows, at_least(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::hours(24))),
                  "Counts what goes each way between two machines of the network, or two nodes "
                  "without one, in intervals of this length (VPC flow logs: 1min or 10min); 0 "
                  "counts nothing.")};
    }
};

}  // namespace models
