// A name that is resolved at run time, so that who has an old answer calls who is not there any
// more.
//
//     DnsZone       what its servers know: the records, their changes, the policy
//     DnsHealthCheck    withdraws records whose nodes do not answer
//     Resolvers     what callers have cached, until the TTL is over
//     NameClient    a call's way from the name to a node (a program for each node that calls)
//     Dns           the node, its servers and their zone transfers, and the figures
//
// It is a part of its callers: what is called by the name goes from where they stand to the node
// that a record points to. Only lookups go to where the name itself is placed.
//
// RFC 1034, 1035; negative caching RFC 2308. Not modelled: the hierarchy of zones (a lookup is one
// round trip), UDP (what is lost is sent again by TCP's timer), several addresses in one answer,
// answers that are served though they are stale (RFC 8767), prefetching.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/calls/tally.h"
#include "models/context.h"
#include "models/discovery/dns_health_check.h"
#include "models/discovery/dns_spec.h"
#include "models/discovery/dns_zone.h"
#include "models/discovery/name_client.h"
#include "models/instance_state.h"
#include "models/node.h"
#include "sim/distribution.h"
#include "sim/task_group.h"

namespace models {

// One of those that answer lookups.
class NameServer final : public Instance, public Crashable {
public:
    explicit NameServer(Dns& dns) : dns_(dns) {}

    // Asked past the name it is the name all the same.
    Go enter(Call& call) override;
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override { up_.take_down(); }
    void bring_up() override { up_.bring_up(); }

private:
    Dns& dns_;
    UpState up_;
};

class Dns final : public Node {
public:
    using Spec = DnsSpec;

    Dns(const Spec& spec, const Context& context);

    void start() override;
    void dismiss() override;
    Service* service() override { return &client_of("", true); }
    Service* service_for(const Context& caller) override;
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    // What its clients need of it. The endpoint of a record's node that was asked for by ours.
    EndpointId endpoint_of(std::uint32_t record, EndpointId own) const {
        return endpoints_[own].of_records[record];
    }
    // Which of its servers answers a lookup; none: nobody.
    std::optional<std::uint32_t> server_for(std::uint64_t lookup) const;
    DnsZone& zone() { return zone_; }
    struct Tallies {
        explicit Tallies(const Context& context)
            : lookups(context, "lookups"),
              stale_answers(context, "stale_answers"),
              unresolved(context, "unresolved") {}
        Tally lookups, stale_answers, unresolved;
    };
    Tallies& tallies() { return tallies_; }
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    const sim::Distribution& latency() const { return latency_; }

private:
    struct Endpoint {
        std::string name;
        std::vector<EndpointId> of_records;
    };
    Endpoint find_endpoint(std::string_view name) const;
    NameClient& client_of(const std::string& caller, bool is_of_users);
    bool answers(std::uint32_t server) const;
    void notify_secondaries();
    sim::Task<void> change_records();
    sim::Task<void> keep_up(std::uint32_t secondary);

    Spec spec_;
    Context context_;
    DnsZone zone_;
    Tallies tallies_;
    sim::Distribution latency_;
    // Endpoints that callers have asked for, by our number of them; 0 is whichever is first.
    mutable std::vector<Endpoint> endpoints_;
    std::map<std::string, std::unique_ptr<NameClient>> clients_;  // by the node that calls
    std::deque<NameServer> servers_;
    std::vector<Instance*> instances_;
    std::optional<DnsHealthCheck> health_check_;
    sim::Draws refreshes_;
    std::uint64_t choices_;
    sim::TaskGroup works_;
};

}  // namespace models
