#include <fmt/core.h>

#include "models/discovery/dns.h"
#include "models/nodes.h"

namespace models {

namespace {

struct DnsKind {
    using Node = Dns;
    static constexpr Role role = Role::answers | Role::passes_on;
    static constexpr auto edges = std::array{
        edge("records", Passes::through, "Calls of the name, each to what it stands for.")};
    static constexpr auto figures = std::array{
        figure("lookups", Unit::count, Merge::sum,
               "Lookups at the name servers: calls that found no fresh answer in their resolver's "
               "cache."),
        figure("withdrawals", Unit::count, Merge::sum,
               "Times that a health check withdrew a record."),
        figure("stale_answers", Unit::count, Merge::sum,
               "Calls that went by a cached answer that was older than the last change of the "
               "records."),
        figure("unresolved", Unit::count, Merge::sum,
               "Calls that failed because there was no record, or no name server answered.")};
    static constexpr None resources{"Its servers answer at once."};
    static constexpr None usages{"Lookups are not paid for here."};
    static Instances instances(const Dns::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const Dns::Spec&) {
        return {.endpoints = {},
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static PassesOn passes_on(const Dns::Spec& spec) {
        PassesOn all{.balancers = 0, .members = nullptr, .is_part_of_callers = true};
        all.asks_where = spec.policy == DnsPolicy::geo || spec.policy == DnsPolicy::latency;
        for (std::size_t record = 0; record < spec.records.size(); ++record) {
            const std::vector<std::string>& regions = spec.records[record].regions;
            for (std::size_t each = 0; each < regions.size(); ++each) {
                all.places.push_back(
                    {fmt::format("/records/{}/regions/{}", record, each), regions[each]});
            }
        }
        return all;
    }
    static Capacity capacity(const Dns::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {},
                .notes = {}};
    }
    // By the shares of the records as they are at the start, with warm resolvers, and everybody as
    // far from all.
    static Cost cost(const Dns::Spec& spec, const std::string& endpoint, Costing& costing) {
        costing.note("lookups and changes of records are left out here.");
        double total = 0;
        for (const DnsRecordSpec& each : spec.records) total += weight_of(spec, each);
        Cost all;
        double success = 0;
        for (const DnsRecordSpec& each : spec.records) {
            const double share = weight_of(spec, each) / total;
            const Cost cost = passed_on(each.to, endpoint, 1, costing);
            for (const auto& [target, times] : cost.calls) all.calls[target] += share * times;
            all.stays_s += share * cost.stays_s;
            success += share * cost.success;
        }
        all.success = success;
        return all;
    }

private:
    static double weight_of(const Dns::Spec& spec, const DnsRecordSpec& record) {
        if (spec.policy != DnsPolicy::round_robin) return record.weight;
        return record.weight > 0 ? 1 : 0;
    }
};

}  // namespace

const NodeKind& dns_kind() {
    static const NodeKind kind = node_kind<DnsKind>();
    return kind;
}

}  // namespace models
