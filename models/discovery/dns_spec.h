// What can be said of a name and its records; see dns.h.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class DnsPolicy : std::uint8_t { weighted, round_robin, failover, latency, geo };
constexpr auto names_of(DnsPolicy) {
    return std::array{
        spec::Word{"weighted", DnsPolicy::weighted,
                   "Weighted: a record by chance, in proportion to its weight (Route 53)."},
        spec::Word{"round_robin", DnsPolicy::round_robin,
                   "Round robin: the records in turn, one answer after another (BIND's cyclic "
                   "rrset-order); of weights it counts only whether they are 0."},
        spec::Word{"failover", DnsPolicy::failover,
                   "Failover: the first healthy record in their order (active-passive)."},
        spec::Word{"latency", DnsPolicy::latency,
                   "Latency-based: the healthy record whose node has the shortest round trip over "
                   "the network from where the lookup comes, when nothing is wrong with it."},
        spec::Word{"geo", DnsPolicy::geo,
                   "Geolocation: the healthy records whose `regions` name where the lookup comes "
                   "from, by weight among several; where none does, those that name none."}};
}

struct DnsRecordSpec {
    static constexpr std::string_view name = "dns_record";
    static constexpr std::string_view doc = "A record: what a name can stand for.";
    spec::CallRef to;
    double weight = 1;
    std::vector<std::string> regions;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("to", &DnsRecordSpec::to, "The node it points to, or \"node.endpoint\"."),
            param("weight", &DnsRecordSpec::weight, at_least(0.0), at_most(1e6),
                  "Its weight among all. With 0 it is not answered."),
            param("regions", &DnsRecordSpec::regions,
                  "Policy `geo`: regions, zones or users' places whose lookups get this record. "
                  "Without any it is the default, for those whom no record names.")};
    }
};

struct DnsChangeSpec {
    static constexpr std::string_view name = "dns_change";
    static constexpr std::string_view doc = "A change of the records during the run.";
    sim::Duration at{};
    std::vector<double> weights;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &DnsChangeSpec::at, at_least(sim::Duration::zero()),
                     "When, since the run began."),
            required("weights", &DnsChangeSpec::weights, at_least(0.0), at_most(1e6),
                     "Weights of the records from then on, in their order: 0 withdraws one.")};
    }
};

struct DnsHealthCheckSpec {
    static constexpr std::string_view name = "dns_health_check";
    static constexpr std::string_view doc =
        "Health checks of a name's records, from where the name is placed. While no record is "
        "healthy, all are answered (fail open).";
    sim::Duration interval = std::chrono::seconds(30);
    std::uint32_t threshold = 3;
    sim::Duration timeout = std::chrono::seconds(4);
    bool request = false;
    static constexpr auto params() {
        using namespace spec;
        using Spec = DnsHealthCheckSpec;
        return std::tuple{
            param("interval", &Spec::interval,
                  at_least(sim::Duration(std::chrono::milliseconds(100))),
                  "Interval between two probes of a record."),
            param("threshold", &Spec::threshold, at_least(1u), at_most(1000u),
                  "Failure threshold: consecutive probes that must fail until a record is "
                  "withdrawn, or pass until it is back."),
            param("timeout", &Spec::timeout, above(sim::Duration::zero()),
                  "Timeout of a probe: without an answer for so long it has failed."),
            param("request", &Spec::request,
                  "Whether a probe is a request of the record's endpoint, or the first that its "
                  "node has. If not (the default), it is a connection, which any instance of the "
                  "node that is up accepts, and a node without instances always.")};
    }
};

struct DnsSecondariesSpec {
    static constexpr std::string_view name = "dns_secondaries";
    static constexpr std::string_view doc =
        "Name servers but the first are secondaries, which answer by copies of the zone of their "
        "own (RFC 1035, SOA; RFC 1996, NOTIFY). A transfer takes no time.";
    sim::Duration refresh = std::chrono::hours(1);
    sim::Duration retry = std::chrono::minutes(10);
    sim::Duration expire = std::chrono::hours(24 * 14);
    bool notify = true;
    static constexpr auto params() {
        using namespace spec;
        using Spec = DnsSecondariesSpec;
        constexpr auto some = at_least(sim::Duration(std::chrono::seconds(1)));
        return std::tuple{
            param("refresh", &Spec::refresh, some,
                  "Interval at which a secondary asks the first server whether something has "
                  "changed (SOA refresh)."),
            param("retry", &Spec::retry, some,
                  "The same after the first server has not answered (SOA retry)."),
            param("expire", &Spec::expire, some,
                  "How long a secondary goes on answering without having reached the first server "
                  "(SOA expire)."),
            param("notify", &Spec::notify,
                  "Whether the first server tells them of a change at once (NOTIFY). One that is "
                  "down then learns of it when it asks.")};
    }
};

