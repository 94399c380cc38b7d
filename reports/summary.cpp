#include "reports/summary.h"

#include <algorithm>
#include <cmath>

#include "reports/statistics/undefined.h"
#include "reports/trace_figures.h"
#include "sim/up_time.h"

namespace reports {

namespace {

void add(sim::Totals& sum, const sim::Totals& totals) {
    sum.offered += totals.offered;
    sum.in_flight += totals.in_flight;
    sum.carried.time += totals.carried.time;
    for (std::size_t i = 0; i < sum.ended.size(); ++i) {
        sum.ended[i] += totals.ended[i];
        sum.carried.ended[i] += totals.carried.ended[i];
    }
}

template <class Array>
void add(Array& sum, const Array& values) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
}

Outages outages_of(const sim::Recording& recording) {
    std::vector<const sim::NodeRecord*> clients;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (node.is_client) clients.push_back(&node);
    }
    const std::vector<bool> up = sim::up_slices(recording, clients);
    const double slice_s = sim::seconds(recording.slice);
    const auto up_slices = static_cast<std::size_t>(std::ranges::count(up, true));
    Outages all;
    all.up_s = static_cast<double>(up_slices) * slice_s;
    all.down_s = static_cast<double>(up.size() - up_slices) * slice_s;
    all.longest_s = static_cast<double>(sim::longest_outage(up)) * slice_s;
    for (std::size_t i = 0; i < up.size(); ++i) {
        const bool begins = !up[i] && (i == 0 || up[i - 1]);
        all.count += begins ? 1 : 0;
    }
    return all;
}

void add(Outages& sum, const Outages& one) {
    sum.count += one.count;
    sum.down_s += one.down_s;
    sum.up_s += one.up_s;
    sum.longest_s = std::max(sum.longest_s, one.longest_s);
}

// The mean of the replications, by what was used at which price.
void merge_usages(std::vector<sim::Usage>& sum, const std::vector<sim::Usage>& usages,
                  double share) {
    for (const sim::Usage& each : usages) {
        const auto is_same = [&](const sim::Usage& known) {
            return known.item == each.item && known.of == each.of &&
                   known.usd_each == each.usd_each;
        };
        const auto known = std::ranges::find_if(sum, is_same);
        if (known != sum.end()) {
            known->amount += share * each.amount;
            continue;
        }
        sum.push_back(each);
        sum.back().amount *= share;
    }
}

// Those whom users are; none where nobody says how many there are.
double users_of(const Summary& summary) {
    double users = 0;
    for (const NodeSummary& node : summary.nodes) {
        if (!node.is_client) continue;
        const auto found = std::ranges::find(node.measures, "users", &sim::Measure::name);
        if (found != node.measures.end()) users += found->value;
    }
    return users;
}

void add_costs(Summary& summary, std::optional<double> downtime_usd_per_hour) {
    const double hours = summary.measured_s() / 3600;
    if (!(hours > 0)) return;
    summary.cost_usd_per_month = summary.cost_usd / hours * sim::kHoursPerMonth;
    const double succeeded = static_cast<double>(summary.totals.of(sim::Outcome::succeeded)) /
                             static_cast<double>(summary.replications);
    if (succeeded > 0) summary.cost_usd_per_request = summary.cost_usd / succeeded;
    const double users = users_of(summary);
    if (users > 0) summary.cost_usd_per_1000_users = summary.cost_usd_per_month / users * 1000;
    if (downtime_usd_per_hour) {
        summary.downtime_usd = (1 - summary.availability_by_time) * hours * *downtime_usd_per_hour;
    }
}

void merge(NodeSummary& sum, const sim::NodeRecord& record, double share) {
    sum.name = record.name;
    sum.kind = record.kind;
    sum.is_client = record.is_client;
    add(sum.totals, record.totals);
    sum.latency.merge(record.latency);
    sum.in_flight_mean += share * record.in_flight_mean;
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
    merge_usages(sum.usages, record.usages, share);
    if (sum.series.empty()) sum.series = record.series;
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
        summary.in_flight_mean += node.in_flight_mean;
        add(summary.causes, node.causes);
    }
}

