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
    static constexpr None offered{
        "Closed loops send as fast as they are answered, so their rate is not known beforehand."};
};

}  // namespace

const NodeKind& loops_kind() {
    static const NodeKind kind = node_kind<LoopsKind>();
    return kind;
}

}  // namespace models
