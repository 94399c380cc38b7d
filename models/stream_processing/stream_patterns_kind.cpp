#include "models/nodes.h"
#include "models/stream_processing/stream_job_figures.h"
#include "models/stream_processing/stream_patterns.h"

namespace models {

namespace {

struct StreamPatternsKind {
    using Node = streaming::StreamPatterns;
    static constexpr Role role = Role::reads;
    static constexpr auto edges = streaming::kJobEdges;
    static constexpr auto figures = joined(
        streaming::kJobFigures,
        std::array{
            figure("matches", Unit::count, Merge::sum,
                   "Matches that began in the measured time and were told, once each."),
            figure("matched_again", Unit::count, Merge::sum,
                   "Times that one was told again, after a restart."),
            figure("detection_delay", Unit::seconds, Merge::distribution,
                   "From the last event of a match until it was told for the first time."),
            figure("missed_matches", Unit::count, Merge::sum,
                   "Matches that all records of the topics give, recomputed at the end, and that "
                   "were not told."),
            figure("false_matches", Unit::count, Merge::sum,
                   "Matches that were told, and that they do not give.")});
    static constexpr None resources{"Nobody waits for it: what it has not read is `unread`."};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const streaming::StreamPatterns::Spec& spec) {
        return streaming::instances_of_job(spec);
    }
    static Capacity capacity(const streaming::StreamPatterns::Spec& spec) {
        return streaming::capacity_of_job(spec);
    }
};

}  // namespace

const NodeKind& stream_patterns_kind() {
    static const NodeKind kind = node_kind<StreamPatternsKind>();
    return kind;
}

}  // namespace models
