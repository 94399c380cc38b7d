#include "reports/summary.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "reports/traces/figures.h"

namespace reports {

namespace {

constexpr double kHoursPerMonth = 730;

void add(sim::Totals& sum, const sim::Totals& totals) {
    sum.offered += totals.offered;
    for (std::size_t i = 0; i < sum.ended.size(); ++i) sum.ended[i] += totals.ended[i];
}

template <class Array>
void add(Array& sum, const Array& values) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
}

// Up and down time as a user would call it: a slice of the measured time is up when at least 95 %
// of the users' requests that ended in it succeeded. A slice in which none ended is up when none
// was waiting either, else down.
struct UpTime {
    std::uint64_t up = 0;
    std::uint64_t slices = 0;
    double share() const {
        return slices == 0 ? 1 : static_cast<double>(up) / static_cast<double>(slices);
    }
};

UpTime up_time(const sim::Recording& recording) {
    UpTime time;
    if (recording.slice <= sim::Duration::zero()) return time;
    const auto first = static_cast<std::size_t>(
        (recording.warm_up + recording.slice - sim::Duration(1)) / recording.slice);
    const auto end = static_cast<std::size_t>(recording.simulated / recording.slice);
    std::int64_t waiting = 0;
    for (std::size_t slice = 0; slice < end; ++slice) {
        std::uint64_t finished = 0;
        std::uint64_t succeeded = 0;
        for (const sim::NodeRecord& node : recording.nodes) {
            if (!node.is_client || slice >= node.slices.size()) continue;
            finished += node.slices[slice].finished;
            succeeded += node.slices[slice].succeeded;
            waiting += std::int64_t{node.slices[slice].arrived} - node.slices[slice].finished;
        }
        if (slice < first) continue;
        ++time.slices;
        const bool is_up = finished > 0 ? succeeded * 100 >= finished * 95 : waiting == 0;
        time.up += is_up ? 1 : 0;
    }
    return time;
}

// By name: who was there in one replication need not have been in another.
void merge_machines(NodeSummary& sum, const sim::NodeRecord& record, double share) {
    std::unordered_map<std::string, std::size_t> places;
    for (const sim::InstanceRecord& each : sum.machines) places.emplace(each.name, places.size());
    for (const sim::InstanceRecord& machine : record.machines) {
        const auto [place, is_new] = places.emplace(machine.name, sum.machines.size());
        if (is_new) sum.machines.push_back({machine.name, 0, std::nullopt});
        sim::InstanceRecord& known = sum.machines[place->second];
        known.requests += machine.requests;
        if (machine.utilisation) {
            known.utilisation = known.utilisation.value_or(0) + share * *machine.utilisation;
        }
    }
}

void merge(NodeSummary& sum, const sim::NodeRecord& record, double share) {
    sum.name = record.name;
    sum.kind = record.kind;
    sum.is_client = record.is_client;
    add(sum.totals, record.totals);
    sum.latency.merge(record.latency);
    sum.writes += record.writes;
    add(sum.causes, record.causes);
    for (std::size_t i = 0; i < sim::kSpents; ++i) sum.spent_s[i] += sim::seconds(record.spent[i]);
    if (record.utilisation) {
        sum.utilisation = sum.utilisation.value_or(0) + share * *record.utilisation;
    }
    if (record.connections_in_use) {
        sum.connections_in_use =
            sum.connections_in_use.value_or(0) + share * *record.connections_in_use;
    }
    if (record.waiting_peak) {
        sum.waiting_peak = std::max(sum.waiting_peak.value_or(0), *record.waiting_peak);
    }
    sum.instances += share * record.instances;
    sum.cost_usd += share * record.cost_usd;
    for (const sim::Measure& measure : record.measures) {
        auto known = std::ranges::find(sum.measures, measure.name, &sim::Measure::name);
        if (known == sum.measures.end()) {
            known = sum.measures.insert(known, {measure.name, measure.unit, 0});
        }
        known->value += share * measure.value;
    }
    if (sum.series.empty()) sum.series = record.series;
    merge_machines(sum, record, share);
}

// The same things are watched in every replication, in the same order.
void merge_watched(Summary& sum, std::span<const sim::Recording> recordings) {
    sum.watched = recordings.front().watched;
    for (std::size_t index = 0; index < sum.watched.size(); ++index) {
        for (std::size_t i = 0; i < sum.watched[index].measures.size(); ++i) {
            double total = 0;
            double count = 0;
            for (const sim::Recording& each : recordings) {
                const double value = each.watched[index].measures[i].value;
                if (std::isnan(value)) continue;
                total += value;
                ++count;
            }
            sum.watched[index].measures[i].value = count > 0 ? total / count : std::nan("");
        }
    }
}

// A part of a node's requests has one place in every recording of a scenario.
void merge_splits(NodeSummary& sum, const sim::NodeRecord& record) {
    if (sum.splits.size() < record.splits.size()) sum.splits.resize(record.splits.size());
    for (std::size_t i = 0; i < record.splits.size(); ++i) {
        sum.splits[i].by = record.splits[i].by;
        sum.splits[i].name = record.splits[i].name;
        add(sum.splits[i].totals, record.splits[i].totals);
        sum.splits[i].latency.merge(record.splits[i].latency);
        for (std::size_t what = 0; what < sim::kSpents; ++what) {
            sum.splits[i].spent[what] += record.splits[i].spent[what];
        }
    }
}

void add_users(Summary& summary) {
    for (const NodeSummary& node : summary.nodes) {
        summary.cost_usd += node.cost_usd;
        if (!node.is_client) continue;
        add(summary.totals, node.totals);
        summary.latency.merge(node.latency);
        add(summary.causes, node.causes);
    }
}

// What an interval is given for, from one replication.
std::map<std::string, double> figures(const Summary& one) {
    const auto percentile = [&](double percent) {
        return sim::seconds(one.latency.percentile(percent));
    };
    return {{"availability", one.availability},
            {"throughput", one.throughput_rps},
            {"mean", one.latency.mean_seconds()},
            {"p50", percentile(50)},
            {"p90", percentile(90)},
            {"p95", percentile(95)},
            {"p99", percentile(99)},
            {"p99_9", percentile(99.9)}};
}

void add_intervals(Summary& summary, std::span<const sim::Recording> recordings) {
    for (const sim::Recording& recording : recordings) {
        for (const auto& [name, value] : figures(summarise({&recording, 1}))) {
            summary.by_replication[name].push_back(value);
        }
    }
    for (const auto& [name, each] : summary.by_replication) {
        summary.intervals[name] = *interval95(each);
    }
}

}  // namespace

