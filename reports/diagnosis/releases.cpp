#include "reports/diagnosis/releases.h"

#include <algorithm>
#include <cmath>

#include "reports/diagnosis/causes.h"

namespace reports {

namespace {

double failed_share(const ResourceGraph& graph, std::size_t node, Stretch when) {
    const double ended = graph.finished(node, when);
    const CauseCounts causes = causes_at(graph, node, when);
    double failed = 0;
    for (std::size_t i = 0; i < causes.size(); ++i) {
        const auto cause = static_cast<sim::Cause>(i);
        if (graph.says(cause) == sim::CauseKind::the_work_failed) failed += causes[i];
    }
    return ended > 0 ? failed / ended : 0;
}

std::optional<std::size_t> cores_of(const ResourceGraph& graph, std::size_t node) {
    for (std::size_t i = graph.first_of(node); i < graph.end_of(node); ++i) {
        if (graph.name(i) == "cores") return i;
    }
    return std::nullopt;
}

// Service demand law: how busy the cores were over how many requests ended (P. J. Denning, J. P.
// Buzen, The Operational Analysis of Queueing Network Models, 1978).
double work_s(const ResourceGraph& graph, std::size_t node, std::size_t cores, Stretch when,
              double slice_s) {
    const double ended = graph.finished(node, when);
    const double busy_s =
        graph.mean(cores, when).in_use * slice_s * static_cast<double>(when.size());
    return ended > 0 ? busy_s / ended : 0;
}

Worsened look_at(const ResourceGraph& graph, std::size_t node, Stretch before, Stretch now,
                 double slice_s) {
    Worsened seen;
    seen.failed_before = failed_share(graph, node, before);
    seen.failed = failed_share(graph, node, now);
    if (const auto cores = cores_of(graph, node)) {
        seen.work_before_s = work_s(graph, node, *cores, before, slice_s);
        seen.work_s = work_s(graph, node, *cores, now, slice_s);
        seen.cores_before = graph.mean(*cores, before).size;
        seen.cores = graph.mean(*cores, now).size;
    }
    return seen;
}

// The slices of a window in which a release was there.
Stretch within(const Release& release, Stretch when, double slice_s) {
    const auto first = static_cast<std::size_t>(std::ceil(release.from_s / slice_s));
    const auto end = static_cast<std::size_t>(release.to_s / slice_s);
    return {std::max(when.first, first),
            std::max(std::max(when.first, first), std::min(when.end, end))};
}

}  // namespace

std::vector<Release> releases_of(const sim::Recording& recording) {
    const double end = sim::seconds(recording.simulated);
    std::vector<Release> releases;
    const auto last_of = [&](const std::string& node) -> Release* {
        const auto found = std::find_if(releases.rbegin(), releases.rend(),
                                        [&](const Release& one) { return one.node == node; });
        return found == releases.rend() ? nullptr : &*found;
    };
    for (const sim::Incident& each : recording.incidents) {
        const double at = sim::seconds(each.at.time_since_epoch());
        if (each.what == "rollout") {
            if (Release* const before = last_of(each.node))
                before->to_s = std::min(before->to_s, at);
            releases.push_back({each.node, each.detail, at, end, {}, {}});
        } else if (each.what == "rollback") {
            if (Release* const last = last_of(each.node)) last->rolled_back_s = at;
        } else if (each.what == "rolled out") {
            Release* const last = last_of(each.node);
            if (last == nullptr) continue;
            if (last->rolled_back_s) {
                last->to_s = at;
            } else {
                last->rolled_out_s = at;
            }
        }
    }
    return releases;
}

std::optional<Worsened> worsened(const ResourceGraph& graph, const std::vector<Release>& releases,
                                 std::optional<std::size_t> faults_at, std::size_t slow_at,
                                 Stretch measured, Stretch when, double slice_s) {
    for (const Release& release : releases) {
        const bool fails_here = faults_at && graph.node(*faults_at).name == release.node;
        const bool is_slow_here = graph.node(slow_at).name == release.node;
        if (!fails_here && !is_slow_here) continue;
        const Stretch now = within(release, when, slice_s);
        // Slices that belong to the version, for most of the window.
        if (2 * now.size() < when.size()) continue;
        const auto begin = static_cast<std::size_t>(release.from_s / slice_s);
        if (begin <= measured.first) continue;
        const std::size_t node = fails_here ? *faults_at : slow_at;
        Worsened seen = look_at(graph, node, {measured.first, begin}, now, slice_s);
        seen.release = &release;
        if (fails_here ? seen.fails() : seen.is_slower() || seen.is_smaller()) return seen;
    }
    return std::nullopt;
}

}  // namespace reports
