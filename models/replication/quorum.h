// A store without a primary: every item is on N machines, a write is done when W of them have it,
// a read when R have answered, and the newest version counts (Dynamo, 2007; Cassandra).
//
// With R + W > N a read meets the last write. A sloppy quorum lets the next machine of the ring
// stand in for one that is down; what it took it hands over when that is back (hinted hand-off).
// A write that did not get its W answers fails, and may show up all the same.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/calls/tally.h"
#include "models/data/ledger.h"
#include "models/databases/engine.h"
#include "models/node.h"
#include "sim/crew.h"
#include "sim/gate.h"

namespace models {

enum class AskedMachines { all, quorum };
constexpr auto names_of(AskedMachines) {
    return std::array{
        spec::Word{"all", AskedMachines::all,
                   "All N; whoever answers after the quorum has it a little later."},
        spec::Word{"quorum", AskedMachines::quorum,
                   "As many as must answer, chosen at random: the others never hear of it."}};
}

class QuorumMember;

class Quorum final : public Node, public Service {
public:
    struct Spec : EngineSpec {
        static constexpr std::string_view kind = "quorum";
        static constexpr std::string_view doc =
            "Machines without a primary: N copies of each item, W answers to a write, R to a read.";
        std::uint32_t machines = 3;
        std::uint32_t n = 3;
        std::uint32_t r = 2;
        std::uint32_t w = 2;
        AskedMachines write_to = AskedMachines::all;
        AskedMachines read_from = AskedMachines::all;
        Times network_time;
        sim::Duration timeout = std::chrono::seconds(2);
        bool read_repair = false;
        bool sloppy = false;
        bool hinted_handoff = true;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{
                    param("machines", &Spec::machines, at_least(1u), at_most(1000u),
                          "On a ring, each with some of the items."),
                    param("n", &Spec::n, at_least(1u), at_most(1000u), "Copies of each item."),
                    param("r", &Spec::r, at_least(1u), at_most(1000u), "Answers a read waits for."),
                    param("w", &Spec::w, at_least(1u), at_most(1000u),
                          "Answers a write waits for."),
                    param("write_to", &Spec::write_to, "Who gets a write."),
                    param("read_from", &Spec::read_from, "Who is asked by a read."),
                    param("network_time", &Spec::network_time, "To a machine, one way."),
                    param("timeout", &Spec::timeout, above(sim::Duration::zero()),
                          "After which too few answers are a failure."),
                    param("read_repair", &Spec::read_repair,
                          "Whether machines that answered with an old version are sent the new."),
                    param("sloppy", &Spec::sloppy,
                          "Whether the next machine stands in for one that is down."),
                    param("hinted_handoff", &Spec::hinted_handoff,
                          "Whether a stand-in hands over what it took.")},
                engine_params());
        }
        std::uint32_t instance_count() const { return machines; }
        Abilities suffers() const;
        std::vector<std::string> endpoint_names() const { return query_names(); }
        void check(spec::Check& check) const {
            check.that(n <= machines, "n", "more copies than there are machines");
            check.that(r <= n, "r", "more answers than there are copies");
            check.that(w <= n, "w", "more answers than there are copies");
        }
    };

    Quorum(const Spec& spec, const Context& context);
    ~Quorum() override;

    void begin_measuring() override;
    void finish() override;
    void dismiss() override { crew_.dismiss(); }
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::optional<EndpointId> endpoint(std::string_view name) const override {
        return spec_.query(name);
    }
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override {
        co_return co_await models::ask(context_.world, *this, request);
    }

    void back(QuorumMember& member);
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }

private:
    // It asks several machines, and goes on when enough have answered: a story.
    class Coordinate final : public Await {
    public:
        explicit Coordinate(Quorum& store) : store_(store) {}
        Reply story(Call& call) override { return store_.coordinate(call.request); }

    private:
        Quorum& store_;
    };

    // Answers that come in for one request.
    struct Gathering {
        explicit Gathering(sim::Scheduler& scheduler) : done(scheduler, false) {}
        std::uint32_t needed = 0;
        std::uint32_t asked = 0;
        std::uint32_t answered = 0;
        std::uint32_t failed = 0;
        std::uint64_t newest = 0;
        std::vector<std::pair<QuorumMember*, std::uint64_t>> versions;
        sim::Gate done;
    };

    struct Target {
        QuorumMember* member;
        QuorumMember* owner;  // whom it stands in for, or itself
    };

    Reply coordinate(Request request);
    std::vector<Target> targets_for(std::uint64_t key);
    std::vector<Target> some_of(std::vector<Target> targets, AskedMachines who,
                                std::uint32_t needed, std::uint64_t identity) const;
    sim::Task<std::shared_ptr<Gathering>> gather(Request request);
    sim::Task<void> ask(Target target, Request request, std::shared_ptr<Gathering> gathering);
    sim::Task<void> hand_over(QuorumMember& from, QuorumMember& to);
    sim::Task<void> repair(QuorumMember& member, Request request, std::uint64_t version);
    void repair_old(const Gathering& gathering, const Request& request);
    sim::Task<bool> visit(QuorumMember& member, const Request& request);

    Spec spec_;
    Context context_;
    Ledger ledger_;
    MeasuredVisit visit_;
    Coordinate coordinate_;
    sim::Distribution network_time_;
    std::uint64_t network_draws_;
    std::uint64_t choice_draws_;
    std::vector<std::unique_ptr<QuorumMember>> members_;
    std::vector<Instance*> instances_;
    Tally stale_reads_, too_few_answers_, repairs_, hints_, handed_over_;
    sim::Crew crew_;
};

}  // namespace models
