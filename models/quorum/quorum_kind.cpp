#include "models/engines/engine_kind.h"
#include "models/engines/engine_usages.h"
#include "models/nodes.h"
#include "models/quorum/quorum.h"

namespace models {

namespace {

struct QuorumKind {
    using Node = Quorum;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: its machines ask each other."};
    static constexpr auto figures = joined(
        joined(kEngineFigures, kFencingFigures),
        std::array{
            figure("suspicions", Unit::count, Merge::sum,
                   "Times that a machine began to suspect another of being down."),
            figure("lost_items", Unit::count, Merge::last,
                   "Items whose last acknowledged write is on no machine at the end: lost writes."),
            figure("stale_reads", Unit::count, Merge::sum,
                   "Stale reads: answers that lacked a write already acknowledged."),
            figure("too_few_answers", Unit::count, Merge::sum,
                   "Requests that failed because their quorum did not answer in time."),
            figure("read_repairs", Unit::count, Merge::sum,
                   "Old copies that a read had corrected."),
            figure("hints", Unit::count, Merge::sum,
                   "Hints: writes that were kept for a replica that was down."),
            figure("handed_over", Unit::count, Merge::sum,
                   "Hints handed over to their replica when it was back."),
            figure("outvoted_answers", Unit::count, Merge::sum,
                   "Reads to which a replica gave a newer value than the one that enough agreed "
                   "on: liars, or writes under way."),
            figure("disputed_reads", Unit::count, Merge::sum,
                   "Reads that failed because too few replicas agreed on a value."),
            figure("copies_behind", Unit::count, Merge::last,
                   "Stale replicas of items at the end: copies that lack the last write.")});
    static constexpr auto resources = kEngineResources;
    static constexpr auto usages = kEngineUsages;
    static Instances instances(const Quorum::Spec& spec) {
        Instances all = engine_instances(spec);
        all.has_doors = true;
        all.talks_among_itself = spec.talks_among_itself();
        all.differences = &spec.instances;
        return all;
    }
    static Answers answers(const Quorum::Spec& spec) { return engine_answers(spec); }
    static Capacity capacity(const Quorum::Spec& spec) {
        Capacity all = engine_capacity(spec);
        all.slots = 0;  // a call holds several of them: they are in its cost
        all.slots_name = {};
        return all;
    }
    // As many copies of an item as are asked, each on a machine of its own.
    static Cost cost(const Quorum::Spec& spec, const std::string& endpoint, Costing& costing) {
        costing.note(
            "each call is reckoned as a read, and to take as long as one copy does: how much later "
            "the last of its quorum answers is left out here.");
        const Cost one = engine_cost(spec, endpoint);
        Cost all;
        all.stays_s = one.stays_s;
        const double copies = spec.read_from == AskedMachines::all ? spec.n : spec.r;
        all.add_demand(one, copies);
        // Each copy holds one of its machine's.
        all.resources["connections"] = {copies * one.stays_s,
                                        static_cast<double>(spec.connections)};
        return all;
    }
};

}  // namespace

const NodeKind& quorum_kind() {
    static const NodeKind kind = node_kind<QuorumKind>();
    return kind;
}

}  // namespace models
