// Consul: the registry's side checks each instance at an interval, and its clients hold a blocking
// query, so that they are told of a change at once.
//
// developer.hashicorp.com/consul/docs: checks (interval, failures_before_critical,
// success_before_passing; a service is critical until its first check has passed) and blocking
// queries. A check is a TCP connection: a process that hangs accepts it. The servers keep their
// state on disk; while none is up, nothing changes in it. A check goes over the network where both
// stand in it, and has failed after 10 s. Not modelled: agents as processes of their own, Raft
// between servers, gossip, the way of an answer to a client.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string_view>
#include <tuple>

#include "models/abilities.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/discovery/catalog.h"
#include "models/discovery/registry_servers.h"
#include "models/discovery/registry_way.h"
#include "models/node.h"
#include "models/registry.h"
#include "models/spec/declaration/spec.h"
#include "sim/task_group.h"

namespace models {

struct ConsulSpec {
    static constexpr std::string_view kind = "consul";
    static constexpr std::string_view doc =
        "A Consul registry: checks instances itself, and tells balancers with this `registry` of a "
        "change at once.";
    sim::Duration interval = std::chrono::seconds(10);
    std::uint32_t failures_before_critical = 1;
    std::uint32_t success_before_passing = 1;
    std::uint32_t servers = 3;

    std::uint32_t instance_count() const { return servers; }
    Abilities suffers() const { return abilities_of<RegistryServers::Server>(); }
    static constexpr auto params() {
        using namespace spec;
        using Spec = ConsulSpec;
        return std::tuple{
            param("interval", &Spec::interval,
                  at_least(sim::Duration(std::chrono::milliseconds(100))),
                  "Interval between two checks of an instance."),
            param("failures_before_critical", &Spec::failures_before_critical, at_least(1u),
                  at_most(1000u),
                  "Consecutive checks that must fail until an instance is critical, and not "
                  "listed."),
            param("success_before_passing", &Spec::success_before_passing, at_least(1u),
                  at_most(1000u),
                  "Consecutive checks that must pass until an instance is listed (again)."),
            param("servers", &Spec::servers, at_least(1u), at_most(100u),
                  "Consul servers: one that is up answers.")};
    }
};

class Consul final : public Node, public Registry, Catalog::Listener {
public:
    using Spec = ConsulSpec;

    Consul(const Spec& spec, const Context& context);

    void start() override;
    void dismiss() override { works_.dismiss(); }
    std::span<Instance* const> instances() override { return servers_.instances(); }
    Registry* registry() override { return this; }
    void subscribe(const Subscription& subscription) override;

private:
    void entered(Catalog& catalog, std::size_t entry) override;
    void left(Catalog& catalog, std::size_t entry) override;
    void list(Catalog& catalog, std::size_t entry, bool is_listed);
    void tell_all();
    void watch_entry(Catalog& catalog, std::size_t entry);
    sim::Task<bool> connects(Catalog& catalog, std::size_t entry);
    sim::Task<void> check(Catalog& catalog, std::size_t entry);

    Spec spec_;
    Context context_;
    RegistryServers servers_;
    PlaceId place_;
    RegistryWay way_;
    std::deque<Catalog> catalogs_;
    sim::Draws draws_;
    bool is_started_ = false;
    Tally checks_, critical_, registrations_;
    sim::TaskGroup works_;
};

}  // namespace models
