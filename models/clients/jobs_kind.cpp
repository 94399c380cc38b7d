#include "models/clients/client_kind.h"
#include "models/clients/jobs.h"
#include "models/nodes.h"

namespace models {

namespace {

struct JobsKind : ClientKind {
    using Node = Jobs;
    static constexpr auto figures = joined(
        ClientKind::figures,
        std::array{figure("firings", Unit::count, Merge::sum, "Times that the schedule fired.")});
    static Sends sends(const Jobs::Spec& spec, CalendarTime) {
        return {.client = &spec, .most_at_once = 1};
    }
    static constexpr None offered{"Jobs come at scheduled times, so there is no rate of requests."};
};

}  // namespace

const NodeKind& jobs_kind() {
    static const NodeKind kind = node_kind<JobsKind>();
    return kind;
}

}  // namespace models
