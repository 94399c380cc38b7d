// A service on machines of its own: replicas, each with cores, threads and an accept queue.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/autoscalers.h"
#include "models/calls/stack.h"
#include "models/calls/tally.h"
#include "models/clusters/placement.h"
#include "models/node.h"
#include "models/pools/backends.h"
#include "models/servers/background.h"
#include "models/servers/connection_pool_spec.h"
#include "models/servers/cross_zone.h"
#include "models/servers/disk.h"
#include "models/servers/experiment.h"
#include "models/servers/heap.h"
#include "models/servers/instance_difference.h"
#include "models/servers/lifecycle.h"
#include "models/servers/logging.h"
#include "models/servers/objective.h"
#include "models/servers/rollout.h"
#include "models/servers/scalability.h"
#include "models/servers/steal.h"
#include "models/servers/visit.h"
#include "models/shedding/shedders.h"
#include "models/steps/steps.h"
#include "sim/cpu.h"
#include "sim/slots.h"

namespace sim {

// The words for it in a scenario.
constexpr auto names_of(Discipline) {
    return std::array{models::spec::Word{"fcfs", Discipline::fcfs, "First come, first served."},
                      models::spec::Word{"processor_sharing", Discipline::processor_sharing,
                                         "All at once, each with an equal share."}};
}

}  // namespace sim

