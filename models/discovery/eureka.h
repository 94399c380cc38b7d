// Eureka: instances hold leases that they renew, and clients fetch the list at an interval and go
// by their copy. A crashed instance is listed until its lease has expired and been evicted, and
// called until the next fetch after that.
//
// Defaults are Spring Cloud Netflix' (lease-renewal-interval-in-seconds, and so on). When the last
// server dies its list is gone: instances register anew with their next renewal, and clients get no
// list until wait_time_in_ms_when_sync_empty is over, so they go on with theirs.
//
// AbstractInstanceRegistry.java: self-preservation (isLeaseExpirationEnabled) and the limit of
// evictions of one run (evict). Not modelled: replication between peers takes no time, and they are
// one list; the response cache of 30 s; deltas; that a lease lasts twice its duration (a known
// bug); the way of a client's fetch. A renewal goes over the network where both stand in it, and is
// given up after 8 s (eurekaServerReadTimeoutSeconds).
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

struct EurekaSpec {
    static constexpr std::string_view kind = "eureka";
    static constexpr std::string_view doc =
        "A Eureka registry: instances renew leases, and balancers with this `registry` fetch the "
        "list at an interval.";
    sim::Duration renewal_interval = std::chrono::seconds(30);
    sim::Duration lease_duration = std::chrono::seconds(90);
    sim::Duration eviction_interval = std::chrono::seconds(60);
    sim::Duration fetch_interval = std::chrono::seconds(30);
    bool self_preservation = true;
    sim::Fraction renewal_percent_threshold{0.85};
    sim::Duration wait_when_empty = std::chrono::minutes(5);
    std::uint32_t servers = 1;

    std::uint32_t instance_count() const { return servers; }
    Abilities suffers() const { return abilities_of<RegistryServers::Server>(); }
    void check(spec::Check& check) const {
        check.that(renewal_interval < lease_duration, "renewal_interval",
                   "a lease that is over before it is renewed",
                   "make it less than \"lease_duration\"; the default is a third");
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = EurekaSpec;
        constexpr auto some = at_least(sim::Duration(std::chrono::milliseconds(100)));
        return std::tuple{
            param("renewal_interval", &Spec::renewal_interval, some,
                  "Interval of an instance's heartbeats, which renew its lease "
                  "(lease-renewal-interval-in-seconds)."),
            param("lease_duration", &Spec::lease_duration, some,
                  "How long a lease lasts after its last renewal "
                  "(lease-expiration-duration-in-seconds)."),
            param("eviction_interval", &Spec::eviction_interval, some,
                  "Interval at which expired leases are evicted "
                  "(eviction-interval-timer-in-ms)."),
            param("fetch_interval", &Spec::fetch_interval, some,
                  "Interval at which a client fetches the list "
                  "(registry-fetch-interval-seconds)."),
            param("self_preservation", &Spec::self_preservation,
                  "Whether nothing is evicted while too few of the expected renewals arrive "
                  "(enable-self-preservation)."),
            param("renewal_percent_threshold", &Spec::renewal_percent_threshold,
                  "Share of the expected renewals of the last minute at which self-preservation "
                  "begins; and one eviction takes at most the rest of the list "
                  "(renewal-percent-threshold)."),
            param("wait_when_empty", &Spec::wait_when_empty, at_least(sim::Duration::zero()),
                  "How long clients get no list after a start with an empty one "
                  "(wait-time-in-ms-when-sync-empty)."),
            param("servers", &Spec::servers, at_least(1u), at_most(100u),
                  "Eureka servers, with one list.")};
    }
};

class Eureka final : public Node, public Registry, Catalog::Listener {
public:
    using Spec = EurekaSpec;

    Eureka(const Spec& spec, const Context& context);

    void start() override;
    void dismiss() override { works_.dismiss(); }
    std::span<Instance* const> instances() override { return servers_.instances(); }
    Registry* registry() override { return this; }
    void subscribe(const Subscription& subscription) override;

private:
    void entered(Catalog& catalog, std::size_t entry) override;
    void left(Catalog& catalog, std::size_t entry) override;
    void servers_changed(bool are_up);
    void heard_of(Catalog& catalog, std::size_t entry);
    void watch_entry(Catalog& catalog, std::size_t entry);
    sim::Task<void> renew(Catalog& catalog, std::size_t entry);
    sim::Task<void> fetch(Catalog& catalog, std::size_t client);
    sim::Task<void> evict();
    sim::Task<void> count_minutes();
    void evict_once();
    bool preserves_itself() const;
    std::size_t listed() const;
    sim::Duration some_of(sim::Duration interval);

    Spec spec_;
    Context context_;
    RegistryServers servers_;
    PlaceId place_;
    RegistryWay way_;
    std::deque<Catalog> catalogs_;
    sim::Draws draws_;
    std::uint64_t renewals_now_ = 0;   // since the minute began
    std::uint64_t renewals_last_ = 0;  // in the minute before
    bool has_minute_ = false;          // there has been a whole one
    sim::Time answers_from_{};
    bool is_started_ = false;
    Tally renewals_, fetches_, registrations_, expired_, preserved_;
    sim::TaskGroup works_;
};

}  // namespace models
