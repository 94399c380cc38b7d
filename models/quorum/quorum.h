// A store without a primary: every item is on N machines, a write is done when W of them have it,
// a read when R have answered (Dynamo, 2007; Cassandra).
//
// A caller asks any machine, which coordinates: it gives a write the time that its own clock shows,
// and sends it to the machines that have the item, over the links between them. Of two writes the
// one with the later time wins at every machine (last write wins; there are no siblings), so with
// clocks that are off a write is lost to one that came before it, and nobody is told. A write that
// did not get its W answers fails, and may show up all the same.
//
// With R + W > N a read meets the last write. A sloppy quorum lets the next machine of the ring
// stand in for one that the coordinator takes to be down; what was not taken is handed over when
// that is back (hinted hand-off).
//
//     Quorum          the ring, the figures, which machine a caller asks
//     QuorumMember    one machine: cells, clock, what it keeps for others, and whom it suspects
//     Coordination    a request at its coordinator
#pragma once

#include <memory>
#include <vector>

#include "models/blocks/ask.h"
#include "models/calls/tally.h"
#include "models/data/fencing.h"
#include "models/data/ledger.h"
#include "models/engines/engine.h"
#include "models/node.h"
#include "models/quorum/gathering.h"
#include "models/quorum/quorum_spec.h"
#include "models/replication/member_places.h"

namespace models {

class QuorumMember;

class Quorum final : public Node, public Service {
public:
    using Spec = QuorumSpec;

    Quorum(const Spec& spec, const Context& context);
    ~Quorum() override;

    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::optional<EndpointId> endpoint(std::string_view name) const override {
        return spec_.query(name);
    }
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call& call) override;
    Reply call(Request request) override {
        co_return co_await models::ask(context_.world, *this, request);
    }

    // What its machines need of it.
    struct Tallies {
        explicit Tallies(const Context& context)
            : stale_reads(context, "stale_reads"),
              too_few_answers(context, "too_few_answers"),
              repairs(context, "read_repairs"),
              hints(context, "hints"),
              handed_over(context, "handed_over"),
              suspicions(context, "suspicions"),
              outvoted(context, "outvoted_answers"),
              disputed(context, "disputed_reads") {}
        Tally stale_reads, too_few_answers, repairs, hints, handed_over, suspicions, outvoted,
            disputed;
    };
    // The N machines from the item's place on the ring, and then the others.
    std::vector<std::uint32_t> ring_from(std::uint64_t key) const;
    QuorumMember& member(std::uint32_t number) { return *members_[number]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(members_.size()); }
    MemberPlaces& places() { return places_; }
    Tallies& tallies() { return tallies_; }
    WriteFence& fencing() { return fencing_; }
    std::uint64_t choice_draws() const { return choice_draws_; }
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }

private:
    QuorumMember& coordinator_of(const Request& request);
    void count_differences(sim::NodeRecord& record) const;

    Spec spec_;
    Context context_;
    Ledger ledger_;
    WriteFence fencing_;
    MemberPlaces places_;
    std::uint64_t choice_draws_;
    std::uint64_t coordinator_draws_;
    Tallies tallies_;
    std::vector<std::unique_ptr<QuorumMember>> members_;
    std::vector<Instance*> instances_;
};

}  // namespace models
