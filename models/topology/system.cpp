#include "models/topology/system.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <map>

#include "models/causes.h"
#include "models/hosting.h"
#include "models/network/link_figures.h"
#include "models/spans.h"
#include "models/topology/network_check.h"
#include "models/topology/replay_check.h"
#include "sim/observer.h"
#include "sim/sleep.h"

namespace models {

namespace {

// A second, and more in runs longer than an hour, so that a run of any length has at most 3,600.
sim::Duration slice_of(const RunSpec& run) {
    if (run.slice > sim::Duration::zero()) return run.slice;
    const auto whole = std::chrono::ceil<std::chrono::seconds>((run.warm_up + run.measure) / 3600);
    return std::max<sim::Duration>(std::chrono::seconds(1), whole);
}

// At most 720 in a run, each a whole number of slices.
sim::Duration log_interval_of(const RunSpec& run) {
    const sim::Duration slice = slice_of(run);
    constexpr std::int64_t kMost = 720;
    return slice * std::max<std::int64_t>(1, (run.measure / slice + kMost - 1) / kMost);
}

// None when nothing is to be looked at: then nobody pays for it.
std::unique_ptr<sim::Observer> observer_of(const Scenario& scenario, const sim::Seed& seed,
                                           const sim::Scheduler& scheduler) {
    const TracesSpec& traces = scenario.run.traces;
    const LogsSpec& logs = scenario.run.logs;
    const bool has_flows = logs.flows > sim::Duration::zero();
    if (traces.share.value <= 0 && logs.access.empty() && !has_flows) return nullptr;
    sim::Observer::Plan plan{.share = traces.share.value,
                             .traces = traces.most,
                             .spans = traces.spans,
                             .cost = traces.cost_per_span,
                             .lines = logs.most,
                             .flow_interval = logs.flows,
                             .from = sim::Time(scenario.run.warm_up),
                             .length = scenario.run.measure};
    plan.words = kSpanWords;
    plan.causes = kCauses;
    for (const SpanAttributeSpec& each : traces.attributes) {
        plan.attributes.emplace_back(each.key, each.value.build());
    }
    return std::make_unique<sim::Observer>(scheduler, plan, sim::stream_key(seed, "run", "traces"));
}

// Below a billion: names stay short.
std::uint64_t scatter_of(const Scenario& scenario, const sim::Seed& seed) {
    return scenario.run.scatter ? 1 + sim::stream_key(seed, "run", "scatter") % 1'000'000'000 : 0;
}

}  // namespace

System::System(const Scenario& scenario, sim::Seed seed)
    : seed_(seed),
      recorder_(scheduler_, slice_of(scenario.run)),
      world_{scheduler_,
             recorder_,
             seed,
             *this,
             {},
             false,
             scenario.run.starts,
             scatter_of(scenario, seed)},
      failing_(scenario, world_) {
    record(scenario);
    if (scenario.network) build_network(scenario);
    world_.can_fail = scenario.network || !scenario.failures.empty();
    build_nodes(scenario);
    if (network_) draw_network();
    for (const auto& node : nodes_) node->connect();
    if (network_) give_addresses(scenario);
    run_static_pods(scenario);
    name_endpoints(scenario);
    start_nodes();
    failing_.start();
    watch_.emplace(Watch::Plan{scenario.objectives, scenario.alerts, scenario.game_day}, world_,
                   static_cast<Controls&>(*this));
    health_at_ = scenario.run.health_at;
    if (health_at_) watchers_.run(look_at_health(*health_at_));
}

// What is written down of the run, besides what nodes say.
void System::record(const Scenario& scenario) {
    recorder_.measure_from(sim::Time(scenario.run.warm_up));
    recorder_.causes(kCauses);
    recorder_.log_every(log_interval_of(scenario.run));
    recorder_.observe(observer_of(scenario, seed_, scheduler_));
    for (const spec::MentionRef& store : scenario.run.history.of) {
        histories_.keep(store.node, scenario.run.history.most);
        world_.histories = &histories_;
    }
    for (const FollowedTrace& each : followed_traces(scenario)) {
        world_.replays = &replays_;
        if (each.trace->has_work) replays_.will_say_work();
    }
}

void System::build_nodes(const Scenario& scenario) {
    const std::vector<std::string> injected = injected_nodes(scenario);
    const std::vector<std::string> scaled = scaled_nodes(scenario.alerts);
    for (const auto& [name, choice] : scenario.nodes) {
        sim::Meter& meter = recorder_.add_node(name, std::string(choice.kind()));
        meter.declare(Nodes::declared_of(choice));
        meter.record().is_balancer = Nodes::kind_of(choice).balances();
        observe(meter, scenario.run.logs);
        meters_.push_back(&meter);
        const bool is_injected = std::ranges::binary_search(injected, name);
        const bool is_scaled = std::ranges::binary_search(scaled, name);
        nodes_.push_back(
            Nodes::build(choice, Context{world_, name, meter, is_injected, is_scaled}));
        by_name_.emplace(meter.record().name, nodes_.back().get());
    }
    for (const auto& [name, objective] : scenario.objectives) {
        if (!objective.latency) continue;
        for (sim::Meter* meter : meters_) {
            const bool is_about = meter->record().name == objective.node.node;
            if (is_about) meter->promise(*objective.latency);
        }
    }
}

// Whoever sends at once finds the others there.
void System::start_nodes() {
    for (const bool clients : {false, true}) {
        for (std::size_t node = 0; node < nodes_.size(); ++node) {
            if (meters_[node]->record().is_client == clients) nodes_[node]->start();
        }
    }
}

void System::build_network(const Scenario& scenario) {
    network_.emplace(*scenario.network, scheduler_, seed_);
    world_.network = &*network_;
    const StaticPods pods(scenario);
    for (const StaticPodAt& pod : pods.all()) {
        const std::string machine = instance_name(pod.cluster, pod.machine);
        if (network_->places().find(machine)) continue;
        network_->add_machine(*network_->places().find(pod.group->zone), machine);
    }
    for (const auto& [name, choice] : scenario.nodes) {
        network_->stand(name, standing_of(scenario, pods, network_->places(), name));
    }
    const sim::Observer* const observer = recorder_.observer();
    if (observer != nullptr && observer->counts_flows()) network_->log_flows(recorder_);
}

void System::draw_network() {
    network_meter_ = &recorder_.add_node("network", "network");
    sim::Meter::Declared rows;
    for (const sim::Figure& each : kLinkFigures) rows.figures.push_back(&each);
    for (const sim::Resource& each : kLinkResources) rows.resources.push_back(&each);
    for (const sim::UsageRow& each : kNetworkUsages) rows.usages.push_back(&each);
    network_meter_->declare(std::move(rows));
    network_->draw(*network_meter_);
}

// Each instance is told apart by its number, whoever may have it later.
void System::give_addresses(const Scenario& scenario) {
    for (const auto& [name, choice] : scenario.nodes) {
        const InstanceDifferences* const differences = Nodes::facts_of(choice).differences;
        if (differences == nullptr) continue;
        const auto instances = node(name).instances();
        for (const auto& [numbers, difference] : *differences) {
            if (!difference.address) continue;
            const std::uint32_t number = instance_numbers(numbers)->first;
            PlaceId place = number < instances.size() ? instances[number]->place() : kNowhere;
            if (place == kNowhere) place = network_->place_of(name, number);
            network_->set_address(place, difference.address->bits);
        }
    }
}

// As though they had always been there.
void System::run_static_pods(const Scenario& scenario) {
    const StaticPods pods(scenario);
    for (const StaticPodAt& pod : pods.all()) {
        Hosting& cluster = *node(pod.cluster).hosting();
        const auto instances = node(pod.node).instances();
        if (instances.empty()) {
            cluster.run_clients(pod.machine);
        } else {
            cluster.run_static(pod.machine, *instances[pod.instance],
                               instance_name(pod.node, pod.instance), *pod.spec);
        }
    }
}

void System::observe(sim::Meter& meter, const LogsSpec& logs) {
    sim::Observer* const observer = recorder_.observer();
    if (observer == nullptr) return;
    const std::string& name = meter.record().name;
    if (std::ranges::find(logs.access, name, &spec::NodeRef::node) == logs.access.end()) return;
    meter.keep_log();
    observer->logs(name);
}

// By the numbers that requests have them by. Where an endpoint is an instance with a role, it is
// that instance that says so.
void System::name_endpoints(const Scenario& scenario) {
    sim::Observer* const observer = recorder_.observer();
    if (observer == nullptr) return;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        const NodeFacts facts = Nodes::facts_of(scenario.nodes.entries[node].second);
        std::map<std::uint32_t, std::string> names;
        for (const std::string& name : facts.endpoints) {
            const std::optional<EndpointId> id = nodes_[node]->endpoint(name);
            const bool is_role = std::ranges::find(facts.roles, name) != facts.roles.end();
            if (id && !is_role) names.emplace(*id, name);
        }
        observer->has_endpoints(meters_[node]->id(), std::move(names));
    }
}

