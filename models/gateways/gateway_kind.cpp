#include <fmt/core.h>

#include "models/gateways/gateway.h"
#include "models/nodes.h"
#include "models/prices/usages.h"

namespace models {

namespace {

struct GatewayKind {
    using Node = Gateway;
    static constexpr Role role = Role::answers;
    static constexpr auto edges =
        std::array{edge("routes", Passes::on, "Requests, each to the node of its route."),
                   edge("filters", Passes::on, "What its filters ask of other nodes.")};
    static constexpr auto figures =
        std::array{figure("status_<code>", Unit::count, Merge::sum,
                          "Requests that were answered with this HTTP status."),
                   figure("<route>_status_<code>", Unit::count, Merge::sum,
                          "Requests of this route that were answered with this HTTP status.")};
    static constexpr auto resources = std::array{
        resource(
            "connections", ResourceKind::places, Unit::count,
            "A request holds one of its gateway's until it is answered.", "The request's answer.",
            {.parameter = "connections", .refusal = cause::queue_full, .is_held_by_calls = true}),
        resource("cores", ResourceKind::work, Unit::count,
                 "A gateway is at work on them for each request and for its filters.",
                 "The end of the work on the request.",
                 {.parameter = "cores", .within = "connections"})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Gateway::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const Gateway::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = true,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = spec.audiences(),
                .no_transactions = kNoDatabase};
    }
    static Capacity capacity(const Gateway::Spec& spec) {
        return {.instances = spec.replicas,
                .cores = spec.cores,
                .slots_name = "connections",
                .slots = static_cast<double>(spec.connections) * spec.replicas,
                .paid = {{"price", spec.price, static_cast<double>(spec.replicas)}},
                .notes = {}};
    }
    static Cost cost(const Gateway::Spec& spec, const std::string& endpoint, Costing& costing) {
        const auto route = spec.route_of(endpoint.empty() ? "/" : endpoint);
        Cost cost;
        if (route) {
            cost = costing.of_call(spec.routes[*route].to);
            cost.stays_s += 2 * spec.routes[*route].latency.build().mean();
        } else {
            cost.success = 0;
        }
        const double behind_s = cost.stays_s;
        const auto work = spec.work.build();
        cost.add_work(work.mean(), work.variance());
        add_cost_of(spec.filters, cost, costing);
        if (route) add_cost_of(spec.routes[*route].filters, cost, costing);
        cost.stays_s = behind_s + cost.core_s;
        return cost;
    }
};

}  // namespace

const NodeKind& gateway_kind() {
    static const NodeKind kind = node_kind<GatewayKind>();
    return kind;
}

}  // namespace models
