// What a vertical pod autoscaler recommends for a container, and between what bounds it would leave
// a pod alone.
//
// After vertical-pod-autoscaler/pkg/recommender: the 90th percentile and 15 % on top; bounds that
// are wide while little is known. CPU counts every sample, memory only the peak of each day.
// Amounts are whole: thousandths of a core, bytes, cut off after every step.
#pragma once

#include <chrono>
#include <optional>

#include "models/autoscalers/hpa/pod.h"
#include "models/autoscalers/vpa/histogram.h"

namespace models::vpa {

using Amount = std::int64_t;

// Steps of an estimate, as upstream's estimators.
Amount with_margin(Amount base, double share);
// base * (1 + multiplier / confidence)^exponent
struct ConfidenceRule {
    double multiplier;
    double exponent;
};
Amount with_confidence(Amount base, const ConfidenceRule& rule, double confidence);

// How much is known: the time from the first sample to the last, or the number of samples as if one
// came each minute, in units of the interval; the smaller.
struct Experience {
    std::uint64_t samples = 0;
    sim::Time first{};
    sim::Time last{};
    double confidence(sim::Duration interval = std::chrono::hours(24)) const;
};

// What to believe a container needs that was killed for want of memory.
double after_oom(double used, double last_peak);

struct Bounds {
    Amount target = 0;
    Amount lower = 0;
    Amount upper = 0;
};

struct Recommendation {
    Bounds cpu;     // thousandths of a core
    Bounds memory;  // bytes
};

class Recommender {
public:
    struct Plan {
        double target_percentile = 0.9;
        double lower_percentile = 0.5;
        double upper_percentile = 0.95;
        double safety_margin = 0.15;
        Amount least_cpu = 25;
        Amount least_memory = Amount{250} << 20U;
        sim::Duration half_life = std::chrono::hours(24);
        sim::Duration memory_interval = std::chrono::hours(24);
    };

    explicit Recommender(const Plan& plan);

    // `weight` is what the container requests, in cores; less than 0.1 counts as 0.1.
    void add_cpu(double cores, double weight, sim::Time now);
    void add_memory(double bytes, sim::Time now);
    void add_oom(double bytes, sim::Time now);

    std::optional<Recommendation> recommend() const;
    const Experience& experience() const { return experience_; }

private:
    Bounds estimate(const Histogram& histogram, double unit, Amount least) const;

    Plan plan_;
    Histogram cpu_;
    Histogram memory_;
    Experience experience_;
    sim::Time interval_end_{};
    double peak_ = 0;
};

}  // namespace models::vpa
