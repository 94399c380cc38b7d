#include <fmt/core.h>

#include "models/nodes.h"
#include "models/pools/pool.h"
#include "models/pools/pool_usages.h"

namespace models {

namespace {

struct PoolKind {
    using Node = Pool;
    static constexpr Role role = Role::answers | Role::passes_on;
    static constexpr auto edges =
        std::array{edge("of", Passes::to_instances, "Requests, each to one of its targets."),
                   edge("registry", Passes::subscriptions, "Lookups of the targets there are."),
                   edge("rules", Passes::on, "Requests that a rule sends elsewhere."),
                   edge("health_check", Passes::own, "Health check probes of the targets."),
                   edge("sessions", Passes::own, "Looks at the store of sessions.")};
    static constexpr auto figures = std::array{
        figure("targets_serving", Unit::count, Merge::over_time, "Targets that take requests."),
        figure("keys_moved", Unit::share, Merge::mean,
               "Share of requests that went to another target than the request before it about the "
               "same key."),
        figure("keys_moved_needlessly", Unit::share, Merge::mean,
               "Share of requests that moved though their previous target was still there."),
        figure("sessions", Unit::count, Merge::sum, "Sessions begun."),
        figure("sessions_lost", Unit::count, Merge::sum,
               "Sessions that were lost with what they were kept at."),
        figure("excluded", Unit::count, Merge::sum,
               "Times that a health check took a target out of use."),
        figure("returned", Unit::count, Merge::sum, "Times that a target came back into use."),
        figure("panics", Unit::count, Merge::sum,
               "Times that all targets were used because too few were healthy."),
        figure("ejections", Unit::count, Merge::sum,
               "Times that outlier detection ejected a target."),
        figure("connections", Unit::count, Merge::sum, "Connections that were opened to targets."),
        figure("rule_<number>", Unit::count, Merge::sum,
               "Requests that a routing rule sent on, by the rule's place in the list.")};
    static constexpr auto resources = std::array{
        resource("connections", ResourceKind::places, Unit::count,
                 "A request holds one of its balancer's, where that has a machine of its own.",
                 "The request's answer.",
                 {.parameter = "machine.connections",
                  .refusal = cause::queue_full,
                  .is_held_by_calls = true}),
        resource("cores", ResourceKind::work, Unit::count,
                 "A balancer with a machine of its own is at work on them for each request.",
                 "The end of the work on the request.",
                 {.parameter = "machine.cores", .within = "connections"}),
        resource("maxconn of <node>", ResourceKind::places, Unit::count,
                 "A request that is sent on holds one; the others wait in the balancer's queue.",
                 "The request's answer.",
                 {.parameter = "queue.maxconn", .refusal = cause::queue_full})};
    static constexpr auto usages = kPoolUsages;
    static Instances instances(const Pool::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const Pool::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = spec.layer == Layer::l7,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = audiences(spec),
                .no_transactions = kNoDatabase};
    }
    static PassesOn passes_on(const Pool::Spec& spec) {
        return {.balancers = spec.replicas,
                .members = &spec.members,
                .is_part_of_callers = true,
                .weights = spec.weights.size()};
    }
    // It costs nothing to pass unless it is a machine.
    static Capacity capacity(const Pool::Spec& spec) {
        Capacity all{
            .instances = 1, .cores = 0, .slots_name = {}, .slots = 0, .paid = {}, .notes = {}};
        if (spec.price.is_given()) all.paid.push_back({"price", spec.price, 1});
        if (!spec.rules.empty()) all.notes.emplace_back("where its rules send is left out here.");
        if (!spec.machine) return all;
        all.instances = spec.replicas;
        all.cores = spec.machine->cores;
        all.slots_name = "connections";
        all.slots = static_cast<double>(spec.machine->connections) * spec.replicas;
        all.paid.push_back({"machine.price", spec.machine->price, 1.0 * spec.replicas});
        return all;
    }
    static Cost cost(const Pool::Spec& spec, const std::string& endpoint, Costing& costing) {
        Cost cost = passed_on(spec.of, endpoint, 1, costing);
        if (spec.queue) {
            cost.resources["maxconn of " + spec.of.node] = {
                cost.stays_s, static_cast<double>(spec.queue->maxconn), false, false, spec.of.node};
        }
        if (spec.machine) {
            const auto work = spec.machine->work.build();
            cost.add_work(work.mean(), work.variance());
        }
        cost.stays_s += cost.core_s + 2 * spec.latency.build().mean();
        return cost;
    }

private:
    static std::vector<Audience> audiences(const Pool::Spec& spec) {
        std::vector<Audience> all;
        for (std::size_t rule = 0; rule < spec.rules.size(); ++rule) {
            const std::string at = fmt::format("/rules/{}", rule);
            all.push_back({at + "/segments", &spec.rules[rule].segments, Audience::Of::segments});
            all.push_back({at + "/locales", &spec.rules[rule].locales, Audience::Of::locales});
        }
        return all;
    }
};

}  // namespace

const NodeKind& pool_kind() {
    static const NodeKind kind = node_kind<PoolKind>();
    return kind;
}

}  // namespace models
