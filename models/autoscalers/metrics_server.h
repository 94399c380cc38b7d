// What a metrics server knows: the mean use of each unit over the time between its last two looks,
// and it is known only some time after the second.
//
// As Kubernetes' metrics-server (--metric-resolution, 15 s): a unit that was looked at only once
// has no metric yet, so a new pod is missing for up to two resolutions.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <vector>

#include "models/autoscalers/workload.h"
#include "sim/task.h"

namespace models {

// What can be measured of each unit.
enum class Signal : std::uint8_t { cpu, memory, in_flight, waiting, requests };

class MetricsServer {
public:
    struct Plan {
        sim::Duration resolution = std::chrono::seconds(15);
        sim::Duration delay{};
        std::vector<Signal> signals;
    };

    MetricsServer(Plan plan, const Context& context)
        : plan_(std::move(plan)), scheduler_(context.scheduler()) {}

    sim::Task<void> run(const Workload& workload);

    // The latest that is known now, of one of the plan's signals: thousandths of a core, bytes,
    // thousandths of a request or of a request per second.
    const hpa::PodMetrics& latest(Signal signal);
    // When that was measured; none yet is the beginning of time.
    sim::Time measured_at();

private:
    struct Scrape {
        sim::Time at{};
        Vitals vitals;
    };
    struct Answers {
        sim::Time at{};
        std::vector<hpa::PodMetrics> by_signal;
    };

    void look(const Workload& workload);
    void forget_outdated();

    Plan plan_;
    sim::Scheduler& scheduler_;
    std::map<PodId, Scrape> last_looks_;
    std::deque<Answers> answers_;  // of which the first that is old enough is known
    hpa::PodMetrics nothing_;
};

}  // namespace models
