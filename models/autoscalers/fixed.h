// Nobody decides: there are as many instances as the scenario says.
#pragma once

#include "models/autoscalers/autoscaler.h"

namespace models {

class Fixed final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "fixed";
        static constexpr std::string_view doc = "As many instances as `replicas` says, always.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Fixed(const Spec&, const Context&) {}

    sim::Task<void> run(Workload&) override { co_return; }
};

}  // namespace models