// What an interval is given for, from one replication; a percentile that falls among failures is
// infinite.
std::map<std::string, double> figures(const Summary& one) {
    const auto percentile = [&](double percent) {
        return seconds_of(one.latency.percentile(percent));
    };
    return {
        {"availability", one.availability},
        {"throughput", one.throughput_rps},
        {"mean", one.latency.succeeded.empty() ? kUndefined : one.latency.succeeded.mean_seconds()},
        {"p50", percentile(50)},
        {"p90", percentile(90)},
        {"p95", percentile(95)},
        {"p99", percentile(99)},
        {"p99_9", percentile(99.9)}};
}

}  // namespace

void Summing::begin(const sim::Recording& first) {
    summary_.replications = replications_;
    summary_.seed = first.seed.run;
    summary_.simulated_s = sim::seconds(first.simulated);
    summary_.warm_up_s = sim::seconds(first.warm_up);
    summary_.incidents = first.incidents;
    summary_.diagnosis = diagnose(first);
    summary_.cause_names = first.causes;
    summary_.messages = first.messages;
    summary_.watched = first.watched;
    downtime_usd_per_hour_ = first.downtime_usd_per_hour;
    for (const sim::Watched& each : first.watched) watched_.emplace_back(each.measures.size());
    if (first.observed) summary_.observed = std::make_shared<const ObservedFigures>(first);
    summary_.nodes.resize(first.nodes.size());
    measures_.resize(first.nodes.size());
    machines_.resize(first.nodes.size());
    fingerprint_ = first.fingerprint;
    arrivals_ = first.arrivals;
}

void Summing::add(const sim::Recording& recording) {
    if (added_ == 0) {
        begin(recording);
    } else {
        fingerprint_.combine(recording.fingerprint);
        arrivals_.combine(recording.arrivals);
    }
    ++added_;
    summary_.events += recording.events;
    summary_.out_of_room = summary_.out_of_room || recording.out_of_room;
    for (std::size_t node = 0; node < recording.nodes.size(); ++node) {
        add_node(node, recording.nodes[node]);
    }
    add_watched(recording);
    add_windows(recording);
    reports::add(summary_.outages, outages_of(recording));
    if (replications_ < 2) return;
    for (const auto& [name, value] : figures(summarise({&recording, 1}))) {
        summary_.by_replication[name].push_back(value);
    }
}

void Summing::add_node(std::size_t index, const sim::NodeRecord& record) {
    merge(summary_.nodes[index], record, 1 / static_cast<double>(replications_));
    measures_[index].add(record.measures);
    merge_splits(summary_.nodes[index], record);
    add_machines(index, record);
}

// Most have the same place in every replication; the others are found by name.
void Summing::add_machines(std::size_t index, const sim::NodeRecord& record) {
    std::vector<sim::InstanceRecord>& known = summary_.nodes[index].machines;
    const double share = 1 / static_cast<double>(replications_);
    for (std::size_t i = 0; i < record.machines.size(); ++i) {
        const sim::InstanceRecord& machine = record.machines[i];
        std::size_t place = i;
        if (i >= known.size() || known[i].name != machine.name) {
            place = machines_[index].try_emplace(machine.name, known.size()).first->second;
            if (place == known.size()) known.push_back({machine.name, 0, std::nullopt});
        }
        known[place].requests += machine.requests;
        if (machine.utilisation) {
            known[place].utilisation =
                known[place].utilisation.value_or(0) + share * *machine.utilisation;
        }
    }
}

