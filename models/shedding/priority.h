// The important first: a request goes before less important ones, and a full line sends away its
// least important, newest, to make room for one that matters more.
//
// As Netflix ("Keeping Netflix reliable using prioritized load shedding", 2020) and Google (SRE
// book, chapter 21, "criticality") shed the least critical traffic first. The priority is the
// request's, from its client's segment, and goes with it through all nodes.
#pragma once

#include <tuple>

#include "models/shedding/shedder.h"
#include "models/spec/declaration/spec.h"

namespace models {

class PriorityShedder final : public Shedder {
public:
    struct Spec {
        static constexpr std::string_view kind = "priority";
        static constexpr std::string_view doc =
            "Priorities: important requests go first, and displace others in a full queue.";
        static constexpr auto params() { return std::tuple{}; }
    };

    PriorityShedder(const Spec&, std::uint64_t) {}

    bool by_priority() const override { return true; }
};

}  // namespace models
