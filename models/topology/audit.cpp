#include "models/topology/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace models {

namespace {

// A share is a quotient of integrals: rounding may leave it a little above 1.
constexpr double kRounding = 1e-6;

class Audit {
public:
    explicit Audit(const sim::Recording& recording) : recording_(recording) {}

    std::vector<std::string> look() {
        that(recording_.warm_up >= sim::Duration::zero() && recording_.measured().count() >= 0,
             "time never goes back", "run", sim::seconds(recording_.measured()));
        for (const sim::NodeRecord& node : recording_.nodes) look_at(node);
        return std::move(broken_);
    }

private:
    void look_at(const sim::NodeRecord& node) {
        is_conserved(node.name, node.totals, node.latency);
        for (const sim::Split& each : node.splits) {
            is_conserved(node.name + "'s " + each.by + " " + each.name, each.totals, each.latency);
        }
        if (node.utilisation) is_share(node.name, "utilisation", *node.utilisation);
        if (node.connections_in_use) {
            is_share(node.name, "connections in use", *node.connections_in_use);
        }
        for (const sim::InstanceRecord& each : node.machines) {
            if (each.utilisation) is_share(each.name, "utilisation", *each.utilisation);
        }
        is_amount(node.name, "cost", node.cost_usd);
        is_amount(node.name, "requests in flight", node.in_flight_mean);
        for (const sim::Usage& each : node.usages) is_amount(node.name, each.item, each.amount);
        look_at_slices(node);
        look_at_flow(node);
    }

    // What came, what ended and what is there are three counts, which nobody works out from one
    // another; and each request that ended has a latency.
    void is_conserved(const std::string& of, const sim::Totals& totals,
                      const sim::Latencies& latency) {
        const auto lost = [](std::uint64_t all, std::uint64_t counted) {
            return static_cast<double>(static_cast<std::int64_t>(all - counted));
        };
        that(totals.is_conserved(), "every request that came has ended or is there", of,
             lost(totals.offered, totals.finished() + totals.in_flight));
        that(latency.count() == totals.finished(), "every request that ended has a latency", of,
             lost(totals.finished(), latency.count()));
    }

    // Whoever left a slice had come in it, or before.
    void look_at_slices(const sim::NodeRecord& node) {
        std::int64_t there = 0;
        node.slices.for_each([&](std::size_t, const sim::Slice& slice) {
            there += std::int64_t{slice.arrived} - slice.finished;
            if (there < 0) that(false, "no slice ends more than came", node.name, double(there));
            there = std::max<std::int64_t>(there, 0);
        });
        // Of those who are there at the end, the totals know who came after the warm-up.
        const auto counted = static_cast<std::int64_t>(node.totals.in_flight);
        that(node.slices.empty() || there >= counted, "who is there at the end came in a slice",
             node.name, static_cast<double>(there - counted));
    }

    // Little's law, as inequalities that hold of any stretch of time: those that came and ended in
    // it were there for as long as they took, and nobody was there but those who were offered, or
    // carried over, for longer than the stretch.
    void look_at_flow(const sim::NodeRecord& node) {
        const double measured = sim::seconds(recording_.measured());
        if (measured <= 0 || node.is_client) return;  // its users may have waited before they came
        const double area = node.in_flight_mean * measured;
        const double spent = sum_of(node.latency.succeeded) + sum_of(node.latency.failed);
        // The sum of a histogram's values is exact; a mean of doubles is not.
        that(area >= spent - kRounding * (1 + spent), "Little's law", node.name, area - spent);
    }
    static double sum_of(const sim::Histogram& latency) {
        return latency.empty() ? 0 : latency.mean_seconds() * static_cast<double>(latency.count());
    }

    void is_share(const std::string& of, const std::string& what, double value) {
        that(value >= 0 && value <= 1 + kRounding, what + " is in [0, 1]", of, value);
    }
    void is_amount(const std::string& of, const std::string& what, double value) {
        that(!(value < 0), what + " is not below 0", of, value);
    }
    void that(bool holds, const std::string& invariant, const std::string& of, double value) {
        if (holds) return;
        broken_.push_back(fmt::format("{}: {} at {:.9g} s: {:.9g}", invariant, of,
                                      sim::seconds(recording_.simulated), value));
    }

    const sim::Recording& recording_;
    std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> broken_invariants(const sim::Recording& recording) {
    return Audit(recording).look();
}

}  // namespace models
