// What a run counts, as a Prometheus scrapes it while the run goes on, under the names that
// `spate export` gives it.
//
// All series that there can be are known when the system is built. One is there, with samples from
// the first scrape on, from the moment it has something to say: a counter that never counted, an
// endpoint that nobody asked for, a resource that nobody waited for are not there.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "models/observers/objective_spec.h"
#include "models/observers/promql.h"
#include "sim/recorder.h"

namespace models {

class Scrape {
public:
    // Only of the metrics that are asked for; a name that is empty asks for all. The recorder and
    // the objectives outlive it.
    Scrape(const sim::Recorder& recorder, const spec::Named<SloSpec>& objectives,
           const std::set<std::string>& wanted);

    // One more sample of everything, of the slices that are over now.
    void take(sim::Time now);

    // They stay where they are.
    const std::deque<promql::TimeSeries>& series() const { return series_; }

private:
    // Of a slice.
    using Count = std::function<double(const sim::Slice&)>;

    struct Counter {
        promql::TimeSeries* series;
        Count count;
        double sum = 0;
        bool is_there = false;  // else from when it has counted
    };
    // The requests to one endpoint of a node, or to none that is told apart.
    struct Part {
        const sim::Slices* slices;  // of an endpoint; null: what is left of the node's
        std::vector<Counter> counters;
        bool has_begun = false;
    };
    struct Requests {
        const sim::NodeRecord* node;
        std::vector<Part> parts;  // the last one is what is left
    };
    struct Gauge {
        promql::TimeSeries* series;
        const sim::Meter* meter;
        std::size_t index;  // among its series
    };
    struct Resource {
        const sim::UsedSlices* slices;
        promql::TimeSeries* series;
        double sim::UsedSlices::Sum::*value;
        bool is_there;    // else from when it is more than nothing
        bool is_counted;  // up, rather than that of the last slice
        double sum = 0;
        std::size_t seen = 0;  // slices
    };
    struct Objective {
        const sim::NodeRecord* node;
        const sim::Promise* promise;  // none: whatever succeeds is good
        promql::TimeSeries* good;     // none of either: nobody asks
        promql::TimeSeries* all;
        double sum_good = 0;
        double sum_all = 0;
    };

    bool wants(const std::string& name) const;
    promql::TimeSeries* add(const std::string& name, promql::Labels labels, bool only_grows);
    void add_requests(const sim::NodeRecord& node);
    void add_counters(Part& part, const std::string& prefix, const promql::Labels& labels);
    void add_resource(const std::string& node, const sim::ResourceRecord& record);
    void add_objective(const std::string& name, const SloSpec& objective);

    void take(Requests& requests, std::size_t end);
    void take(Part& part, bool is_there, const std::vector<sim::Slice>& fresh);
    void take(Gauge& gauge, std::size_t end);
    void take(Resource& resource, std::size_t end);
    void take(Objective& objective, std::size_t end);
    // A sample of now, and of nothing at each scrape before when it is the first.
    void sample(promql::TimeSeries& series, double value) const;

    const sim::Recorder& recorder_;
    std::set<std::string> wanted_;
    std::deque<promql::TimeSeries> series_;
    std::vector<Requests> requests_;
    std::vector<Gauge> gauges_;
    std::vector<Resource> resources_;
    std::vector<Objective> objectives_;
    std::vector<std::int64_t> times_;  // of the scrapes, in milliseconds
    std::size_t seen_ = 0;             // slices, at the last
};

// Every name there can be in a run of the scenario that this is a recording of.
std::set<std::string> metric_names(const sim::Recording& recording);

}  // namespace models