// Nodes let go of their tasks first; what those leave behind in the world goes last but before the
// nodes it works on.
System::~System() {
    watchers_.dismiss();
    watch_->dismiss();
    failing_.dismiss();
    for (const auto& node : nodes_) node->dismiss();
    world_.calls.dismiss();
    world_.abandoned.dismiss();
}

void System::call_off(const std::string& why) {
    if (!failing_.is_struck()) return;
    recorder_.incident("game day", "called off", why);
    failing_.call_off();
}

void System::heal(std::size_t failure, const std::string& why) {
    if (failing_.heal_early(failure, why)) return;
    recorder_.incident(fmt::format("failures[{}]", failure), "nothing to heal", why);
}

// What a health endpoint of every node would answer.
sim::Task<void> System::look_at_health(sim::Duration at) {
    co_await sim::sleep(scheduler_, at);
    for (std::size_t index = 0; index < nodes_.size(); ++index) {
        const auto instances = nodes_[index]->instances();
        double up = 0;
        for (const Instance* each : instances) up += each->is_up();
        const auto all = static_cast<double>(instances.size());
        health_.push_back({"health",
                           meters_[index]->record().name,
                           {{"up", "", up},
                            {"instances", "", all},
                            {"in_flight", "", static_cast<double>(meters_[index]->in_flight())}}});
        for (const sim::Meter::State& each : meters_[index]->states()) {
            health_.back().measures.push_back({each.name, "state", each.now()});
        }
    }
}

