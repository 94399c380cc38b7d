// Messages on some links get lost: a bad cable, a switch whose buffers are full. Calls are sent
// again after TCP's timer, messages are not.
#pragma once

#include "models/failures/link_failure.h"

namespace models {

class Loss final : public LinkFailure {
public:
    struct Spec : LinkOutage {
        static constexpr std::string_view kind = "loss";
        static constexpr std::string_view doc =
            "Packet loss between these places; calls are retransmitted after TCP's timeout.";
        static constexpr FailureClass failure_class = FailureClass::omission;
        sim::Fraction loss{0.01};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                link_outage_params<Spec>(),
                std::tuple{param("loss", &Spec::loss, above(sim::Fraction{0}),
                                 "Share of messages lost, in addition to the links' own loss.")});
        }
    };

    Loss(const Spec& spec, std::uint64_t) : share_(spec.loss.value) {}

    LinkEffect effect() const override {
        LinkEffect effect;
        effect.loss = share_;
        return effect;
    }

private:
    double share_;
};

}  // namespace models