namespace models {

class Fleet;
class ServerInstance;
class ServerProgram;
class StepBody;

enum class Intake : std::uint8_t { push, pull };

constexpr auto names_of(Intake) {
    return std::array{
        spec::Word{"push", Intake::push, "Each goes to one of them at once, as the balancer says."},
        spec::Word{"pull", Intake::pull,
                   "They wait in one line, from which an instance with a free thread takes the "
                   "next; consumers of a queue."}};
}

enum class ThreadModel : std::uint8_t { blocking, event_loop };

constexpr auto names_of(ThreadModel) {
    return std::array{
        spec::Word{"blocking", ThreadModel::blocking,
                   "A request holds its thread until its answer is sent, calls included."},
        spec::Word{"event_loop", ThreadModel::event_loop,
                   "A request holds a thread only while it works; who waits or calls gives it "
                   "back and stands in line again."}};
}

class Server final : public Node, public Service, Membership {
public:
    struct Spec {
        static constexpr std::string_view kind = "server";
        static constexpr std::string_view doc =
            "A service: replicas with cores, a thread pool, a bounded accept queue and memory, "
            "whose endpoints are lists of steps.";
        std::uint32_t replicas = 1;
        std::uint16_t zones = 1;
        InstanceDifferences instances;
        std::uint32_t cores = 1;
        sim::Discipline scheduling = sim::Discipline::processor_sharing;
        std::optional<Scalability> scalability;
        std::optional<double> cpu_limit;
        std::optional<StealSpec> noisy_neighbours;
        std::uint32_t threads = 200;
        ThreadModel thread_model = ThreadModel::blocking;
        std::uint32_t accept_queue = 100;
        std::optional<std::uint32_t> descriptors;
        sim::Fraction descriptor_leaks{};
        BackgroundSpec background;
        std::vector<ConnectionPoolSpec> pools;
        std::optional<CrossZoneSpec> cross_zone;
        std::optional<DiskSpec> disk;
        std::optional<LoggingSpec> logging;
        sim::Bytes memory{std::uint64_t{4} << 30};
        sim::Bytes base_memory{std::uint64_t{512} << 20};
        sim::Bytes memory_per_request{std::uint64_t{1} << 20};
        sim::Bytes stack_per_thread{};
        bool memory_returned = true;
        std::optional<HeapSpec> heap;
        sim::Duration restart_time = std::chrono::seconds(10);
        sim::Price price{};
        AutoscalerChoice autoscaler;
        Lifecycle lifecycle;
        std::vector<Rollout> rollouts;
        std::vector<Deletion> deletions;
        std::optional<spec::MentionRef> cluster;
        bool daemon = false;
        PodPlacement placement = PodPlacement::spread;
        std::optional<std::uint32_t> zone_skew;
        std::optional<std::uint32_t> min_available;
        std::optional<double> cpu_request;
        std::optional<sim::Bytes> memory_request;
        std::int32_t priority = 0;
        std::vector<std::string> node_selector;
        std::vector<std::string> tolerations;
        spec::Named<sim::Duration> toleration_seconds;
        Intake intake = Intake::push;
        std::optional<ObjectiveSpec> objective;
        std::optional<sim::Duration> slow_request;
        BalancerChoice balancer;
        std::vector<PolicyChoice> admission;
        std::vector<ShedderChoice> shedding;
        spec::Named<Steps> endpoints;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("replicas", &Spec::replicas, at_least(1u), at_most(100000u),
                      "Instances at the start, all alike but for `instances`."),
                param("zones", &Spec::zones, at_least(std::uint16_t{1}),
                      at_most(std::uint16_t{1000}),
                      "Availability zones that instances are spread over, in turn."),
                param("instances", &Spec::instances,
                      "What is different about some of them, by number, the first is 0: "
                      "{\"0\": {\"speed\": 0.5}, \"3-5\": {\"zone\": \"b\"}}."),
                param("cores", &Spec::cores, at_least(1u), at_most(1024u), "Cores an instance."),
                param("scheduling", &Spec::scheduling,
                      "How an instance's cores serve its requests."),
                param("scalability", &Spec::scalability,
                      "How much less than n times as much n cores do; none is n times as much."),
                param("cpu_limit", &Spec::cpu_limit, at_least(0.01), at_most(1024.0),
                      "A container's limit, in cores: when it has had that much of a period of "
                      "100 ms, it stands still until the next (CFS quota). None is no limit."),
                param("noisy_neighbours", &Spec::noisy_neighbours,
                      "Others on its machine, who take core time from it."),
                param("threads", &Spec::threads, at_least(1u), at_most(1000000u),
                      "Requests an instance works on at a time; one holds its thread until its "
                      "answer is sent, calls included."),
                param("thread_model", &Spec::thread_model, "Whether waiting holds a thread."),
                param("accept_queue", &Spec::accept_queue,
                      "Requests that may wait for a thread; more are rejected."),
                param("descriptors", &Spec::descriptors, at_least(1u), at_most(100000000u),
                      "File descriptors a process may have (ulimit -n): one for each request "
                      "there, each call it waits for and each pooled connection. Without one, "
                      "requests are refused. None is no limit."),
                param("descriptor_leaks", &Spec::descriptor_leaks,
                      "The share of requests whose descriptor is never closed."),
                param("background", &Spec::background, "Who does what is async."),
                param("pools", &Spec::pools,
                      "Connection pools of each instance; without one, calls need no connection."),
                param("cross_zone", &Spec::cross_zone,
                      "What it costs to be called from another zone; none is nothing."),
                param("disk", &Spec::disk, "What each instance can write to; none is no limit."),
                param("logging", &Spec::logging,
                      "What each request writes to the log, beside the disk's "
                      "written_per_request."),
                param("memory", &Spec::memory, at_least(sim::Bytes{1}),
                      "Memory an instance. When its requests need more, it dies and restarts."),
                param("base_memory", &Spec::base_memory, "What it needs without any request."),
                param("memory_per_request", &Spec::memory_per_request,
                      "What each request there needs, waiting or at work."),
                param("stack_per_thread", &Spec::stack_per_thread,
                      "Memory of a thread's stack, from when the thread is first needed until the "
                      "process ends; 0B: base_memory has them."),
                param("memory_returned", &Spec::memory_returned,
                      "Whether it gives back what requests no longer need; a heap that once grew "
                      "is not."),
                param("heap", &Spec::heap,
                      "The heap of its JVM, in which requests take their memory; base_memory is "
                      "what the process needs beside it."),
                param("restart_time", &Spec::restart_time, at_least(sim::Duration::zero()),
                      "From an out-of-memory death until it serves again."),
                param("price", &Spec::price, "What an instance costs."),
                param("autoscaler", &Spec::autoscaler,
                      "Who changes the number of instances from `replicas`."),
                param("lifecycle", &Spec::lifecycle, "How instances come and go."),
                param("rollouts", &Spec::rollouts, "New versions that take the place of the old."),
                param("deletions", &Spec::deletions, "Instances that somebody deletes."),
                param(
                    "cluster", &Spec::cluster,
                    "The cluster on whose machines its instances are placed, and whose cores they "
                    "share with what else stands there; without one each has cores of its own."),
                param("daemon", &Spec::daemon,
                      "Whether there is one on each machine of the cluster, whatever `replicas` "
                      "says, and no drain moves it (a DaemonSet)."),
                param("placement", &Spec::placement,
                      "Which of its machines with room a pod takes."),
                param("zone_skew", &Spec::zone_skew, at_least(1u),
                      "No zone may have so many more of them than another that this is exceeded "
                      "(maxSkew, DoNotSchedule); none only prefers that."),
                param("min_available", &Spec::min_available,
                      "Its disruption budget: a drain leaves so many ready."),
                param(
                    "cpu_request", &Spec::cpu_request, at_least(0.001), at_most(1024.0),
                    "Cores an instance asks for, all it has unless given: what it needs free on a "
                    "machine, its weight where pods want more cores than that has, and what "
                    "autoscalers take their percentages of."),
                param("memory_request", &Spec::memory_request,
                      "Memory an instance asks for, `memory` unless given: what it needs free on a "
                      "machine, and what it may use without being among the first to go when the "
                      "machine has no more. `memory` is its limit."),
                param(
                    "priority", &Spec::priority,
                    "Pods of a higher one are placed first, and others are evicted for them where "
                    "that makes room, as their budgets allow."),
                param("node_selector", &Spec::node_selector,
                      "It is placed only on machines with each of these labels: "
                      "[\"disk=ssd\", \"zone=a\"]."),
                param("tolerations", &Spec::tolerations,
                      "Taints of machines on which it may be placed all the same, by name."),
                param("toleration_seconds", &Spec::toleration_seconds,
                      "How long its pods stay on a machine with such a taint that is NoExecute: "
                      "{\"maintenance\": \"60s\"}; for good, unless given. Of "
                      "\"unreachable\", Kubernetes' taint of a machine that is not heard of "
                      "(node.kubernetes.io/unreachable): instead of the cluster's evict_after."),
                param("intake", &Spec::intake, "How requests get to instances."),
                param("objective", &Spec::objective,
                      "What it promises; the seconds in which that was broken are counted."),
                param("slow_request", &Spec::slow_request, above(sim::Duration::zero()),
                      "Requests that are there for longer are kept: where their time went, and "
                      "what all threads were doing then. None keeps none."),
                param("balancer", &Spec::balancer,
                      "Which instance takes a call made to this node itself, without a pool."),
                param("admission", &Spec::admission,
                      "Policies at the door of each instance, such as a rate limiter: what they "
                      "turn away never waits for a thread."),
                param("shedding", &Spec::shedding,
                      "Rules for the line at an instance's threads: who waits, how long, who is "
                      "next and who is dropped."),
                required("endpoints", &Spec::endpoints, not_empty(),
                         "What it can be asked for, and the steps that takes.")};
        }
        std::uint32_t instance_count() const { return replicas; }
        Abilities suffers() const;
        static std::vector<std::string> readings() {
            return {"cpu_in_use", "threads_active", "memory_working_set"};
        }
        // By number; none unless it says so. On a cluster it stands in that's zones.
        std::vector<std::string> zone_names() const;
        std::vector<std::string> endpoint_names() const {
            std::vector<std::string> names;
            for (const auto& [name, steps] : endpoints) names.push_back(name);
            return names;
        }
        std::vector<Audience> audiences() const;
        // The number of an instance's zone, where there is no network.
        std::uint16_t zone_number(std::uint32_t instance) const;
        // The mean over those of the beginning.
        double mean_speed() const;
        // What an instance asks a machine for, of every version.
        std::vector<PodInGraph> pods() const;
        void check(spec::Check& check) const {
            const auto is_there = [&](const std::optional<Probe>& probe) {
                return !probe || probe->endpoint.empty() ||
                       endpoints.find(probe->endpoint) != nullptr;
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
                    taint == kUnreachable ||
                    std::ranges::find(tolerations, taint) != tolerations.end();
                check.that(is_tolerated, "toleration_seconds",
                           "\"" + taint + "\" is not tolerated at all",
                           "add it to \"tolerations\"");
                check.that(limit > sim::Duration::zero(), "toleration_seconds",
                           "no time at all for \"" + taint + "\"",
                           "leave it out of \"tolerations\" instead");
            }
            check.that(cluster || (node_selector.empty() && tolerations.empty() &&
                                   toleration_seconds.empty() && priority == 0),
                       "cluster", "only pods on a cluster are placed by selectors and priorities",
                       "name the cluster whose machines it is placed on");
            check_instances(check);
            check.that(base_memory <= memory, "base_memory", "base_memory is above memory");
        }
        void check_instances(spec::Check& check) const;
    };

    Server(const Spec& spec, const Context& context);
    ~Server() override;

    void connect() override;
    void start() override;
    void dismiss() override;
    void begin_measuring() override;
    void finish() override;
    void joined(Instance& instance) override;
    void leaving(Instance& instance) override;
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override;
    void watch(Membership& membership) override;
    std::optional<double> reading(std::string_view name) const override;

    Go enter(Call& call) override;
    Reply call(Request request) override;

    // --- what its program (server_program.h) and its steps need ---

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    Fleet& fleet() const { return *fleet_; }
    ServerInstance& at(std::uint32_t index) const;
    // A call of that instance.
    Go come(Call& call, std::uint32_t instance, PlaceId place);
    Visiting::State& visit(Call& call) const;
    Threading::State& thread(Call& call) const;
    bool has_event_loop() const { return spec_.thread_model == ThreadModel::event_loop; }
    std::string_view name_of(EndpointId endpoint) const {
        return spec_.endpoints.entries[endpoint].first;
    }
    Objective* objective() { return objective_ ? &*objective_ : nullptr; }
    void spent(Call& call, Spent what, sim::Duration time);
    void shed() { shed_->add(); }

    // Whether notes are taken of each visit.
    bool takes_notes() const { return takes_notes_; }
    // A request that took part in experiments has ended.
    using Choices = std::vector<std::pair<std::uint32_t, std::size_t>>;
    void compare(const Request& request, const Choices& choices, bool counted, sim::Time arrived);

    // What steps refer to by name: the pool a call of that node needs and an experiment, both from
    // 1, a counter; and that there is work in the background.
    std::uint32_t pool_for(std::string_view node) const;
    std::uint32_t experiment(const std::string& name, std::vector<std::string> labels);
    std::size_t counter(const std::string& name);
    void count(std::size_t counter) { counters_[counter].second.add(); }
    void has_async() { has_async_ = true; }

    // Seconds of core time that a request will want.
    double core_seconds_of(const Request& request) const;

