// A name that stands for the addresses of a service's instances (a headless Service of Kubernetes,
// or any list of A records that is kept up to date): who wants to know of them looks it up at an
// interval.
//
// A record is there while its instance is ready: probes of the readiness, each at an interval, say
// so, as a kubelet's do. Clients keep what they were told until the next lookup, and while no name
// server answers; a resolver beside each keeps an answer for its TTL, so a client that looks up
// more often learns nothing earlier.
//
// Kubernetes: DNS for Services and Pods; CoreDNS' plugin kubernetes (a TTL of 5 s); Envoy's
// STRICT_DNS and its dns_refresh_rate, nginx' resolve, HAProxy's server-template; etcd's
// --discovery-srv and EventStoreDB's --discover-via-dns; a lookup is given up after 10 s
// (resolv.conf: two attempts of 5 s). Lookups cross the links between a client that stands
// somewhere and the name servers. Not modelled: the time that a change takes from a probe to the
// name servers, truncated answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string_view>
#include <tuple>
#include <vector>

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

struct HeadlessServiceSpec {
    static constexpr std::string_view kind = "headless_service";
    static constexpr std::string_view doc =
        "Discovery by DNS: a name that stands for the addresses of all ready instances. Balancers "
        "with this `registry`, and members that `discover_via` it, look it up at an interval.";
    sim::Duration refresh_interval = std::chrono::seconds(5);
    sim::Duration ttl = std::chrono::seconds(5);
    sim::Duration probe_interval = std::chrono::seconds(10);
    std::uint32_t failure_threshold = 3;
    std::uint32_t servers = 2;

    std::uint32_t instance_count() const { return servers; }
    Abilities suffers() const { return abilities_of<RegistryServers::Server>(); }
    void check(spec::Check& check) const {
        check.that(
            ttl > sim::Duration::zero() && ttl % std::chrono::seconds(1) == sim::Duration::zero(),
            "ttl", "a time to live is a number of whole seconds",
            "write \"1s\", the least, or more");
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = HeadlessServiceSpec;
        constexpr auto some = at_least(sim::Duration(std::chrono::milliseconds(100)));
        return std::tuple{
            param("refresh_interval", &Spec::refresh_interval, some,
                  "Interval at which a client looks the name up (Envoy's dns_refresh_rate)."),
            param("ttl", &Spec::ttl, at_most(sim::Duration(std::chrono::hours(24 * 365))),
                  "Time to live: how long a client's resolver keeps an answer, in whole seconds."),
            param("probe_interval", &Spec::probe_interval, some,
                  "Interval of an instance's readiness probes (periodSeconds)."),
            param("failure_threshold", &Spec::failure_threshold, at_least(1u), at_most(1000u),
                  "Consecutive probes that must fail until its record is withdrawn "
                  "(failureThreshold). One that passes brings it back."),
            param("servers", &Spec::servers, at_least(1u), at_most(100u),
                  "Name servers. When all are down, clients go on by what they were told.")};
    }
};

class HeadlessService final : public Node, public Registry, Catalog::Listener {
public:
    using Spec = HeadlessServiceSpec;

    HeadlessService(const Spec& spec, const Context& context);

    void start() override;
    void dismiss() override { works_.dismiss(); }
    std::span<Instance* const> instances() override { return servers_.instances(); }
    Registry* registry() override { return this; }
    void subscribe(const Subscription& subscription) override;

private:
    void entered(Catalog& catalog, std::size_t entry) override;
    void left(Catalog& catalog, std::size_t entry) override;
    void list(Catalog& catalog, std::size_t entry, bool is_listed);
    void watch_entry(Catalog& catalog, std::size_t entry);
    sim::Task<void> probe(Catalog& catalog, std::size_t entry);
    sim::Task<void> look_up(Catalog& catalog, std::size_t client);
    sim::Task<bool> is_answered(PlaceId client);

    Spec spec_;
    Context context_;
    RegistryServers servers_;
    PlaceId place_;
    RegistryWay way_;
    std::deque<Catalog> catalogs_;
    sim::Draws draws_;
    bool is_started_ = false;
    Tally lookups_, failed_, changes_;
    sim::TaskGroup works_;
};

}  // namespace models
