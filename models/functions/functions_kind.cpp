#include "models/functions/functions.h"
#include "models/nodes.h"

namespace models {

namespace {

struct FunctionsKind {
    using Node = Functions;
    static constexpr Role role = Role::answers;
    static constexpr None edges{"It calls nobody."};
    static constexpr auto figures = std::array{
        figure("invocations", Unit::count, Merge::sum,
               "Requests that got an environment: those that are paid for."),
        figure("cold_starts", Unit::count, Merge::sum,
               "Requests that waited for a new environment to start."),
        figure("throttled", Unit::count, Merge::sum,
               "Requests answered 429: there were as many environments at work as there may be."),
        figure("environments_peak", Unit::count, Merge::peak,
               "Most environments at a time, at work or idle."),
        figure("billed_time", Unit::seconds, Merge::sum,
               "Time of environments that is paid for, each request's rounded up.")};
    static constexpr auto resources = std::array{resource(
        "concurrency", ResourceKind::places, Unit::count,
        "A request has an execution environment to itself; one that would need "
        "more than there may be is refused.",
        "The request is answered.", {.parameter = "concurrency", .refusal = cause::rate_limited})};
    static constexpr auto usages = std::array{
        usage("function_requests", UsageUnit::requests, "Requests that a function has taken."),
        usage("function_gb_seconds", UsageUnit::byte_seconds,
              "Memory of a function's environments, for as long as they are at work."),
        usage("provisioned_gb_seconds", UsageUnit::byte_seconds,
              "Memory of environments that are kept ready, idle or at work.")};
    static Instances instances(const Functions::Spec&) {
        return {.instances = 1,
                .suffers = abilities_of<Functions>(),
                .zones = {},
                .roles = {},
                .has_doors = false,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const Functions::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static Capacity capacity(const Functions::Spec& spec) {
        return {.instances = 1,
                .cores = 0,
                .slots_name = "concurrency",
                .slots = static_cast<double>(spec.concurrency),
                .paid = {},
                .notes = {"requests and GB-seconds of functions are left out of the cost here."}};
    }
    static Cost cost(const Functions::Spec& spec, const std::string&, Costing& costing) {
        Cost cost;
        cost.stays_s = spec.work.build().mean() * spec.slowness();
        costing.note("cold starts are left out here.");
        return cost;
    }
};

}  // namespace

const NodeKind& functions_kind() {
    static const NodeKind kind = node_kind<FunctionsKind>();
    return kind;
}

}  // namespace models
