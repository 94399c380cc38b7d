// A firewall lets nothing through between some places, or nothing to one port: a security group
// that lost a rule, a network ACL that has one too many.
//
// Both drop what they deny and tell nobody (docs.aws.amazon.com/vpc/latest/userguide, "Security
// groups" and "Network ACLs"), so callers see the silence of a cut; only a flow log tells the two
// apart: a denial is REJECT, a cut or a dead host ACCEPT without an answer. It is stateless, as
// ACLs are: open connections are denied too. What is sent back goes to the caller's own port, so a
// rule about a port is not about answers.
#pragma once

#include "models/failures/link_failure.h"

namespace models {

class FirewallDeny final : public LinkFailure {
public:
    struct Spec : LinkOutage {
        static constexpr std::string_view kind = "firewall_deny";
        static constexpr std::string_view doc =
            "A firewall denies what is sent between these places: nothing is answered, and flow "
            "logs say REJECT.";
        static constexpr FailureClass failure_class = FailureClass::omission;
        static constexpr std::string_view same_to_callers = "partition";
        std::optional<std::uint16_t> port;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                link_outage_params<Spec>(),
                std::tuple{param("port", &Spec::port, at_least(std::uint16_t{1}),
                                 "Port that is denied, as in the network's \"ports\". Without it, "
                                 "all ports and answers are.")});
        }
    };

    FirewallDeny(const Spec& spec, std::uint64_t) : port_(spec.port.value_or(0)) {}

    LinkEffect effect() const override {
        LinkEffect effect;
        effect.denies = true;
        effect.denied_port = port_;
        return effect;
    }

private:
    std::uint16_t port_;
};

}  // namespace models
