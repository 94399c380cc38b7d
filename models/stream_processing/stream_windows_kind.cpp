#include "models/nodes.h"
#include "models/stream_processing/stream_job_figures.h"
#include "models/stream_processing/stream_windows.h"

namespace models {

namespace {

struct StreamWindowsKind {
    using Node = streaming::StreamWindows;
    static constexpr Role role = Role::reads;
    static constexpr auto edges = streaming::kJobEdges;
    static constexpr auto figures = joined(
        streaming::kJobFigures,
        std::array{
            figure("windows_fired", Unit::count, Merge::sum,
                   "Windows that began in the measured time and were told, once each: one for each "
                   "key."),
            figure("windows_fired_again", Unit::count, Merge::sum,
                   "Times that one was told again: for events within the allowed lateness, or "
                   "after a restart."),
            figure("firing_delay", Unit::seconds, Merge::distribution,
                   "From the end of a window until it was told for the first time."),
            figure("value", Unit::count, Merge::sum,
                   "Sum of what was told last of each of these windows."),
            figure("windows_inexact", Unit::count, Merge::sum,
                   "Windows that are over and of which something else was told than all records "
                   "of the topics give, recomputed at the end.")});
    static constexpr None resources{"Nobody waits for it: what it has not read is `unread`."};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const streaming::StreamWindows::Spec& spec) {
        return streaming::instances_of_job(spec);
    }
    static Capacity capacity(const streaming::StreamWindows::Spec& spec) {
        return streaming::capacity_of_job(spec);
    }
};

}  // namespace

const NodeKind& stream_windows_kind() {
    static const NodeKind kind = node_kind<StreamWindowsKind>();
    return kind;
}

}  // namespace models
