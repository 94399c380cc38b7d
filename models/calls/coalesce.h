// Calls about the same item at the same time become one: the others wait for its answer.
//
// Go's singleflight, Varnish's request coalescing. The one call belongs to nobody: it goes on when
// whoever began it stops waiting, and a failure is everybody's failure. Writes are not coalesced.
#pragma once

#include <map>
#include <memory>

#include "models/calls/policy.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/spec/spec.h"

namespace models {

class Coalesce final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "coalesce";
        static constexpr std::string_view doc =
            "Calls about the same item at the same time become one (single flight).";
        static constexpr auto params() { return std::tuple{}; }
    };

    Coalesce(const Spec& spec, const Context& context, Service& inner);
    ~Coalesce() override;
    Reply call(Request request) override;

private:
    struct Flight;
    using Item = std::pair<EndpointId, std::uint64_t>;

    sim::Task<void> fly(Request request, std::shared_ptr<Flight> flight);

    World& world_;
    Service& inner_;
    std::map<Item, std::shared_ptr<Flight>> flights_;
    Tally coalesced_;
};

}  // namespace models
