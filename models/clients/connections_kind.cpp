#include "models/clients/client_kind.h"
#include "models/clients/connections.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ConnectionsKind : ClientKind {
    using Node = Connections;
    static constexpr auto figures = joined(
        ClientKind::figures,
        std::array{figure("opened", Unit::count, Merge::sum, "Connections that were opened."),
                   figure("dropped", Unit::count, Merge::sum,
                          "Connections that broke while they were held."),
                   figure("refused", Unit::count, Merge::sum, "Connections that were refused."),
                   figure("reconnects", Unit::count, Merge::sum,
                          "Connections opened again after one had ended."),
                   figure("reconnects_peak", Unit::count, Merge::peak,
                          "Most connections opened again within one second."),
                   figure("open", Unit::count, Merge::last, "Connections open at the end.")});
    static constexpr auto edges =
        std::array{ClientKind::edges[0], ClientKind::edges[1],
                   edge("holds", Passes::own, "The long call that is its connection.")};
    // The connection of each, and a frame on it.
    static Sends sends(const Connections::Spec& spec, CalendarTime) {
        return {.client = &spec, .most_at_once = 2.0 * spec.count};
    }
    static constexpr None offered{
        "Its connections are long calls, so there is no rate of requests."};
};

}  // namespace

const NodeKind& connections_kind() {
    static const NodeKind kind = node_kind<ConnectionsKind>();
    return kind;
}

}  // namespace models
