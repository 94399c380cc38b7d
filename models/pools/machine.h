// What a balancer is made of, when somebody has to run it: cores, room for connections, a price,
// and that it can fail. Without it the balancer is managed: somebody else sees to it that it has
// enough.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

struct MachineSpec {
    static constexpr std::string_view name = "balancer_machine";
    static constexpr std::string_view doc = "The machine of each of a pool's balancers.";
    std::uint32_t cores = 2;
    Times work = spec::Constant<sim::Duration>{std::chrono::microseconds(80)};
    std::uint32_t connections = 10000;
    InstancePrice price{};
    sim::Duration takeover = std::chrono::seconds(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("cores", &MachineSpec::cores, at_least(1u), at_most(1024u),
                                "Cores of the machine."),
                          param("work", &MachineSpec::work,
                                "Core time of the balancer for each request, both ways. HAProxy "
                                "and nginx add 70 to 80 us to a request at layer 7."),
                          param("connections", &MachineSpec::connections, at_least(1u),
                                "Most requests in flight at a balancer; more are rejected."),
                          param("price", &MachineSpec::price,
                                "Price of each balancer by time, or its size in `prices.sizes`. "
                                "Without it, that of `instance_hours`."),
                          param("takeover", &MachineSpec::takeover, at_least(sim::Duration::zero()),
                                "Time from a balancer's crash until its share goes to the others "
                                "(DNS, VRRP). Until then these requests are refused.")};
    }
};

}  // namespace models