struct TtlOverrideSpec {
    static constexpr std::string_view name = "dns_ttl_override";
    static constexpr std::string_view doc =
        "Resolvers that keep answers for a time of their own, whatever the record's TTL (a JVM's "
        "networkaddress.cache.ttl, a provider's minimum).";
    sim::Fraction share{1};
    sim::Duration ttl = std::chrono::hours(1);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("share", &TtlOverrideSpec::share, "Share of the resolvers that do so."),
            param("ttl", &TtlOverrideSpec::ttl, above(sim::Duration::zero()),
                  "How long they keep an answer.")};
    }
};

struct DnsSpec {
    static constexpr std::string_view kind = "dns";
    static constexpr std::string_view doc =
        "A DNS name: callers look it up, keep the answer in a resolver's cache for its TTL, and "
        "call the node that it stands for.";
    std::vector<DnsRecordSpec> records;
    DnsPolicy policy = DnsPolicy::weighted;
    sim::Duration ttl = std::chrono::seconds(60);
    sim::Duration negative_ttl = std::chrono::seconds(60);
    spec::Distribution<sim::Duration> latency;
    std::uint32_t resolvers = 0;
    bool warm = false;
    std::optional<TtlOverrideSpec> ttl_override;
    std::optional<DnsHealthCheckSpec> health_check;
    std::vector<DnsChangeSpec> changes;
    std::optional<DnsSecondariesSpec> secondaries;
    std::uint32_t servers = 2;

    std::uint32_t instance_count() const { return servers; }
    Abilities suffers() const;
    // Any one of several records will do, if those whose target is down are withdrawn.
    spec::Around around() const {
        spec::Around all;
        if (records.size() > 1 && health_check) all.is_survivable = true;
        return all;
    }
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = DnsSpec;
        return std::tuple{
            required("records", &Spec::records, not_empty(), "What the name can stand for."),
            param("policy", &Spec::policy, "Which record is the answer to a lookup."),
            param("ttl", &Spec::ttl, at_most(sim::Duration(std::chrono::hours(24 * 365))),
                  "Time to live: how long a resolver keeps an answer, in whole seconds."),
            param("negative_ttl", &Spec::negative_ttl,
                  at_most(sim::Duration(std::chrono::hours(24 * 365))),
                  "Negative caching: how long a resolver keeps the answer that there is no record "
                  "(the SOA's minimum, RFC 2308), in whole seconds."),
            param("latency", &Spec::latency,
                  "Network of a lookup, one way, instead of the links to where the name is placed "
                  "in a network. Calls after it have their own way to the node they go to."),
            param("resolvers", &Spec::resolvers, at_most(100000000u),
                  "Number of resolvers that the users of a client share, each with one cache. With "
                  "0 (the default) each user, and each instance of a server that calls, has its "
                  "own."),
            param("warm", &Spec::warm,
                  "Whether resolvers have an answer at the start, with remaining times that are "
                  "spread evenly over the TTL. Without it the first request of each pays a "
                  "lookup."),
            param("ttl_override", &Spec::ttl_override,
                  "Resolvers that ignore the TTL. Without it all respect it."),
            param("health_check", &Spec::health_check,
                  "Health checks of the records. Without them a record is answered whether or not "
                  "anybody is there."),
            param("changes", &Spec::changes,
                  "Changes of the records, in the order of their times. Resolvers learn of them "
                  "when what they have cached is over."),
            param("secondaries", &Spec::secondaries,
                  "Propagation of changes to name servers that are secondaries. Without it all "
                  "servers have a change at once."),
            param("servers", &Spec::servers, at_least(1u), at_most(1000u),
                  "Name servers. While none of them is up, lookups fail, and cached answers go "
                  "on.")};
    }
};

}  // namespace models
