// New versions that are worse than what they took the place of: they fail more of their requests by
// themselves, need more of their cores for one, or have fewer of them. Measured on both sides of
// the rollout, so that one that merely coincides with other trouble is not blamed for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/diagnosis/graph.h"
#include "sim/recording.h"

namespace reports {

// A version of a node, from the moment its rollout begins until the next one has taken its place.
struct Release {
    std::string node;
    std::string version;  // "version 1"
    double from_s = 0;
    double to_s = 0;
    std::optional<double> rolled_out_s;
    std::optional<double> rolled_back_s;  // when somebody ordered that
};

std::vector<Release> releases_of(const sim::Recording& recording);

// What a version does, before its rollout and with it.
struct Worsened {
    const Release* release = nullptr;
    double failed_before = 0;  // share of the node's requests that it failed by itself
    double failed = 0;
    double work_before_s = 0;  // of its cores, for a request
    double work_s = 0;
    double cores_before = 0;  // of all instances
    double cores = 0;

    bool fails() const { return failed > failed_before + 0.005; }
    bool is_slower() const { return work_before_s > 0 && work_s > 1.15 * work_before_s; }
    bool is_smaller() const { return cores_before > 0 && cores < 0.8 * cores_before; }
};

// The release under way or in place, of the nodes that the client's requests reach, that is worse
// in a way that matters: `faults_at` is where users' errors began, `slow_at` what was full or where
// the way down ended. Nothing when no release is.
std::optional<Worsened> worsened(const ResourceGraph& graph, const std::vector<Release>& releases,
                                 std::optional<std::size_t> faults_at, std::size_t slow_at,
                                 Stretch measured, Stretch when, double slice_s);

}  // namespace reports
