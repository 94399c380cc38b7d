// Calls about the same item at the same time become one: the others wait for its answer.
//
// Go's singleflight, Varnish's request coalescing. The one call belongs to nobody: it goes on when
// whoever began it stops waiting, and a failure is everybody's failure. Writes are not coalesced.
#pragma once

#include <map>
#include <memory>

#include "models/calls/shared_answer.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

class Coalesce final : public SharesAnswers {
public:
    struct Spec {
        static constexpr std::string_view kind = "coalesce";
        static constexpr std::string_view doc =
            "Calls about the same item at the same time become one (single flight).";
        static constexpr auto figures() {
            return std::array{
                sim::figure("coalesced", sim::Unit::count, sim::Merge::sum,
                            "Calls that shared the answer of one already in flight.")};
        }
        static constexpr auto params() { return std::tuple{}; }
    };

    Coalesce(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Block* inside() override;

private:
    using Item = std::pair<EndpointId, std::uint64_t>;
    static Item item_of(const Request& request) { return {request.endpoint, request.key}; }

    // Around the one call, in a frame that is nobody's.
    class Flight final : public Block {
    public:
        explicit Flight(Coalesce& policy) : policy_(policy) { link(&Return::block(), nullptr); }
        Go enter(Call&) override { return policy_.on(); }
        Go answered(Call& call) override;

    private:
        Coalesce& policy_;
    };

    // What is inside goes back to a flight: a write has one to itself, for which it waits.
    class Alone final : public Block {
    public:
        explicit Alone(Coalesce& policy) : policy_(policy) {}
        Go enter(Call& call) override;
        void joined(Call& parent, Call& child) override;
        Go woken(Call&) override { return back(); }
        void abandoned(Call& call) override;

    private:
        Coalesce& policy_;
    };

    World& world_;
    Flight flight_{*this};
    Alone alone_{*this};
    std::map<Item, std::shared_ptr<SharedAnswer>> flights_;
    Tally coalesced_;
};

}  // namespace models
