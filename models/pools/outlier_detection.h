// Outlier detection: a target that fails more than the others is ejected for a time. Envoy's.
//
// outlier_detection_impl.cc. Three detectors: failures in a row, at once; and every `interval`,
// over the requests since the last sweep, a success rate below mean - stdev_factor * standard
// deviation of the targets' rates, or a failure rate of at least a threshold. The n-th ejection
// lasts n * base_ejection_time, at most max_ejection_time, and ends at a sweep, so up to an
// interval later; n falls by one with every sweep at which the target is in. No more than
// max_ejection_percent of the targets are out at a time: with the default of 10 % none of fewer
// than ten ever is.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/pools/error_class.h"
#include "models/pools/targets.h"
#include "models/spec/declaration/spec.h"
#include "sim/rng.h"
#include "sim/task_group.h"

namespace models {

struct OutlierDetectionSpec {
    static constexpr std::string_view name = "outlier_detection";
    static constexpr std::string_view doc =
        "Ejects targets that fail more than the others (Envoy).";
    std::uint32_t consecutive_5xx = 5;
    std::uint32_t consecutive_gateway_failure = 5;
    sim::Duration interval = std::chrono::seconds(10);
    sim::Duration base_ejection_time = std::chrono::seconds(30);
    sim::Duration max_ejection_time = std::chrono::seconds(300);
    sim::Fraction max_ejection_percent{0.1};
    bool always_eject_one_host = false;
    sim::Fraction enforcing_consecutive_5xx{1};
    sim::Fraction enforcing_consecutive_gateway_failure{0};
    sim::Fraction enforcing_success_rate{1};
    std::uint32_t success_rate_minimum_hosts = 5;
    std::uint32_t success_rate_request_volume = 100;
    double success_rate_stdev_factor = 1.9;
    sim::Fraction enforcing_failure_percentage{0};
    sim::Fraction failure_percentage_threshold{0.85};
    std::uint32_t failure_percentage_minimum_hosts = 5;
    std::uint32_t failure_percentage_request_volume = 50;
    static constexpr auto params() {
        using namespace spec;
        using Self = OutlierDetectionSpec;
        constexpr sim::Duration kShortest = std::chrono::milliseconds(10);
        constexpr sim::Duration kLongest = std::chrono::hours(24 * 366);
        return std::tuple{
            param("consecutive_5xx", &Self::consecutive_5xx, at_least(1u),
                  "Consecutive failures that eject a target."),
            param("consecutive_gateway_failure", &Self::consecutive_gateway_failure, at_least(1u),
                  "Consecutive gateway failures (502, 503, 504) that eject a target."),
            param("interval", &Self::interval, at_least(kShortest),
                  "Interval at which ejections are decided and ended."),
            param("base_ejection_time", &Self::base_ejection_time, at_least(kShortest),
                  at_most(kLongest),
                  "Length of the first ejection; the second lasts twice as long, and so on."),
            param("max_ejection_time", &Self::max_ejection_time, at_least(kShortest),
                  at_most(kLongest), "Longest ejection; at least base_ejection_time."),
            param("max_ejection_percent", &Self::max_ejection_percent,
                  "Largest share of targets that may be ejected at a time (max_ejection_percent)."),
            param("always_eject_one_host", &Self::always_eject_one_host,
                  "Whether one target may be ejected even if that exceeds max_ejection_percent."),
            param("enforcing_consecutive_5xx", &Self::enforcing_consecutive_5xx,
                  "Share of these detections that are enforced (the target is ejected)."),
            param("enforcing_consecutive_gateway_failure",
                  &Self::enforcing_consecutive_gateway_failure,
                  "Share of these detections that are enforced (the target is ejected)."),
            param("enforcing_success_rate", &Self::enforcing_success_rate,
                  "Share of success rate detections that are enforced (the target is ejected)."),
            param("success_rate_minimum_hosts", &Self::success_rate_minimum_hosts,
                  "Least targets with enough requests for success rates to be compared."),
            param("success_rate_request_volume", &Self::success_rate_request_volume,
                  "Least requests to a target in an interval for it to be judged."),
            param("success_rate_stdev_factor", &Self::success_rate_stdev_factor, at_least(0.0),
                  "Ejects targets whose success rate is more than so many standard deviations "
                  "below the mean."),
            param("enforcing_failure_percentage", &Self::enforcing_failure_percentage,
                  "Share of failure percentage detections that are enforced (the target is "
                  "ejected)."),
            param("failure_percentage_threshold", &Self::failure_percentage_threshold,
                  "Share of failures in an interval at which a target is ejected."),
            param("failure_percentage_minimum_hosts", &Self::failure_percentage_minimum_hosts,
                  "Least targets with enough requests for failure percentages to be judged."),
            param("failure_percentage_request_volume", &Self::failure_percentage_request_volume,
                  "Least requests to a target in an interval for it to be judged.")};
    }
};

// mean - factor * standard deviation, below which a success rate stands out; rates and result in
// percent.
struct SuccessRates {
    double mean = 0;
    double threshold = 0;
};
SuccessRates success_rates(const std::vector<double>& rates, double stdev_factor);

// Whether one more may be ejected.
bool may_eject(const OutlierDetectionSpec& spec, std::size_t ejected, std::size_t targets);

// How long the n-th ejection in a row lasts.
sim::Duration ejection_time(const OutlierDetectionSpec& spec, std::uint32_t n);

class OutlierDetection {
public:
    OutlierDetection(const OutlierDetectionSpec& spec, const Context& context, Targets& targets)
        : spec_(spec),
          context_(context),
          targets_(targets),
          draws_(context.stream("outlier detection")) {}

    void start() { crew_.run(sweep()); }
    void dismiss() { crew_.dismiss(); }
    void answered(BackendId id, std::optional<ErrorClass> error_class);

    std::uint64_t ejections() const { return ejections_; }

private:
    struct Host {
        std::uint32_t failures_in_row = 0;
        std::uint32_t gateway_failures_in_row = 0;
        std::uint32_t requests = 0;  // since the last sweep
        std::uint32_t successes = 0;
        std::uint32_t times = 0;  // ejections in a row
        sim::Time ejected{};
    };

    sim::Task<void> sweep();
    void take_back();
    void judge_success_rates();
    void judge_failure_rates();
    void eject(BackendId id, sim::Fraction enforcing, const char* why);
    bool counts(BackendId id, std::uint32_t volume) const;
    Host& host(BackendId id);

    OutlierDetectionSpec spec_;
    Context context_;
    Targets& targets_;
    sim::Draws draws_;
    std::vector<Host> hosts_;  // by id
    std::size_t out_ = 0;
    std::uint64_t ejections_ = 0;
    sim::TaskGroup crew_;
};

}  // namespace models
