#include "models/change_capture/reconciliation.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ReconciliationKind {
    using Node = Reconciliation;
    static constexpr Role role = Role::reads;
    static constexpr auto edges =
        std::array{edge("source", Passes::nothing, "It is told of what is committed there."),
                   edge("target", Passes::nothing, "The same.")};
    static constexpr auto figures = std::array{
        figure("in_source", Unit::count, Merge::sum, "Operations that the source has."),
        figure("in_target", Unit::count, Merge::sum, "Operations that the target has."),
        figure("missing", Unit::count, Merge::sum,
               "Operations that the source has and the target has not, at the end."),
        figure("ghosts", Unit::count, Merge::sum,
               "Operations that the target has and the source never committed."),
        figure("applied_again", Unit::count, Merge::sum,
               "Times that the target applied an operation beyond those of the source."),
        figure("different_items", Unit::count, Merge::sum,
               "Items whose last write in the target is of another operation than in the source, "
               "at the end."),
        figure("lag", Unit::seconds, Merge::distribution,
               "From the commit of an operation in the source until its commit in the target.")};
    static constexpr None resources{"It looks on: nobody waits for it."};
    static constexpr None usages{"It runs beside others."};
    static constexpr None instances{"It looks on, from nowhere."};
    static Capacity capacity(const Reconciliation::Spec&) {
        return {.instances = 0, .cores = 0, .slots_name = {}, .slots = 0, .paid = {}, .notes = {}};
    }
};

}  // namespace

const NodeKind& reconciliation_kind() {
    static const NodeKind kind = node_kind<ReconciliationKind>();
    return kind;
}

}  // namespace models
