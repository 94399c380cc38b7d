// What a HorizontalPodAutoscaler looks at, as its spec says it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "models/autoscalers/metrics_server.h"
#include "models/spec/declaration/spec.h"

namespace models {

// The signals that a Pods metric can be of.
constexpr auto names_of(Signal) {
    return std::array{
        spec::Word{"in_flight", Signal::in_flight, "Requests in flight, waiting ones included."},
        spec::Word{"waiting", Signal::waiting, "Requests waiting for a thread."},
        spec::Word{"requests", Signal::requests, "Requests that arrived, per second."},
        spec::Word{"cpu", Signal::cpu, "Cores in use."},
        spec::Word{"memory", Signal::memory, "Bytes in use."}};
}

}  // namespace models

namespace models::hpa {

struct CpuMetric {
    static constexpr std::string_view key = "cpu";
    static constexpr std::string_view doc = "CPU use, in percent of what pods request.";
    sim::Fraction value{0.8};
    static constexpr auto body() {
        return spec::param("cpu", &CpuMetric::value, spec::at_least(0.01), spec::at_most(1.0),
                           "The utilisation to keep.");
    }
};

struct MemoryMetric {
    static constexpr std::string_view key = "memory";
    static constexpr std::string_view doc = "Use of memory, in percent of what pods request.";
    sim::Fraction value{0.8};
    static constexpr auto body() {
        return spec::param("memory", &MemoryMetric::value, spec::at_least(0.01), spec::at_most(1.0),
                           "The utilisation to keep.");
    }
};

struct PodsMetric {
    static constexpr std::string_view key = "pods";
    static constexpr std::string_view doc = "A custom metric of each pod.";
    Signal value = Signal::in_flight;
    double average_value = 1;
    static constexpr auto body() {
        return spec::param("pods", &PodsMetric::value, "Metric of the pods that is followed.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("average_value", &PodsMetric::average_value, at_least(0.001),
                                   at_most(1e12),
                                   "Target for the mean over the pods (averageValue).")};
    }
};

struct ExternalMetric {
    static constexpr std::string_view key = "external";
    static constexpr std::string_view doc = "A reading of some node, as the length of a queue.";
    spec::MentionRef value;
    std::string reading = "waiting";
    std::optional<double> average_value;
    std::optional<double> target_value;
    static constexpr auto body() {
        return spec::param("external", &ExternalMetric::value, "Node whose reading is followed.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("reading", &ExternalMetric::reading,
                  "Reading of that node to scale by, such as \"waiting\"."),
            param("average_value", &ExternalMetric::average_value, at_least(0.001), at_most(1e12),
                  "Target for each pod's share of the figure (averageValue). Without it `value` is "
                  "the target."),
            param(
                "value", &ExternalMetric::target_value, at_least(0.001), at_most(1e12),
                "Target for the figure itself (value). Without it `average_value` is the target.")};
    }
    void check(spec::Check& check) const {
        check.that(average_value.has_value() != target_value.has_value(), "average_value",
                   "give either average_value or value");
    }
};

struct Metric : spec::Tagged<CpuMetric, MemoryMetric, PodsMetric, ExternalMetric> {
    using Tagged::Tagged;
    static constexpr std::string_view name = "hpa_metric";
    static constexpr std::string_view doc = "A metric that an autoscaler follows, and its target.";
};

}  // namespace models::hpa
