#include "models/servers/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "models/autoscalers/fixed.h"
#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "models/servers/server_program.h"
#include "models/spans.h"
#include "models/steps/send.h"

namespace models {

// What needs no core time, as it only waits and calls, cannot be slowed.
Abilities Server::Spec::suffers() const {
    struct OwnWork final : Costing {
        Cost of_steps(const Steps& steps) override { return cost_of(steps, *this); }
        Cost of_call(const spec::NodeRef&) override { return {}; }
        void note_policies(const std::vector<PolicyChoice>&) override {}
        void note(const std::string&) override {}
    } own;
    double work_s = 0;
    for (const auto& [name, steps] : endpoints) work_s += cost_of(steps, own).core_s;
    const Abilities all = abilities_of<ServerInstance>();
    return work_s > 0 ? all : all.without(Abilities::slowness());
}

std::vector<std::string> Server::Spec::zone_names() const {
    std::vector<std::string> names;
    if (zones == 1 || cluster) return names;
    std::uint32_t last = 0;
    for (std::uint32_t index = 0; index < replicas; ++index) {
        last = std::max<std::uint32_t>(last, zone_number(index));
    }
    for (std::uint32_t zone = 0; zone <= last; ++zone) names.push_back(fmt::format("{}", zone));
    return names;
}

std::uint16_t Server::Spec::zone_number(std::uint32_t instance) const {
    const InstanceDifference* const own = difference_of(instances, instance);
    std::uint16_t number = 0;
    if (own != nullptr && own->zone) {
        const std::string& text = own->zone->name;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return number;
    }
    return static_cast<std::uint16_t>(instance % zones);
}

double Server::Spec::mean_speed() const {
    double sum = replicas;
    for (const auto& [numbers, difference] : instances) {
        const InstanceNumbers range = *instance_numbers(numbers);
        for (std::uint32_t index = range.first; index <= range.last && index < replicas; ++index) {
            const double factor =
                difference.work_factor ? difference.work_factor->build().mean() : 1;
            sum += difference.speed / factor - 1;
        }
    }
    return sum / replicas;
}

void Server::Spec::check(spec::Check& check) const {
    const auto is_there = [&](const std::optional<Probe>& probe) {
        return !probe || probe->endpoint.empty() || endpoints.find(probe->endpoint) != nullptr;
    };
    check.that(is_there(lifecycle.startup_probe) && is_there(lifecycle.liveness_probe) &&
                   is_there(lifecycle.readiness_probe),
               "lifecycle", "a probe asks for an endpoint that is not there");
    for (const ConnectionPoolSpec& pool : pools) {
        check.that(pool.minimum_idle.value_or(0) <= pool.maximum_pool_size, "pools",
                   "minimum_idle is above maximum_pool_size");
    }
    check.that(!daemon || cluster, "daemon",
               "a daemon needs a cluster, one instance on each of its machines");
    check.that(!cluster || !noisy_neighbours, "noisy_neighbours",
               "on a machine of a cluster its neighbours are the pods there",
               "place a server that is noisy on the same cluster");
    check.that(!logging || !logging->never_block || logging->queue_size > 0, "logging",
               "never_block drops what a queue has no room for: it needs a queue_size");
    check.that(!memory_request || *memory_request <= memory, "memory_request",
               "memory_request is above memory, its limit");
    for (const auto& [taint, limit] : toleration_seconds) {
        const bool is_tolerated =
            taint == kUnreachable || std::ranges::find(tolerations, taint) != tolerations.end();
        check.that(is_tolerated, "toleration_seconds", "\"" + taint + "\" is not tolerated at all",
                   "add it to \"tolerations\"");
        check.that(limit > sim::Duration::zero(), "toleration_seconds",
                   "no time at all for \"" + taint + "\"",
                   "leave it out of \"tolerations\" instead");
    }
    check.that(cluster || (node_selector.empty() && tolerations.empty() &&
                           toleration_seconds.empty() && priority == 0),
               "cluster", "only pods on a cluster are placed by selectors and priorities",
               "name the cluster whose machines it is placed on");
    for (const auto& [name, steps] : endpoints) {
        check.that(!sends_aside(steps), "endpoints",
                   "\"" + name +
                       "\" sends its answer's body from a list that is no part of the "
                       "visit itself",
                   "put \"send\" into the endpoint's own list, or a branch of \"choose\"");
        check.that(admission.empty() || !sends_body(steps), "admission",
                   "\"" + name +
                       "\" sends its answer's body, which the policies of admission do "
                       "not let pass",
                   "give the policies to the pool in front, or to a gateway");
    }
    check_instances(check);
    check.that(base_memory <= memory, "base_memory", "base_memory is above memory");
}

// Who comes later, by an autoscaler or for a rollout, may be different as well.
void Server::Spec::check_instances(spec::Check& check) const {
    const bool is_fixed = autoscaler.as<Fixed::Spec>() != nullptr && rollouts.empty() && !daemon;
    const auto most = is_fixed ? std::optional(replicas) : std::nullopt;
    check_differences(check, instances, most);
    for (const auto& [numbers, difference] : instances) {
        check.that(!cluster || !difference.zone, "instances",
                   "a pod stands where its machine does, in no zone of its own",
                   "say where it may be placed with \"node_selector\": [\"zone=b\"]");
    }
}

std::vector<Audience> Server::Spec::audiences() const {
    std::vector<Audience> found;
    for (const auto& [name, steps] : endpoints) {
        find_audiences(steps, spec::pointer_to("/endpoints", std::string_view(name)), found);
    }
    return found;
}

std::vector<PodInGraph> Server::Spec::pods() const {
    const double share = cpu_request.value_or(cores) / cores;
    const auto requested = [this](sim::Bytes limit) {
        const double part = static_cast<double>(memory_request.value_or(memory).count) /
                            static_cast<double>(memory.count);
        return sim::Bytes{static_cast<std::uint64_t>(static_cast<double>(limit.count) * part)};
    };
    const PodRules rules{node_selector, {tolerations, toleration_seconds}};
    const std::string memory_pointer = memory_request ? "/memory_request" : "/memory";
    std::vector<PodInGraph> all{{share * cores, memory_request.value_or(memory),
                                 cpu_request ? "/cpu_request" : "/cores", memory_pointer, rules}};
    for (std::size_t index = 0; index < rollouts.size(); ++index) {
        const Rollout& rollout = rollouts[index];
        const std::string at = fmt::format("/rollouts/{}", index);
        all.push_back({share * rollout.cores.value_or(cores),
                       requested(rollout.memory.value_or(memory)),
                       rollout.cores ? at + "/cores" : all.front().cpu_pointer,
                       rollout.memory ? at + "/memory" : memory_pointer, rules});
    }
    return all;
}

Server::Server(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      backends_(spec.balancer, context),
      leak_stream_(context.stream("descriptor leaks")),
      fault_stream_(context.stream("faults of a version")),
      takes_notes_(spec.slow_request.has_value()),
      line_(context.scheduler(), std::size_t{spec.replicas} * spec.threads),
      ready_(spec.replicas) {
    Fleet::Plan plan;
    plan.replicas = spec.replicas;
    plan.lifecycle = spec.lifecycle;
    plan.size = {Milli{1000} * spec.cores, spec.memory};
    plan.pods.requested = spec.cpu_request.value_or(spec.cores) / spec.cores;
    plan.pods.memory_requested =
        static_cast<double>(spec.memory_request.value_or(spec.memory).count) /
        static_cast<double>(spec.memory.count);
    plan.pods.is_guaranteed = spec.memory_request.value_or(spec.memory) == spec.memory &&
                              spec.cpu_limit == spec.cpu_request.value_or(spec.cores);
    plan.pods.priority = spec.priority;
    plan.pods.rules = {spec.node_selector, {spec.tolerations, spec.toleration_seconds}};
    plan.rollouts = spec.rollouts;
    plan.deletions = spec.deletions;
    plan.pods.min_available = spec.min_available;
    plan.pods.stay = spec.daemon;
    plan.pods.placement = spec.daemon ? PodPlacement::one_per_machine : spec.placement;
    plan.pods.zone_skew = spec.zone_skew;
    for (const Rollout& each : spec.rollouts) {
        compares_latencies_ = compares_latencies_ || each.rollback_slower.has_value();
    }
    plan.changes = spec.autoscaler.as<Fixed::Spec>() == nullptr || context_.is_scaled;
    fleet_ = std::make_unique<Fleet>(*this, context_, plan);
    for (Instance* instance : fleet_->instances()) backends_.add(*instance);
    fleet_->watch(backends_);
    if (!spec.shedding.empty()) shed_.emplace(context_, "shed");
    if (spec.objective) objective_.emplace(context_.scheduler(), *spec.objective);
    looks_at_ends_ = objective_ || spec.heap || compares_latencies_;
    fleet_->watch(*this);
    autoscaler_ = Autoscalers::build(spec.autoscaler, context_);
}

Server::~Server() = default;

void Server::connect() {
    std::vector<std::string> names;
    for (const auto& [name, steps] : spec_.endpoints) {
        names.push_back(name);
        takes_notes_ = takes_notes_ || has_experiment(steps);
    }
    context_.meter.split_by_endpoint(names);
    program_ = std::make_unique<ServerProgram>(*this);
    build_intake();
    if (spec_.logging) {
        log_bytes_.emplace(context_, "logged", "bytes");
        log_dropped_.emplace(context_, "log_lines_dropped");
    }
    add_resources();
    sample();
}

std::uint32_t Server::pool_for(std::string_view node) const {
    const auto pool = std::ranges::find_if(
        spec_.pools, [&](const ConnectionPoolSpec& each) { return each.to.node == node; });
    if (pool == spec_.pools.end()) return 0;
    return static_cast<std::uint32_t>(pool - spec_.pools.begin()) + 1;
}

std::uint32_t Server::experiment(const std::string& name, std::vector<std::string> labels) {
    experiments_.emplace_back(name, std::move(labels));
    return static_cast<std::uint32_t>(experiments_.size());
}

std::size_t Server::counter(const std::string& name) {
    const auto known = std::ranges::find(counters_, name, &std::pair<std::string, Tally>::first);
    const auto counter = static_cast<std::size_t>(known - counters_.begin());
    if (known == counters_.end()) counters_.emplace_back(name, Tally(context_, "count_" + name));
    return counter;
}

ServerInstance& Server::at(std::uint32_t index) const {
    return fleet_->at(index);
}

Go Server::come(Call& call, std::uint32_t instance, PlaceId place) {
    return program_->come(call, instance, place);
}

Visiting::State& Server::visit(Call& call) const {
    return program_->visit(call);
}

bool Server::finishes(const Call& call) const {
    if (spec_.cancelled != Cancelled::leaves_queue) return spec_.cancelled == Cancelled::finishes;
    return !Threading::is_in_line(call, *this);
}

Threading::State& Server::thread(Call& call) const {
    return program_->thread(call);
}

double Server::core_seconds_of(const Request& request) const {
    return program_->steps(request.endpoint).core_seconds_of(request);
}

void Server::spent(Call& call, Spent what, sim::Duration time) {
    context_.meter.spent_at(call.request.endpoint, what, time);
    if (!takes_notes_) [[likely]]
        return;
    if (std::optional<RequestProfile>& profile = visit(call).notes->profile)
        profile->did(what, time);
}

void Server::compare(const Request& request, const Choices& choices, bool counted,
                     sim::Time arrived) {
    if (arrived < context_.world.recorder.measured_from()) return;
    for (const auto& [experiment, branch] : choices) {
        experiments_[experiment].assigned(request.user, branch);
        experiments_[experiment].ended(branch, counted);
    }
}

std::optional<EndpointId> Server::endpoint(std::string_view name) const {
    const auto& entries = spec_.endpoints.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin());
}

void Server::start() {
    Cluster* cluster = nullptr;
    if (spec_.cluster) {
        cluster = dynamic_cast<Cluster*>(&context_.world.directory.node(spec_.cluster->node));
    }
    fleet_->start(cluster);
    for (std::size_t index = 0; index < fleet_->count(); ++index) fleet_->at(index).start();
    crew_.run(autoscaler_->run(*fleet_));
}

void Server::dismiss() {
    crew_.dismiss();
    autoscaler_.reset();
    fleet_->dismiss();
}

std::span<Instance* const> Server::instances() {
    return fleet_->instances();
}

Workload* Server::workload() {
    return spec_.daemon ? nullptr : fleet_.get();
}

Releases* Server::releases() {
    return fleet_->releases();
}

void Server::watch(Membership& membership) {
    fleet_->watch(membership);
}

// Of all its instances together.
std::optional<double> Server::reading(std::string_view name) const {
    double in_flight = static_cast<double>(line_.waiting());
    double waiting = in_flight;
    for (const Workload::Unit& unit : fleet_->units()) {
        in_flight += static_cast<double>(unit.vitals.in_flight);
        waiting += static_cast<double>(unit.vitals.waiting);
    }
    if (name == "in_flight") return in_flight;
    if (name == "waiting") return waiting;
    return std::nullopt;
}

}  // namespace models
