#include "models/clients/client_kind.h"
#include "models/clients/loops.h"
#include "models/nodes.h"

namespace models {

namespace {

struct LoopsKind : ClientKind {
    using Node = Loops;
    static constexpr auto figures =
        joined(ClientKind::figures,
               std::array{figure("duration", Unit::seconds, Merge::mean,
                                 "Time from the start until the last answer."),
                          figure("requests_rate", Unit::per_second, Merge::mean,
                                 "Answers a second over that time, as load generators print it.")});
    static Sends sends(const Loops::Spec& spec, CalendarTime) {
        return {.client = &spec, .most_at_once = static_cast<double>(spec.concurrency)};
    }
    // Each of its loops is away for the answer, and sends again.
    static Offered offered(const Loops::Spec& spec, const std::function<double()>& response_s) {
        const double away = response_s();
        return {.per_s = away > 0 ? spec.concurrency / away : 0,
                .note =
                    "they wait for answers: their rate is the highest, when nobody else is in the "
                    "way.",
                .users = static_cast<double>(spec.concurrency)};
    }
};

}  // namespace

const NodeKind& loops_kind() {
    static const NodeKind kind = node_kind<LoopsKind>();
    return kind;
}

}  // namespace models
