#include "reports/harm.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "sim/up_time.h"

namespace reports {

namespace {

// Of the slices that lie within the window, or of the first that begins in it or after it.
Harm::Route route_of(const sim::Recording& recording, const sim::NodeRecord& client,
                     const TimeWindow& window) {
    const double slice_s = sim::seconds(recording.slice);
    const double from_s = std::max(window.begin_s, sim::seconds(recording.warm_up));
    const double until_s = std::min(window.end_s, sim::seconds(recording.simulated));
    const auto first = static_cast<std::size_t>(std::ceil(from_s / slice_s));
    const auto end = static_cast<std::size_t>(std::max(0.0, until_s / slice_s));
    const sim::Slice sum = sim::sum_of(client.slices, first, std::max(end, first + 1));
    return {client.name, double(sum.arrived), double(sum.finished), double(sum.succeeded)};
}

bool is_loss(const sim::Measure& measure) {
    const std::string_view name = measure.name;
    const bool is_count = measure.unit.empty();
    return is_count && (name == "lost" || name.starts_with("lost_") || name.ends_with("_lost") ||
                        name == "wrong_answers");
}

}  // namespace

double Harm::Route::share() const {
    if (ended > 0) return answered / ended;
    return asked > 0 ? 0 : 1;
}

Harm harm_of(const sim::Recording& recording, const TimeWindow& while_it_lasts) {
    Harm harm;
    std::size_t longest = 0;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (const sim::Measure& each : node.measures) {
            if (is_loss(each)) harm.data.emplace_back(node.name + "." + each.name, each.value);
        }
        if (!node.is_client) continue;
        harm.offered += static_cast<double>(node.totals.offered);
        harm.unanswered +=
            static_cast<double>(node.totals.offered - node.totals.of(sim::Outcome::succeeded));
        harm.latency.merge(node.latency);
        harm.routes.push_back(route_of(recording, node, while_it_lasts));
        longest = std::max(longest, sim::longest_outage(sim::up_slices(recording, {&node})));
    }
    harm.longest_outage_s = static_cast<double>(longest) * sim::seconds(recording.slice);
    return harm;
}

Harm mean_harm(const std::vector<Harm>& runs) {
    Harm mean = runs.front();
    for (std::size_t run = 1; run < runs.size(); ++run) {
        const Harm& each = runs[run];
        mean.offered += each.offered;
        mean.unanswered += each.unanswered;
        mean.longest_outage_s += each.longest_outage_s;
        mean.latency.merge(each.latency);
        for (std::size_t i = 0; i < mean.routes.size(); ++i) {
            mean.routes[i].asked += each.routes[i].asked;
            mean.routes[i].ended += each.routes[i].ended;
            mean.routes[i].answered += each.routes[i].answered;
        }
        for (std::size_t i = 0; i < mean.data.size(); ++i) {
            mean.data[i].second += each.data[i].second;
        }
    }
    const auto count = static_cast<double>(runs.size());
    mean.offered /= count;
    mean.unanswered /= count;
    mean.longest_outage_s /= count;
    for (Harm::Route& each : mean.routes) {
        each.asked /= count;
        each.ended /= count;
        each.answered /= count;
    }
    for (auto& [name, value] : mean.data) value /= count;
    return mean;
}

}  // namespace reports
