// What one or more recordings of a scenario come to: the numbers that people, run.json and
// expectations read.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "reports/measures.h"
#include "reports/statistics/confidence.h"
#include "reports/time_window.h"
#include "sim/recording.h"

namespace reports {

struct NodeSummary {
    std::string name;
    std::string kind;
    bool is_client = false;
    sim::Totals totals;
    sim::Latencies latency;
    double in_flight_mean = 0;
    std::uint64_t writes = 0;
    std::array<std::uint64_t, sim::kMostCauses> causes{};
    std::array<double, sim::kSpents> spent_s{};  // summed over its requests
    std::optional<double> utilisation;
    std::optional<double> connections_in_use;
    std::optional<std::uint64_t> waiting_peak;
    double instances = 0;
    double cost_usd = 0;
    std::vector<sim::Usage> usages;  // what it used that is paid for, of one replication
    std::vector<sim::Measure> measures;
    std::vector<sim::InstanceRecord> machines;  // requests are summed, utilisation is the mean
    std::vector<sim::Series> series;            // of the first replication
    std::vector<sim::Split> splits;
};

// How evenly requests went to a node's machines; undefined (NaN) without machines or requests.
struct Balance {
    double imbalance;  // the busiest one's requests over the mean; 1 is even
    double cv;         // standard deviation of their requests over the mean; 0 is even
};
Balance balance_of(const NodeSummary& node);

class ObservedFigures;  // traces/figures.h

// What the intervals of one replication rest on: long_run.h.
struct BatchBasis {
    std::string why_none;                        // no figure has one; empty when there are some
    std::map<std::string, std::string> why_not;  // of figures that have none
    std::map<std::string, std::size_t> batches;  // of those that have one
    double span_s = 0;                           // of measured time, all batches together
    double correlation = 0;                      // of neighbouring batches of the mean
};

// When the service was down for its users, in whole slices (see summary.cpp).
struct Outages {
    std::uint64_t count = 0;
    double down_s = 0;
    double up_s = 0;
    double longest_s = 0;

    // Undefined (NaN) where there was none.
    double mean_s() const;
    double between_s() const;  // time up for each outage
};

struct Summary {
    std::size_t replications = 0;
    std::uint64_t seed = 0;
    std::string fingerprint;
    std::string arrivals_fingerprint;  // of what users asked for, and when
    std::uint64_t events = 0;
    double simulated_s = 0;  // of one replication
    double warm_up_s = 0;
    bool out_of_room = false;

    sim::Totals totals;         // what users saw: the sum over client nodes
    sim::Latencies latency;     // likewise
    double in_flight_mean = 0;  // likewise
    std::array<std::uint64_t, sim::kMostCauses> causes{};
    sim::CauseTable cause_names;      // of what is counted there
    double availability = 1;          // by request
    double availability_by_time = 1;  // sim/up_time.h
    Outages outages;                  // of all replications
    double throughput_rps = 0;        // successes that ended in a measured second
    double cost_usd = 0;
    double cost_usd_per_month = 0;  // 730 hours
    // Of a request that succeeded; a month's, of a thousand users; of being down. None where none
    // succeeded, where nobody says how many users there are, or what it costs.
    std::optional<double> cost_usd_per_request{};
    std::optional<double> cost_usd_per_1000_users{};
    std::optional<double> downtime_usd{};
    std::vector<NodeSummary> nodes;
    // What expectations ask of parts of the run: of each node, in the order of `nodes`.
    std::map<TimeWindow, std::vector<WindowFigures>> windows;
    std::vector<sim::Incident> incidents;  // of the first replication
    Diagnosis diagnosis;                   // likewise
    std::vector<sim::Watched> watched;     // means where there is a value; spans of the first
    std::vector<sim::Message> messages;    // of the first replication
    std::shared_ptr<const ObservedFigures> observed;  // likewise; none when nothing was

    // 95 % intervals by the name an expectation uses: over replications, or over the batches of a
    // single one where somebody asked for that.
    std::map<std::string, Interval> intervals;
    std::optional<BatchBasis> basis;  // of the latter
    // The values of each replication that intervals are of; empty for a single one.
    std::map<std::string, std::vector<double>> by_replication;

    double measured_s() const { return simulated_s - warm_up_s; }
    // Of all replications together.
    double all_measured_s() const { return measured_s() * static_cast<double>(replications); }
    const NodeSummary* node(std::string_view name) const;
};

// Replications of one scenario added up one at a time, so that no recording has to be kept until
// the last one ends. They come in index order, as sums of floating-point numbers depend on theirs.
class Summing {
public:
    // Windows are those that somebody will ask for.
    explicit Summing(std::size_t replications, const std::vector<TimeWindow>& windows = {})
        : replications_(replications), wanted_(windows.begin(), windows.end()) {}

    void add(const sim::Recording& recording);

    // After as many as were announced, or fewer when the others were stopped; at least one.
    Summary finish();

private:
    // The values of one measure that are numbers.
    struct Values {
        double total = 0;
        double count = 0;
    };

    void begin(const sim::Recording& first);
    void add_node(std::size_t index, const sim::NodeRecord& record);
    void add_machines(std::size_t index, const sim::NodeRecord& record);
    void add_watched(const sim::Recording& recording);
    void add_windows(const sim::Recording& recording);
    void settle_fewer();

    std::size_t replications_;
    std::set<TimeWindow> wanted_;
    Summary summary_;
    std::vector<MergedMeasures> measures_;  // by node
    sim::Fingerprint fingerprint_;
    sim::Fingerprint arrivals_;
    std::optional<double> downtime_usd_per_hour_{};
    std::vector<std::unordered_map<std::string, std::size_t>> machines_;  // by node: their places
    std::vector<std::vector<Values>> watched_;
    std::size_t added_ = 0;
};

// Replications of one scenario, in index order; at least one.
Summary summarise(std::span<const sim::Recording> recordings,
                  const std::vector<TimeWindow>& windows = {});

// How long requests were in the system, all that ended in the measured time, whatever the outcome
// and whenever they began: the W of Little's law, L = lambda W, where L is `in_flight_mean` and
// lambda what ended a second. NaN when none ended.
double mean_time_in_system(const sim::Totals& totals, const sim::Latencies& latency);

// Whether so many observations say anything about this percentile: at least ten lie beyond it.
bool is_enough(std::uint64_t observations, double percent);

}  // namespace reports