// The same things are watched in every replication, in the same order.
void Summing::add_watched(const sim::Recording& recording) {
    for (std::size_t index = 0; index < watched_.size(); ++index) {
        for (std::size_t i = 0; i < watched_[index].size(); ++i) {
            const double value = recording.watched[index].measures[i].value;
            if (std::isnan(value)) continue;
            watched_[index][i].total += value;
            ++watched_[index][i].count;
        }
    }
}

void Summing::add_windows(const sim::Recording& recording) {
    for (const TimeWindow& window : wanted_) {
        std::vector<WindowFigures>& figures = summary_.windows[window];
        figures.resize(recording.nodes.size());
        for (std::size_t node = 0; node < recording.nodes.size(); ++node) {
            figures[node].add(recording, recording.nodes[node], window);
        }
    }
}

namespace {

// Means over so many announced replications, of which fewer came.
void rescale(NodeSummary& node, double factor) {
    node.in_flight_mean *= factor;
    node.instances *= factor;
    node.cost_usd *= factor;
    if (node.utilisation) *node.utilisation *= factor;
    if (node.connections_in_use) *node.connections_in_use *= factor;
    for (sim::Usage& each : node.usages) each.amount *= factor;
    for (sim::InstanceRecord& machine : node.machines) {
        if (machine.utilisation) *machine.utilisation *= factor;
    }
}

}  // namespace

void Summing::settle_fewer() {
    if (added_ == replications_) return;
    const double factor = static_cast<double>(replications_) / static_cast<double>(added_);
    for (NodeSummary& node : summary_.nodes) rescale(node, factor);
    summary_.replications = added_;
    if (added_ < 2) summary_.by_replication.clear();
}

Summary Summing::finish() {
    settle_fewer();
    Summary& summary = summary_;
    for (std::size_t index = 0; index < watched_.size(); ++index) {
        for (std::size_t i = 0; i < watched_[index].size(); ++i) {
            const Values& values = watched_[index][i];
            summary.watched[index].measures[i].value =
                values.count > 0 ? values.total / values.count : std::nan("");
        }
    }
    for (std::size_t index = 0; index < measures_.size(); ++index) {
        summary.nodes[index].measures = measures_[index].finish();
    }
    summary.fingerprint = fingerprint_.hex();
    summary.arrivals_fingerprint = arrivals_.hex();
    add_users(summary);
    summary.availability = summary.totals.availability();
    const double all_s = summary.outages.up_s + summary.outages.down_s;
    summary.availability_by_time = all_s > 0 ? summary.outages.up_s / all_s : 1;
    const double measured = summary.measured_s();
    if (measured > 0) {
        summary.throughput_rps =
            static_cast<double>(summary.totals.served(sim::Outcome::succeeded)) /
            summary.all_measured_s();
    }
    add_costs(summary, downtime_usd_per_hour_);
    for (const auto& [name, each] : summary.by_replication) {
        // Of what failed in a replication there is no mean.
        const bool is_finite =
            std::ranges::all_of(each, [](double value) { return std::isfinite(value); });
        if (is_finite) summary.intervals[name] = *interval95(each);
    }
    return std::move(summary_);
}

double Outages::mean_s() const {
    return count > 0 ? down_s / static_cast<double>(count) : kUndefined;
}

double Outages::between_s() const {
    return count > 0 ? up_s / static_cast<double>(count) : kUndefined;
}

double mean_time_in_system(const sim::Totals& totals, const sim::Latencies& latency) {
    if (totals.served() == 0) return std::nan("");
    const auto nanoseconds = latency.succeeded.sum_nanoseconds() + latency.failed.sum_nanoseconds();
    return (static_cast<double>(nanoseconds) * 1e-9 + sim::seconds(totals.carried.time)) /
           static_cast<double>(totals.served());
}

Summary summarise(std::span<const sim::Recording> recordings,
                  const std::vector<TimeWindow>& windows) {
    Summing sum(recordings.size(), windows);
    for (const sim::Recording& each : recordings) sum.add(each);
    return sum.finish();
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