// With what is drawn over time of a node, as it was then: breakers, replicas. A run that ended
// before has nothing to say.
void System::add_health(sim::Recording& recording) const {
    if (!health_at_) return;
    constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
    const auto slice = static_cast<std::size_t>(*health_at_ / recording.slice);
    for (std::size_t index = 0; index < recording.nodes.size(); ++index) {
        const sim::NodeRecord& node = recording.nodes[index];
        sim::Watched watched{
            "health",
            node.name,
            {{"up", "", kNothing}, {"instances", "", kNothing}, {"in_flight", "", kNothing}}};
        for (const sim::Meter::State& each : meters_[index]->states()) {
            watched.measures.push_back({each.name, "state", kNothing});
        }
        if (index < health_.size()) watched.measures = health_[index].measures;
        for (const sim::Series& series : node.series) {
            const bool was_there = slice < series.values.size();
            watched.measures.push_back(
                {series.name, series.unit, was_there ? series.values[slice] : kNothing});
        }
        recording.watched.push_back(std::move(watched));
    }
}

std::uint64_t System::in_flight() const {
    std::uint64_t sum = 0;
    for (const sim::Meter* meter : meters_) sum += meter->in_flight();
    return sum;
}

void System::begin_measuring() {
    recorder_.begin_measuring();
    for (const auto& node : nodes_) node->begin_measuring();
    if (network_) network_->begin_measuring();
}

sim::Recording System::finish() {
    for (const auto& node : nodes_) node->finish();
    if (network_) network_->report(*network_meter_);
    sim::Recording recording = recorder_.finish(seed_);
    recording.replayed = replays_.take();
    add_health(recording);
    watch_->finish(failing_.outages(), recording);
    return recording;
}

}  // namespace models
