// What can be said of a store without a primary: how many copies, who is asked, who must answer,
// and how copies that differ come together again.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/data/fencing_spec.h"
#include "models/engines/engine_spec.h"
#include "models/instance_difference.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class AskedMachines { all, quorum };
constexpr auto names_of(AskedMachines) {
    return std::array{
        spec::Word{"all", AskedMachines::all,
                   "All N replicas; the client is answered once the quorum has answered."},
        spec::Word{
            "quorum", AskedMachines::quorum,
            "Only as many replicas as must answer, chosen at random; the others get nothing."}};
}

enum class ReadRepair { none, background, blocking };
constexpr auto names_of(ReadRepair) {
    return std::array{
        spec::Word{"none", ReadRepair::none, "No read repair: stale replicas stay as they are."},
        spec::Word{"background", ReadRepair::background,
                   "Stale replicas are sent the newest value once all that were asked have "
                   "answered, or `timeout` is over; the read does not wait (Dynamo)."},
        spec::Word{"blocking", ReadRepair::blocking,
                   "Stale replicas among the R answers are corrected before the read is answered "
                   "(Cassandra 4), the others in the background."}};
}

struct QuorumSpec : EngineSpec {
    static constexpr std::string_view kind = "quorum";
    static constexpr std::string_view doc =
        "Leaderless replication with quorums (Dynamo, Cassandra): N copies of each item, W answers "
        "to a write, R to a read. Of two writes the later timestamp wins (last write wins).";
    std::uint32_t machines = 3;
    InstanceDifferences instances;
    std::uint32_t n = 3;
    std::uint32_t r = 2;
    std::uint32_t w = 2;
    std::uint32_t liars = 0;
    AskedMachines write_to = AskedMachines::all;
    AskedMachines read_from = AskedMachines::all;
    sim::Duration timeout = std::chrono::seconds(2);
    sim::Duration suspect_after = std::chrono::seconds(10);
    ReadRepair read_repair = ReadRepair::none;
    sim::Fraction read_repair_chance{};
    bool sloppy = false;
    bool hinted_handoff = true;
    Times clock_error;
    bool fencing_tokens = false;

    std::uint32_t instance_count() const { return machines; }
    Abilities suffers() const;
    std::vector<std::string> endpoint_names() const { return query_names(); }
    bool talks_among_itself() const { return machines > 1; }
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = QuorumSpec;
        return std::tuple_cat(
            std::tuple{
                param("machines", &Spec::machines, at_least(1u), at_most(1000u),
                      "Machines, each holding part of the items on a hash ring. Callers ask any of "
                      "them; that one coordinates and asks the replicas of the item."),
                instances_param(&Spec::instances),
                param("n", &Spec::n, at_least(1u), at_most(1000u),
                      "Replicas of each item (the replication factor, N)."),
                param("r", &Spec::r, at_least(1u), at_most(1000u),
                      "Read quorum (R): answers a read waits for. With R + W > N a read meets "
                      "every acknowledged write."),
                param("w", &Spec::w, at_least(1u), at_most(1000u),
                      "Write quorum (W): acknowledgements a write waits for."),
                param("liars", &Spec::liars, at_most(1000u),
                      "Replicas of an item that may answer wrongly (f of a masking quorum; Malkhi "
                      "and Reiter 1998): a read takes the newest value on which f + 1 answers "
                      "agree, and R + W must be above N + 2f. With 0 (the default) the newest "
                      "answer is believed."),
                param(
                    "write_to", &Spec::write_to,
                    "Whether a write is sent to all N replicas of the item or only to W of them."),
                param("read_from", &Spec::read_from,
                      "Whether a read asks all N replicas of the item or only R of them."),
                param("timeout", &Spec::timeout, above(sim::Duration::zero()),
                      "How long a coordinator waits for its quorum before the request fails and "
                      "replicas stop working on it."),
                param("suspect_after", &Spec::suspect_after, above(sim::Duration::zero()),
                      "How long a machine may leave another without an answer before that one "
                      "suspects it to be down and only pings it, once a second. A refused "
                      "connection is suspected at once."),
                param("read_repair", &Spec::read_repair,
                      "Whether replicas that answered a read with an old value are corrected, and "
                      "whether the read waits for that."),
                param("read_repair_chance", &Spec::read_repair_chance,
                      "Share of reads that ask all N replicas, whatever read_from says, so that "
                      "replicas outside the quorum are repaired, too (read_repair_chance; "
                      "Cassandra before 4: 10%)."),
                param("sloppy", &Spec::sloppy,
                      "Sloppy quorum: whether the next machine on the ring stands in for a replica "
                      "suspected to be down. If so, writes stay available, but R + W > N no longer "
                      "prevents stale reads."),
                param("hinted_handoff", &Spec::hinted_handoff,
                      "Whether a write that a replica missed is kept as a hint, by its stand-in or "
                      "else the coordinator, and handed over when the replica is back."),
                param("clock_error", &Spec::clock_error,
                      "Clock skew of a machine, ahead or behind, drawn once for each. It decides "
                      "which write wins. With 0s (the default) all clocks are right."),
                fencing_param(&Spec::fencing_tokens)},
            engine_params());
    }
    static constexpr auto gone() {
        return std::array{
            spec::Gone{"network_time",
                       "it is the links' from machine to machine: place the node in a \"network\" "
                       "and give the latency of \"same_zone\" or \"across_zones\""}};
    }
};

}  // namespace models
