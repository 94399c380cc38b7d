#include <fmt/core.h>

#include "models/nodes.h"
#include "models/servers/server.h"
#include "models/servers/server_usages.h"

namespace models {

namespace {

struct ServerKind {
    using Node = Server;
    static constexpr Role role = Role::answers;
    static constexpr auto edges =
        std::array{edge("endpoints", Passes::own, "The calls of its steps."),
                   edge("admission", Passes::own,
                        "Calls of its admission policies: a fallback, a limit's store."),
                   edge("pools", Passes::nothing, "The node that its connections are to."),
                   edge("cluster", Passes::instances, "Placement of its pods."),
                   edge("autoscaler", Passes::nothing, "Nodes whose figures it scales by.")};
    static constexpr auto figures = std::array{
        figure("heap_used", Unit::bytes, Merge::over_time, "Heap memory in use, of all instances."),
        figure("collecting", Unit::count, Merge::over_time,
               "Instances paused by a garbage collection (stop the world)."),
        figure("replicas", Unit::count, Merge::over_time, "Desired number of instances."),
        figure("desired", Unit::count, Merge::over_time,
               "Number of instances that the autoscaler recommends."),
        figure("utilisation", Unit::share, Merge::over_time,
               "Core time in use, as the autoscaler sees it."),
        figure("cpu_in_use", Unit::share, Merge::over_time, "Core time in use."),
        figure("threads_active", Unit::count, Merge::over_time,
               "Threads at work, of all instances."),
        figure("threads_max", Unit::count, Merge::over_time,
               "Threads of all instances that are up."),
        figure("memory_working_set", Unit::bytes, Merge::over_time,
               "Working set: memory in use that cannot be reclaimed, of all instances."),
        figure("pool_active", Unit::count, Merge::over_time, "Pooled connections in use."),
        figure("pool_max", Unit::count, Merge::over_time,
               "Limit of the connection pools, of all instances."),
        figure("keys_moved", Unit::share, Merge::mean,
               "Share of requests that went to another instance than the request before it about "
               "the same key."),
        figure("keys_moved_needlessly", Unit::share, Merge::mean,
               "Share of requests that moved though their previous instance was still there."),
        figure("count_<name>", Unit::count, Merge::sum,
               "Times that a request passed the step `count` of this name."),
        figure("log_lines_dropped", Unit::count, Merge::sum,
               "Lines that a full log queue dropped."),
        figure("shed", Unit::count, Merge::sum, "Requests dropped by load shedding in the queue."),
        figure("cross_zone_bytes", Unit::bytes, Merge::sum,
               "Bytes of requests from another zone, and of their answers."),
        figure("first_out_of_memory", Unit::seconds, Merge::least,
               "When an instance was first killed out of memory, from the start of the run."),
        figure("memory_alarm", Unit::seconds, Merge::least,
               "When an instance's memory was first 98 % in use, from the start of the run."),
        figure("oom_killed", Unit::count, Merge::sum,
               "Instances killed by the kernel because their machine had no memory left (OOM "
               "killer)."),
        figure("collections", Unit::count, Merge::sum, "Garbage collections."),
        figure("full_collections", Unit::count, Merge::sum,
               "Garbage collections of the whole heap."),
        figure("gc_time", Unit::share, Merge::mean,
               "Share of time that processes were paused for garbage collection."),
        figure("gc_time_peak", Unit::share, Merge::peak,
               "Highest share of any one second that was spent in garbage collection pauses."),
        figure("markings", Unit::count, Merge::sum, "Concurrent markings of the heap."),
        figure("gc_log_lines", Unit::count, Merge::sum, "Lines in the log of collections."),
        figure("gc_pause_max", Unit::seconds, Merge::peak, "The longest pause of a collection."),
        figure("heap_peak", Unit::bytes, Merge::peak, "Most memory that a heap had committed."),
        figure("heap_live", Unit::bytes, Merge::peak,
               "Live data on the heap after the last full collection or marking, of the fullest "
               "instance."),
        figure("throttled", Unit::share, Merge::mean,
               "Share of 100 ms periods in which an instance was throttled because it had used up "
               "its cpu_limit."),
        figure("descriptors_peak", Unit::count, Merge::peak,
               "Most file descriptors that an instance had open."),
        figure("out_of_descriptors", Unit::count, Merge::sum,
               "Requests and calls refused because no file descriptor was left."),
        figure("pool_in_use", Unit::count, Merge::mean,
               "Pooled connections in use, mean over time."),
        figure("pool_connections", Unit::count, Merge::mean, "Pooled connections that were open."),
        figure("pool_waiting_peak", Unit::count, Merge::peak,
               "Most calls waiting for a pooled connection of an instance."),
        figure("pool_timeouts", Unit::count, Merge::sum,
               "Calls that timed out waiting for a pooled connection."),
        figure("disk_used", Unit::bytes, Merge::last, "Bytes on disk at the end."),
        figure("page_cache", Unit::bytes, Merge::last,
               "Bytes of files in the page cache at the end."),
        figure("disk_full", Unit::count, Merge::sum, "Writes refused because the disk was full."),
        figure("disk_busy", Unit::share, Merge::mean, "Share of time that a disk was writing."),
        figure("background_peak", Unit::count, Merge::peak,
               "Most background work waiting on an instance."),
        figure("background_lag", Unit::seconds, Merge::peak,
               "The longest that background work waited before it began."),
        figure("background_rejected", Unit::count, Merge::sum,
               "Background work that was rejected because its queue was full."),
        figure("slow_requests", Unit::count, Merge::sum,
               "Requests that took longer than slow_request."),
        figure("slow_unexplained", Unit::seconds, Merge::peak,
               "Most time of a slow request that no wait, work or call accounts for."),
        figure("logged_per_day", Unit::bytes, Merge::mean,
               "Bytes of logs that a day at this rate would write."),
        figure("<experiment>_<branch>_requests", Unit::count, Merge::sum,
               "Requests assigned to this branch of an experiment."),
        figure("<experiment>_<branch>_share", Unit::share, Merge::mean,
               "Success ratio (conversion) of this branch: the share of its requests that reached "
               "the experiment's `count` step."),
        figure("<experiment>_switched", Unit::count, Merge::sum,
               "Users who were assigned to another branch than before."),
        figure("<experiment>_difference", Unit::share, Merge::mean,
               "Difference of an experiment's success ratios."),
        figure("<experiment>_difference_low", Unit::share, Merge::mean,
               "The lower end of its 95 % confidence interval."),
        figure("<experiment>_difference_high", Unit::share, Merge::mean,
               "The upper end of its 95 % confidence interval."),
        figure("memory_peak", Unit::share, Merge::peak,
               "Most memory that an instance used, of what it has."),
        figure("out_of_memory", Unit::count, Merge::sum,
               "Times that an instance was killed out of memory."),
        figure("breach_time", Unit::seconds, Merge::sum,
               "Seconds in which its objective was broken."),
        figure("restarts", Unit::count, Merge::sum, "Processes that were started again."),
        figure("ready", Unit::count, Merge::mean, "Instances ready, mean over time."),
        figure("ready_least", Unit::count, Merge::least, "Fewest instances ready at any time."),
        figure("first_unready", Unit::seconds, Merge::least,
               "When an instance was first not ready, from the start of the run."),
        figure("ready_again", Unit::seconds, Merge::least,
               "When all instances were ready again, from the start of the run."),
        figure("image_pulls", Unit::count, Merge::sum,
               "Images that were fetched before a pod could start."),
        figure("rollback_time", Unit::seconds, Merge::mean,
               "Time from a rollout's start until it was rolled back, of the last rollback."),
        figure("rollout_time", Unit::seconds, Merge::mean,
               "Time from a rollout's start until all instances were new, of the last rollout "
               "completed."),
        figure("dropped", Unit::count, Merge::sum,
               "Requests that ended with the instance they were at."),
        figure("replicas_peak", Unit::count, Merge::peak, "Most instances wanted at a time."),
        figure("replicas_least", Unit::count, Merge::least, "Fewest instances wanted at a time."),
        figure("replicas_last", Unit::count, Merge::last, "Instances wanted at the end."),
        figure("scale_ups", Unit::count, Merge::sum, "Decisions for more instances."),
        figure("scale_downs", Unit::count, Merge::sum, "Decisions for fewer instances."),
        figure("replaced", Unit::count, Merge::sum, "Instances that were replaced."),
        figure("first_change", Unit::seconds, Merge::least,
               "Time from the end of the warm-up until the number of instances first changed."),
        figure("youngest_replaced", Unit::seconds, Merge::least,
               "Age of the youngest instance that was replaced."),
        figure("unit_cores", Unit::count, Merge::last,
               "Cores that an instance asks for at the end."),
        figure("capped_time", Unit::seconds, Merge::sum,
               "Time in which the autoscaler wanted more instances than its maximum allows."),
        figure("instance_hours", Unit::count, Merge::sum, "Hours of instances that were paid for."),
        figure("reaction_metric", Unit::seconds, Merge::mean,
               "Autoscaler reaction, first part: from when the load crossed the target until the "
               "metric showed it."),
        figure(
            "reaction_sync", Unit::seconds, Merge::mean,
            "Autoscaler reaction, second part: from the metric until the autoscaler's decision."),
        figure(
            "reaction_start", Unit::seconds, Merge::mean,
            "Autoscaler reaction, third part: from the decision until the new instance was ready."),
        figure("reaction_warm_up", Unit::seconds, Merge::mean,
               "Autoscaler reaction, last part: from readiness until the new instance was warm."),
        figure("reaction_total", Unit::seconds, Merge::mean,
               "Autoscaler reaction in all: from when the load crossed the target until the new "
               "instance was warm."),
        figure("logged", Unit::bytes, Merge::sum, "Bytes written to logs."),
        figure("cross_zone_requests", Unit::count, Merge::sum,
               "Requests that came from another zone.")};
    static constexpr auto resources = std::array{
        resource("threads", ResourceKind::places, Unit::count,
                 "A request holds one of its instance's; who finds none waits in the accept queue.",
                 "The request's answer.",
                 {.parameter = "threads", .refusal = cause::queue_full, .is_held_by_calls = true}),
        resource("cores", ResourceKind::work, Unit::count, "Steps that work are on them.",
                 "The end of the step's core time.", {.parameter = "cores", .within = "threads"}),
        resource("memory", ResourceKind::stock, Unit::bytes,
                 "What an instance's process takes of its memory limit.",
                 "Requests end; the collector runs; the process is killed.",
                 {.parameter = "memory"}),
        resource("heap", ResourceKind::stock, Unit::bytes, "What objects take of the heap.",
                 "A collection frees what nobody refers to.", {.parameter = "heap.xmx"}),
        resource("descriptors", ResourceKind::stock, Unit::count,
                 "File descriptors: each connection takes one.", "The connection is closed.",
                 {.parameter = "descriptors", .refusal = cause::refused}),
        resource("disk", ResourceKind::work, Unit::count,
                 "What requests log is written to it, one after another.", "It is written.",
                 {.parameter = "disk.written_per_second", .within = "threads"}),
        resource("disk space", ResourceKind::stock, Unit::bytes,
                 "What was written stays; a request that finds no room for its log fails.",
                 "Log rotation deletes what is more than is kept.",
                 {.parameter = "disk.size", .refusal = cause::fault}),
        resource("background threads", ResourceKind::places, Unit::count,
                 "Steps that are done in the background hold one each.",
                 "The end of the background work.", {.parameter = "background.threads"}),
        resource("connections to <node>", ResourceKind::places, Unit::count,
                 "A call to that node holds one of the instance's pool.",
                 "The call's answer, or the end of its transaction.",
                 {.parameter = "pools.<number>.maximum_pool_size",
                  .within = "threads",
                  .refusal = cause::no_connection})};
    static constexpr auto usages = kServerUsages;
    static constexpr auto external_metrics =
        std::array<std::string_view, 2>{"in_flight", "waiting"};
    static std::vector<FollowedReading> followed_by(const Server::Spec& spec) {
        std::vector<FollowedReading> all = Autoscalers::followed_by(spec.autoscaler);
        for (FollowedReading& each : all) each.pointer.insert(0, "/autoscaler");
        return all;
    }
    static Instances instances(const Server::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = spec.zone_names(),
                .roles = {},
                .has_doors = true,
                .talks_among_itself = false,
                .pods = spec.pods(),
                .turns = {.parameter = "zones", .zones = spec.zones},
                .differences = &spec.instances,
                .scales = !spec.daemon,
                .rolls_back = !spec.rollouts.empty(),
                .come_and_go = spec.autoscaler.kind() != "fixed" || !spec.rollouts.empty() ||
                               !spec.deletions.empty(),
                .account_for_memory = true,
                .follow = followed_by(spec)};
    }
    static Answers answers(const Server::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = true,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = Server::Spec::readings(),
                .audiences = spec.audiences(),
                .no_transactions = kNoDatabase};
    }
    // What fills up over time, or is shared with others, follows from no mean.
    static void add_left_out(const Server::Spec& spec, std::vector<std::string>& notes) {
        const auto add = [&](bool is_there, const char* what) {
            if (is_there) notes.push_back(fmt::format("{} left out here.", what));
        };
        add(spec.heap.has_value(), "its heap and garbage collection are");
        add(spec.disk.has_value(), "how its disk space fills up is");
        add(spec.logging.has_value(), "what its logging writes is");
        add(!spec.shedding.empty(), "what its load shedding drops is");
        add(spec.noisy_neighbours.has_value(), "core time that its neighbours take is");
        if (!spec.cluster) return;
        notes.push_back(fmt::format(
            "it is reckoned as if its pods were alone on the machines of {}.", spec.cluster->node));
    }
    static Capacity capacity(const Server::Spec& spec) {
        Capacity all{.instances = spec.replicas,
                     .cores = spec.cores,
                     .slots_name = "threads",
                     .slots = static_cast<double>(spec.threads) * spec.replicas,
                     .paid = {{"price", spec.price, static_cast<double>(spec.replicas)}},
                     .notes = {},
                     .shares_cores = spec.scheduling == sim::Discipline::processor_sharing,
                     .quota = spec.cpu_limit};
        add_left_out(spec, all.notes);
        if (const double speed = spec.mean_speed(); speed != 1) {
            all.notes.push_back(
                fmt::format("it is reckoned with cores of full speed; the mean of its instances is "
                            "{:.2f}.",
                            speed));
        }
        if (spec.autoscaler.kind() == "fixed") return all;
        all.notes.push_back(
            fmt::format("it is reckoned with the {} instances it begins with, not as {} scales it.",
                        spec.replicas, spec.autoscaler.kind()));
        return all;
    }
    // Of its pools: each call holds a connection until it is answered.
    static void add_connections(const Server::Spec& spec, Cost& cost, Costing& costing) {
        for (const auto& pool : spec.pools) {
            double held_s = 0;
            for (const auto& [target, times] : cost.calls) {
                const std::size_t dot = std::min(target.find('.'), target.size());
                if (target.substr(0, dot) != pool.to.node) continue;
                spec::NodeRef to{pool.to.node, dot < target.size() ? target.substr(dot + 1) : ""};
                held_s += times * costing.of_call(to).stays_s;
            }
            if (held_s > 0) {
                cost.resources["connections to " + pool.to.node] = {
                    held_s, static_cast<double>(pool.maximum_pool_size)};
            }
        }
    }
    // What each request holds from its arrival to its answer, and what it writes.
    static void add_held(const Server::Spec& spec, Cost& cost) {
        if (spec.descriptors) {
            cost.resources["descriptors"] = {cost.stays_s, static_cast<double>(*spec.descriptors)};
        }
        const double room = static_cast<double>(spec.memory.count - spec.base_memory.count) /
                            std::max(1.0, static_cast<double>(spec.memory_per_request.count));
        // It runs out only where less than all that may be there have room.
        if (room < static_cast<double>(spec.threads) + spec.accept_queue) {
            cost.resources["memory"] = {cost.stays_s, room};
        }
        if (!spec.disk || spec.disk->written_per_request.count == 0) return;
        const double write_s = static_cast<double>(spec.disk->written_per_request.count) /
                               static_cast<double>(spec.disk->written_per_second.count);
        cost.resources["disk"] = {write_s, 1, true};
    }
    static Cost cost(const Server::Spec& spec, const std::string& endpoint, Costing& costing) {
        costing.note_policies(spec.admission);
        for (const auto& [name, steps] : spec.endpoints) {
            if (!endpoint.empty() && name != endpoint) continue;
            Cost cost = costing.of_steps(steps);
            add_connections(spec, cost, costing);
            add_held(spec, cost);
            return cost;
        }
        return {};
    }
};

}  // namespace

const NodeKind& server_kind() {
    static const NodeKind kind = node_kind<ServerKind>();
    return kind;
}

}  // namespace models
