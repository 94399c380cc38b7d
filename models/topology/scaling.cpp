#include "models/topology/scaling.h"

#include <fmt/format.h>

#include <cmath>

#include "models/autoscalers/fixed.h"
#include "models/clients/open_loop.h"
#include "models/clients/users.h"
#include "models/databases/database.h"
#include "models/gateways/gateway_spec.h"
#include "models/pools/pool.h"
#include "models/servers/server.h"
#include "models/spec/units/units.h"

namespace models {

namespace {

void scale_spec(Users::Spec& spec, Scaling& scaling) {
    scaling.count("users", spec.users);
    scaling.count("population.people", spec.population.people);
}

void scale_spec(OpenLoop::Spec& spec, Scaling& scaling) {
    scaling.rate(spec.rate);
    scaling.count("population.people", spec.population.people);
    scaling.refuse_if(!spec.stages.empty(), "stages", "stages have rates of their own");
    scaling.refuse_if(spec.requests > 0, "requests", "it sends a number of requests");
    scaling.refuse_if(spec.trace() != nullptr, "arrivals",
                      "a trace's requests are those that were recorded");
}

void scale_spec(Pool::Spec& spec, Scaling& scaling) {
    if (spec.machine) scaling.count("replicas", spec.replicas);
    scaling.refuse_if(!spec.members.empty(), "members", "its targets have names");
    scaling.refuse_if(!spec.weights.empty(), "weights", "its targets have weights of their own");
    scaling.refuse_if(spec.backups > 0, "backups", "its backups are the last so many targets");
}

void scale_spec(GatewaySpec& spec, Scaling& scaling) {
    scaling.count("replicas", spec.replicas);
}

// Fewer of the same instances.
void scale_spec(Server::Spec& spec, Scaling& scaling) {
    scaling.count("replicas", spec.replicas);
    scaling.refuse_if(!spec.instances.entries.empty(), "instances",
                      "single instances differ from the others");
    scaling.refuse_if(spec.cluster.has_value(), "cluster",
                      "machines hold so many pods, and no part of them");
    scaling.refuse_if(spec.autoscaler.as<Fixed::Spec>() == nullptr, "autoscaler",
                      "it goes up and down by whole instances");
    scaling.refuse_if(!spec.rollouts.empty(), "rollouts", "a rollout replaces whole instances");
    scaling.refuse_if(!spec.deletions.empty(), "deletions", "whole instances are deleted");
}

// One machine: a part of it is a smaller one, in which more wait at the same load (Erlang C).
void scale_spec(Database::Spec& spec, Scaling& scaling) {
    const std::uint32_t whole = spec.cores;
    scaling.count("cores", spec.cores);
    scaling.count("connections", spec.connections);
    if (spec.max_connections) scaling.count("max_connections", *spec.max_connections);
    if (spec.cores < whole) {
        scaling.warn(
            fmt::format(": {} of its {} cores are played; at the same load queries wait longer for "
                        "one of these than in the whole (Erlang C).",
                        spec.cores, whole));
    }
    scaling.refuse_if(spec.storage.has_value(), "storage",
                      "what its buffer pool keeps depends on all who read");
    scaling.refuse_if(spec.locks.has_value(), "locks", "a hot row stays one row");
    scaling.refuse_if(spec.wal.has_value(), "wal", "a commit's flush is shared by all who wait");
    scaling.refuse_if(spec.disk.has_value(), "disk", "its disk fills up with what all write");
}

template <class Spec>
bool scaled(NodeChoice& node, Scaling& scaling) {
    Spec* const spec = node.as<Spec>();
    if (spec != nullptr) scale_spec(*spec, scaling);
    return spec != nullptr;
}

template <class... Specs>
bool scaled_as_one_of(NodeChoice& node, Scaling& scaling) {
    return (scaled<Specs>(node, scaling) || ...);
}

}  // namespace

bool scale(NodeChoice& node, Scaling& scaling) {
    return scaled_as_one_of<Users::Spec, OpenLoop::Spec, Pool::Spec, GatewaySpec, Server::Spec,
                            Database::Spec>(node, scaling);
}

void Scaling::count(std::string_view parameter, std::uint32_t& count) {
    // Shares are written in decimals: 20 times 0.05 is 1, and what doubles make of it.
    constexpr double kDivided = 1e-6;
    const double part = count * share_.value;
    const double whole = std::round(part);
    if (std::abs(part - whole) <= kDivided && (whole >= 1 || count == 0)) {
        count = static_cast<std::uint32_t>(whole);
        return;
    }
    refuse(parameter,
           fmt::format("{} of {} is {:.6g}, and it has to be a whole number above zero",
                       spec::text_of(share_), count, part),
           "choose a run.scale that divides it, or play the whole");
}

void Scaling::refuse(std::string_view parameter, std::string message, std::string hint) {
    refusals_.push_back({std::string(parameter), std::move(message), std::move(hint)});
}

void Scaling::refuse_if(bool is_there, std::string_view parameter, std::string_view message) {
    if (is_there) refuse(parameter, std::string(message), "play the whole: take run.scale out");
}

}  // namespace models