private:
    friend ServerInstance;

    class Picking;
    class Pulling;

    void build_intake();
    Reply pull(Request request);
    void report_memory(sim::NodeRecord& record, double measured) const;
    std::optional<BackendId> idlest() const;
    void sample();
    void declare_resources();
    void report_parts(sim::NodeRecord& record, double measured) const;

    Spec spec_;
    Context context_;
    Backends backends_;
    std::unique_ptr<Fleet> fleet_;
    std::unique_ptr<Autoscaler> autoscaler_;
    std::unique_ptr<ServerProgram> program_;
    std::unique_ptr<Block> intake_;  // of calls to the node itself
    std::uint64_t leak_stream_;
    std::uint64_t fault_stream_;
    bool takes_notes_;
    bool compares_latencies_ = false;  // of versions
    bool looks_at_ends_;               // of visits
    bool has_async_ = false;
    std::vector<Experiment> experiments_;
    std::vector<std::pair<std::string, Tally>> counters_;
    std::optional<Tally> log_bytes_;    // none without logging
    std::optional<Tally> log_dropped_;  // lines
    std::optional<Tally> shed_;         // none without rules for the line
    std::optional<Objective> objective_;
    sim::Slots line_;  // pull: as many places as there are threads
    std::size_t ready_ = 0;
    std::size_t line_peak_ = 0;
    sim::Crew crew_;
};

}  // namespace models
