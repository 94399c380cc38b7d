// The network within a node is cut: some instances do not reach the others.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Partition final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "partition";
        static constexpr std::string_view doc =
            "Instances cannot reach the others of their node, nor who watches over them; callers "
            "still reach all of them.";
        static constexpr auto params() { return outage_params<Spec>(); }
    };

    explicit Partition(const Spec&) {}

    void strike(Instance& instance) override { instance.cut_off(); }
    void heal(Instance& instance) override { instance.reconnect(); }
};

}  // namespace models
