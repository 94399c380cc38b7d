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
#include "models/engines/engine_spec.h"
#include "models/spec/spec.h"

namespace models {

enum class AskedMachines { all, quorum };
constexpr auto names_of(AskedMachines) {
    return std::array{
        spec::Word{"all", AskedMachines::all,
                   "All N; whoever answers after the quorum has it a little later."},
        spec::Word{"quorum", AskedMachines::quorum,
                   "As many as must answer, chosen at random: the others never hear of it."}};
}

enum class ReadRepair { none, background, blocking };
constexpr auto names_of(ReadRepair) {
    return std::array{
        spec::Word{"none", ReadRepair::none, "They stay as they are."},
        spec::Word{"background", ReadRepair::background,
                   "They are sent the newest once all that were asked have answered, or "
                   "`timeout` is over; the reader does not wait (Dynamo)."},
        spec::Word{"blocking", ReadRepair::blocking,
                   "Those among the R answers have the newest before the reader is answered "
                   "(Cassandra 4), the others in the background."}};
}

struct QuorumSpec : EngineSpec {
    static constexpr std::string_view kind = "quorum";
    static constexpr std::string_view doc =
        "Machines without a primary: N copies of each item, W answers to a write, R to a read; of "
        "two writes the one whose coordinator's clock showed more wins.";
    std::uint32_t machines = 3;
    std::uint32_t n = 3;
    std::uint32_t r = 2;
    std::uint32_t w = 2;
    AskedMachines write_to = AskedMachines::all;
    AskedMachines read_from = AskedMachines::all;
    sim::Duration timeout = std::chrono::seconds(2);
    sim::Duration suspect_after = std::chrono::seconds(10);
    ReadRepair read_repair = ReadRepair::none;
    sim::Fraction read_repair_chance{};
    bool sloppy = false;
    bool hinted_handoff = true;
    Times clock_error;

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
                      "On a ring, each with some of the items. Callers ask any of them, which "
                      "coordinates: it asks those that have the item."),
                param("n", &Spec::n, at_least(1u), at_most(1000u), "Copies of each item."),
                param("r", &Spec::r, at_least(1u), at_most(1000u), "Answers a read waits for."),
                param("w", &Spec::w, at_least(1u), at_most(1000u), "Answers a write waits for."),
                param("write_to", &Spec::write_to, "Who gets a write."),
                param("read_from", &Spec::read_from, "Who is asked by a read."),
                param("timeout", &Spec::timeout, above(sim::Duration::zero()),
                      "After which too few answers are a failure, and nobody works for them."),
                param("suspect_after", &Spec::suspect_after, above(sim::Duration::zero()),
                      "How long a machine owes another an answer until that one takes it to be "
                      "down: it asks it no more, but for a ping a second. One that refuses "
                      "connections is suspected at once."),
                param("read_repair", &Spec::read_repair,
                      "What becomes of machines that have answered a read with an old value."),
                param("read_repair_chance", &Spec::read_repair_chance,
                      "Share of reads that ask all N, whatever read_from says, so that those are "
                      "repaired whom no read waits for (Cassandra before 4: 10%)."),
                param("sloppy", &Spec::sloppy,
                      "Whether the next machine stands in for one that is taken to be down."),
                param("hinted_handoff", &Spec::hinted_handoff,
                      "Whether a write is kept for a machine that did not take it, by its "
                      "stand-in or else by the coordinator, and handed over when it is there "
                      "again."),
                param("clock_error", &Spec::clock_error,
                      "How far the clock of a machine is off, ahead or behind: drawn once for "
                      "each. 0s: all are right.")},
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
