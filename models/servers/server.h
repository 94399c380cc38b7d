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
#include "models/balancers/backends.h"
#include "models/calls/stack.h"
#include "models/calls/tally.h"
#include "models/connections/connection_pool_spec.h"
#include "models/instance_difference.h"
#include "models/node.h"
#include "models/placement.h"
#include "models/prices/instance_price.h"
#include "models/processes/heap.h"
#include "models/scheduling.h"
#include "models/servers/background.h"
#include "models/servers/disk.h"
#include "models/servers/experiment.h"
#include "models/servers/lifecycle.h"
#include "models/servers/logging.h"
#include "models/servers/objective.h"
#include "models/servers/rollout.h"
#include "models/servers/scalability.h"
#include "models/servers/steal.h"
#include "models/servers/visit.h"
#include "models/shedding/shedders.h"
#include "models/steps/step_list.h"
#include "sim/cpu.h"
#include "sim/semaphore.h"

namespace models {

class Fleet;
class ServerInstance;
class ServerProgram;
class StepBody;

enum class Intake : std::uint8_t { push, pull };

constexpr auto names_of(Intake) {
    return std::array{
        spec::Word{"push", Intake::push, "The balancer sends each request to an instance at once."},
        spec::Word{"pull", Intake::pull,
                   "Requests wait in one shared queue, from which an instance with a free thread "
                   "takes the next (consumers of a queue)."}};
}

enum class ThreadModel : std::uint8_t { blocking, event_loop };

constexpr auto names_of(ThreadModel) {
    return std::array{
        spec::Word{"blocking", ThreadModel::blocking,
                   "A request holds its thread until its answer is sent, calls included."},
        spec::Word{"event_loop", ThreadModel::event_loop,
                   "A request holds a thread only while it uses a core; while it waits or calls, "
                   "the thread is free, and afterwards it queues for one again."}};
}

// What becomes of a request whose caller cancels it.
enum class Cancelled : std::uint8_t { leaves_queue, finishes, stops };

constexpr auto names_of(Cancelled) {
    return std::array{
        spec::Word{"leaves_queue", Cancelled::leaves_queue,
                   "It leaves the accept queue; once it has a thread its work is finished, for "
                   "nobody (a thread for each request, which does not look up from its work)."},
        spec::Word{"finishes", Cancelled::finishes,
                   "It is finished, for nobody, also when it still waits for a thread: the server "
                   "does not hear of it, and does not look at deadlines."},
        spec::Word{"stops", Cancelled::stops,
                   "It stops at once, wherever it is, and what it has called is cancelled, too: an "
                   "ideal that code comes close to which looks all the time."}};
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
        Cancelled cancelled = Cancelled::leaves_queue;
        std::optional<std::uint32_t> descriptors;
        sim::Fraction descriptor_leaks{};
        BackgroundSpec background;
        std::vector<ConnectionPoolSpec> pools;
        bool cross_zone = false;
        std::optional<DiskSpec> disk;
        std::optional<LoggingSpec> logging;
        sim::Bytes memory{std::uint64_t{4} << 30};
        sim::Bytes base_memory{std::uint64_t{512} << 20};
        sim::Bytes memory_per_request{std::uint64_t{1} << 20};
        sim::Bytes stack_per_thread{};
        bool memory_returned = true;
        std::optional<HeapSpec> heap;
        sim::Duration restart_time = std::chrono::seconds(10);
        InstancePrice price{};
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
                      "Number of instances at the start, all alike but for `instances`. The "
                      "autoscaler may change it."),
                param("zones", &Spec::zones, at_least(std::uint16_t{1}),
                      at_most(std::uint16_t{1000}),
                      "Availability zones that instances are spread over, in turn."),
                instances_param(&Spec::instances),
                param("cores", &Spec::cores, at_least(1u), at_most(1024u),
                      "Cores of each instance."),
                param("scheduling", &Spec::scheduling,
                      "How an instance's cores serve its requests."),
                param("scalability", &Spec::scalability,
                      "Universal scalability law: how much less than n times the work n cores do. "
                      "Without it (the default) cores scale linearly."),
                param("cpu_limit", &Spec::cpu_limit, at_least(0.01), at_most(1024.0),
                      "A container's CPU limit, in cores (CFS quota): an instance that has used up "
                      "its share of a 100 ms period is throttled until the next. Without it there "
                      "is no limit."),
                param("noisy_neighbours", &Spec::noisy_neighbours,
                      "Noisy neighbours on the instance's machine that steal core time from it. "
                      "Without it (the default) an instance has its cores to itself."),
                param("threads", &Spec::threads, at_least(1u), at_most(1000000u),
                      "Requests an instance works on at a time; one holds its thread until its "
                      "answer is sent, calls included."),
                param("thread_model", &Spec::thread_model,
                      "Whether a request holds its thread while it waits for a call."),
                param("accept_queue", &Spec::accept_queue,
                      "Requests that may wait for a thread; more are rejected."),
                param("cancelled", &Spec::cancelled,
                      "What becomes of a request whose caller cancels it: by a timeout that "
                      "propagates, or because another copy of it was faster (hedge)."),
                param("descriptors", &Spec::descriptors, at_least(1u), at_most(100000000u),
                      "File descriptors a process may have open (ulimit -n): one for each request "
                      "in flight, each call it waits for and each pooled connection. Beyond them "
                      "requests are refused. Without it there is no limit."),
                param("descriptor_leaks", &Spec::descriptor_leaks,
                      "Share of requests that leak their file descriptor, which is never closed."),
                param("background", &Spec::background,
                      "Background threads, which run `async` steps."),
                param("pools", &Spec::pools,
                      "Connection pools of each instance. Calls to a node without a pool need no "
                      "connection."),
                param("cross_zone", &Spec::cross_zone,
                      "Whether calls from another zone are counted, and their bytes. What traffic "
                      "between zones is paid for, the network counts (`zone_bytes`)."),
                param("disk", &Spec::disk,
                      "Disk of each instance. Without it writes take no time."),
                param("logging", &Spec::logging,
                      "Log lines that each request writes, besides the disk's written_per_request. "
                      "Without it there is no log."),
                param("memory", &Spec::memory, at_least(sim::Bytes{1}),
                      "Memory of each instance; one that needs more is killed (OOM) and restarts."),
                param("base_memory", &Spec::base_memory,
                      "Memory of an instance without any request in flight."),
                param("memory_per_request", &Spec::memory_per_request,
                      "Memory of each request in flight, queued or being served."),
                param("stack_per_thread", &Spec::stack_per_thread,
                      "Memory of a thread's stack, from the thread's first use until the process "
                      "ends. With 0B (the default) stacks are part of base_memory."),
                param("memory_returned", &Spec::memory_returned,
                      "Whether memory that requests no longer need is returned to the system. If "
                      "not, an instance stays as large as its peak."),
                param("heap", &Spec::heap,
                      "The heap of its JVM, from which requests allocate; base_memory is the rest "
                      "of the process. Without it there is no garbage collection."),
                param("restart_time", &Spec::restart_time, at_least(sim::Duration::zero()),
                      "Time from an out-of-memory kill until the instance serves again."),
                param("price", &Spec::price,
                      "Price of each instance by time, or its size in `prices.sizes`. Without it, "
                      "that of `instance_hours`."),
                param(
                    "autoscaler", &Spec::autoscaler,
                    "Autoscaler that changes the number of instances, beginning with `replicas`."),
                param("lifecycle", &Spec::lifecycle,
                      "Lifecycle of instances: provisioning, start, probes and shutdown."),
                param("rollouts", &Spec::rollouts,
                      "Rollouts (deployments) of new versions during the run."),
                param("deletions", &Spec::deletions, "Deletions of instances by hand."),
                param("cluster", &Spec::cluster,
                      "The cluster on whose machines its pods are placed, sharing their cores with "
                      "other pods. Without it each instance has its own cores."),
                param("daemon", &Spec::daemon,
                      "DaemonSet: whether each machine of the cluster runs one pod, whatever "
                      "`replicas` says; drains do not move it."),
                param("placement", &Spec::placement,
                      "Which machine of the cluster a pod is scheduled to, of those with room for "
                      "it."),
                param("zone_skew", &Spec::zone_skew, at_least(1u),
                      "Most by which pods in one zone may exceed those in another (maxSkew, "
                      "DoNotSchedule). Without it an even spread is only preferred."),
                param("min_available", &Spec::min_available,
                      "Pod disruption budget (minAvailable): a drain leaves at least so many pods "
                      "ready. Without it a drain evicts all at once."),
                param("cpu_request", &Spec::cpu_request, at_least(0.001), at_most(1024.0),
                      "CPU request, in cores: what a pod needs free on a machine, its weight when "
                      "cores are contended, and what autoscalers take percentages of. Without it, "
                      "`cores`."),
                param(
                    "memory_request", &Spec::memory_request,
                    "Memory request: what a pod needs free on a machine; pods above it are evicted "
                    "first when memory runs out. Without it, `memory`, which is the limit."),
                param("priority", &Spec::priority,
                      "Pod priority: pods with a higher one are scheduled first and preempt others "
                      "where that makes room, as disruption budgets allow."),
                param("node_selector", &Spec::node_selector,
                      "Labels that a machine must have, all of them, for a pod to be placed there "
                      "(nodeSelector): [\"disk=ssd\", \"zone=a\"]. Without any, every machine will "
                      "do."),
                param("tolerations", &Spec::tolerations,
                      "Tolerations: names of taints of machines on which its pods may be placed "
                      "nevertheless. Without any they stay off all tainted machines."),
                param("toleration_seconds", &Spec::toleration_seconds,
                      "How long its pods stay on a machine with a tolerated NoExecute taint "
                      "(tolerationSeconds): {\"maintenance\": \"60s\"}; without limit unless "
                      "given. \"unreachable\" overrides the cluster's evict_after."),
                param("intake", &Spec::intake,
                      "Whether requests are pushed to instances or pulled from a shared queue."),
                param("objective", &Spec::objective,
                      "Latency objective; seconds in which it is broken are counted (breach_time). "
                      "Without it there is no such figure."),
                param("slow_request", &Spec::slow_request, above(sim::Duration::zero()),
                      "Threshold of the slow log: requests that take longer are kept with where "
                      "their time went and a thread dump. Without it there is no slow log."),
                param("balancer", &Spec::balancer,
                      "Load balancing of calls to this node itself, without a `pool`."),
                param("admission", &Spec::admission,
                      "Admission control of each instance, such as a rate limiter: rejected "
                      "requests never wait for a thread."),
                param("shedding", &Spec::shedding,
                      "Load shedding in the queue for an instance's threads: how long requests "
                      "wait, which is next and which are dropped."),
                required("endpoints", &Spec::endpoints, not_empty(),
                         "Endpoints by name, each with the steps that serve a request.")};
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
        void check(spec::Check& check) const;
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
    Workload* workload() override;
    Releases* releases() override;
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
    // Whether it looks at the deadline of a request before it begins with it.
    bool heeds_deadlines() const { return spec_.cancelled != Cancelled::finishes; }
    // Whether a visit that is here, behind the door, is finished though its caller cancels it.
    bool finishes(const Call& call) const;
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
    void add_resources();
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
    sim::Semaphore line_;  // pull: as many places as there are threads
    std::size_t ready_ = 0;
    std::size_t line_peak_ = 0;
    sim::TaskGroup crew_;
};

}  // namespace models