Summary summarise(std::span<const sim::Recording> recordings) {
    Summary summary;
    const sim::Recording& first = recordings.front();
    const double share = 1 / static_cast<double>(recordings.size());
    summary.replications = recordings.size();
    summary.seed = first.seed.run;
    summary.simulated_s = sim::seconds(first.simulated);
    summary.warm_up_s = sim::seconds(first.warm_up);
    summary.incidents = first.incidents;
    summary.notifications = first.notifications;
    merge_watched(summary, recordings);
    if (first.observed) summary.observed = std::make_shared<const ObservedFigures>(first);
    summary.nodes.resize(first.nodes.size());
    sim::Fingerprint fingerprint = first.fingerprint;
    sim::Fingerprint arrivals = first.arrivals;
    UpTime up;
    for (std::size_t index = 0; index < recordings.size(); ++index) {
        const sim::Recording& recording = recordings[index];
        if (index > 0) fingerprint.combine(recording.fingerprint);
        if (index > 0) arrivals.combine(recording.arrivals);
        summary.events += recording.events;
        summary.out_of_room = summary.out_of_room || recording.out_of_room;
        for (std::size_t node = 0; node < recording.nodes.size(); ++node) {
            merge(summary.nodes[node], recording.nodes[node], share);
            merge_splits(summary.nodes[node], recording.nodes[node]);
        }
        const UpTime one = up_time(recording);
        up.up += one.up;
        up.slices += one.slices;
    }
    summary.fingerprint = fingerprint.hex();
    summary.arrivals_fingerprint = arrivals.hex();
    add_users(summary);
    summary.availability = summary.totals.availability();
    summary.availability_by_time = up.share();
    const double measured = summary.measured_s();
    if (measured > 0) {
        summary.throughput_rps =
            static_cast<double>(summary.totals.of(sim::Outcome::succeeded)) * share / measured;
        summary.cost_usd_per_month = summary.cost_usd / measured * 3600 * kHoursPerMonth;
    }
    if (recordings.size() > 1) add_intervals(summary, recordings);
    return summary;
}

Balance balance_of(const NodeSummary& node) {
    double sum = 0;
    double squares = 0;
    double most = 0;
    for (const sim::InstanceRecord& machine : node.machines) {
        const auto requests = static_cast<double>(machine.requests);
        sum += requests;
        squares += requests * requests;
        most = std::max(most, requests);
    }
    const auto count = static_cast<double>(node.machines.size());
    if (sum == 0) return {std::nan(""), std::nan("")};
    const double mean = sum / count;
    return {most / mean, std::sqrt(std::max(0.0, squares / count - mean * mean)) / mean};
}

const NodeSummary* Summary::node(std::string_view name) const {
    const auto found = std::ranges::find(nodes, name, &NodeSummary::name);
    return found == nodes.end() ? nullptr : &*found;
}

bool is_enough(std::uint64_t observations, double percent) {
    return static_cast<double>(observations) * (100 - percent) / 100 >= 10;
}

}  // namespace reports
