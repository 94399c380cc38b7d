#include "tools/import/scenario_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "models/spec/units/units.h"
#include "tools/import/commented.h"
#include "tools/import/notes.h"
#include "tools/import/values.h"
#include "tools/import/wiring.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

constexpr std::uint64_t kUnknownCores = 4;

Json exponential(const char* mean) {
    return object_of({{"kind", "exponential"}, {"mean", mean}});
}

// What would measure the time of a store's operation.
std::string_view store_command(const std::string& image) {
    static constexpr auto kCommands = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"postg", "SELECT sum(total_exec_time) / sum(calls) FROM pg_stat_statements (ms)"},
        {"timescale", "SELECT sum(total_exec_time) / sum(calls) FROM pg_stat_statements (ms)"},
        {"mysql", "SELECT avg_latency, query FROM sys.statement_analysis"},
        {"mariadb", "SELECT avg_latency, query FROM sys.statement_analysis"},
        {"percona", "SELECT avg_latency, query FROM sys.statement_analysis"},
        {"mongo", "db.collection.latencyStats() for each collection"},
    });
    for (const auto& [part, command] : kCommands) {
        if (image.find(part) != std::string::npos) return command;
    }
    return "its own statistics of statements";
}

class ScenarioMaker {
public:
    ScenarioMaker(System& system, std::string schema)
        : system_(system), schema_(std::move(schema)), wiring_(wire(system)) {
        name_nodes();
    }

    MadeScenario make(const std::string& name) {
        add_clients();
        for (const Part& part : system_.parts) add_part(part);
        for (const Part& part : system_.parts) add_consumer(part);
        add_machines();
        Json scenario = object_of({});
        if (!schema_.empty()) scenario.put("$schema", schema_);
        scenario.put("name", name);
        scenario.put("about", system_.about());
        scenario.put("run", object_of({{"warm_up", "30s"}, {"measure", "5min"}}));
        const std::size_t count = nodes_.object()->size();
        scenario.put("nodes", std::move(nodes_));
        scenario.put("expect", Json::List{"availability >= 99.9%"});
        notes_.comments[""] = heading();
        notes_.comments["/expect"] = {"What must hold; change it to what you promise."};
        return {commented_text(scenario, notes_.comments), count, notes_.gaps};
    }

private:
    // Names.

    void name_nodes() {
        for (const Part& part : system_.parts) {
            if (part.trade != Trade::tool) nodes_of_[part.name] = fresh(node_name(part.name));
        }
        clients_ = fresh("clients");
    }

    // Kubernetes' names may be four times as long as those of a scenario.
    std::string fresh(const std::string& wanted) {
        constexpr std::size_t kLongest = 64;
        std::string name = wanted.substr(0, kLongest);
        for (int i = 2; !taken_.insert(name).second; ++i) {
            const std::string number = fmt::format("_{}", i);
            name = wanted.substr(0, kLongest - number.size()) + number;
        }
        return name;
    }

    const std::string& node_of(const std::string& part) { return nodes_of_.at(part); }

    static std::string pointer(const std::string& node, std::string_view more = "") {
        return "/nodes/" + node + std::string(more);
    }

    // Comments.

    std::vector<std::string> heading() const {
        return {fmt::format("Written by spate import. {} things that the files do not say are "
                            "marked GAP: each has a placeholder, so that it plays as it is, and "
                            "says what would measure it.",
                            notes_.gaps),
                "Begin with the rate of the clients, the work of the services that they call and "
                "the service time of the stores."};
    }

    // Clients.

    void add_clients() {
        Json node = object_of({{"kind", "open_loop"}});
        notes_.gap(pointer(clients_, "/rate"), "rate",
                   "10/s is a placeholder. Measure: the lines a second of a proxy's access log, or "
                   "rate(http_requests_total[5m]), of the busiest hour.");
        node.put("rate", "10/s");
        node.put("calls", client_calls());
        nodes_.put(clients_, std::move(node));
    }

    Json client_calls() {
        std::vector<std::string> calls;
        for (const std::string& entry : wiring_.entries) {
            std::ranges::move(targets(entry), std::back_inserter(calls));
        }
        if (!wiring_.entries_are_said) {
            notes_.gap(
                pointer(clients_, "/calls"), "entries",
                "nothing says which parts clients reach from outside: these are those that nobody "
                "else calls.");
        }
        if (calls.size() == 1) return calls.front();
        notes_.gap(
            pointer(clients_, "/calls"), "weights",
            "equal shares are placeholders. Measure: how often each path is in an access log.");
        Json::List list;
        std::set<std::string> names;
        for (const std::string& to : calls) {
            Json call = object_of({{"to", to}});
            // Results have the endpoint's name; where two have one, the node's.
            if (!names.insert(to.substr(to.find('.') + 1)).second) {
                call.put("name", to.substr(0, to.find('.')));
            }
            call.put("weight", 1.0);
            list.push_back(std::move(call));
        }
        return list;
    }

    // Everything that a client may ask a part for.
    std::vector<std::string> targets(const std::string& name) {
        const Part& part = *system_.find(name);
        std::vector<std::string> all;
        if (part.trade == Trade::proxy && !is_pool(part)) {
            for (const Path& each : paths_of(part)) {
                all.push_back(node_of(name) + "." + example_of(each.path));
            }
        }
        if (all.empty()) all.push_back(call_of({name, ""}));
        return all;
    }

    // Calls.

    std::string call_of(const Use& use) {
        const Part& to = *system_.find(use.to);
        const std::string& node = node_of(use.to);
        if (to.trade == Trade::elasticsearch) return node + ".search";
        if (to.trade == Trade::proxy && !is_pool(to)) {
            return node + "." + example_of(paths_of(to).front().path);
        }
        if (to.trade != Trade::service && to.trade != Trade::proxy) return node;
        return node + ".request";
    }

    Json step_of(const Use& use) {
        const Trade trade = system_.find(use.to)->trade;
        if (trade == Trade::rabbitmq) return object_of({{"publish", node_of(use.to) + ".tasks"}});
        if (trade == Trade::kafka) return object_of({{"publish", node_of(use.to) + ".events"}});
        return object_of({{"call", call_of(use)}});
    }

    // Parts.

    void add_part(const Part& part) {
        if (part.trade == Trade::tool) {
            system_.leave_out(part.place, part.name,
                              "no request of a user's goes through it (" +
                                  (part.image.empty() ? "a tool" : part.image) + ")");
            return;
        }
        const std::string node = node_of(part.name);
        notes_.note(pointer(node), title_of(part));
        if (wiring_.unreached.contains(part.name)) {
            notes_.gap(
                pointer(node), "load",
                "no request comes to it: call it from a node that gives it work, or add a client "
                "(spate describe nodes.jobs).");
        }
        nodes_.put(node, node_json(part, node));
    }

    std::string title_of(const Part& part) const {
        std::string text = fmt::format("{} \"{}\"", part.origin, part.name);
        if (!part.image.empty()) text += ", image " + part.image;
        const std::string where = system_.problems.where(part.place);
        return text + ", " + where.substr(where.rfind('/') + 1) + ".";
    }

    Json node_json(const Part& part, const std::string& node) {
        switch (part.trade) {
            case Trade::database:
                return database(part, node);
            case Trade::redis:
            case Trade::memcached:
                return redis(part, node);
            case Trade::rabbitmq:
                return rabbitmq(part, node);
            case Trade::kafka:
                return kafka(part, node);
            case Trade::elasticsearch:
                return elasticsearch(part, node);
            case Trade::proxy:
                return proxy(part, node);
            default:
                return server(part, node);
        }
    }

    static std::uint64_t cores_of_part(const Part& part) {
        if (!part.cpu_limit) return kUnknownCores;
        return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(*part.cpu_limit)));
    }

    void no_cpu_limit(const Part& part, const std::string& node) {
        if (part.cpu_limit) return;
        notes_.gap(pointer(node, "/cores"), "cores",
                   "no limit is given; 4, all of its machine's, are a placeholder.");
    }

    // What a store has of a service and cannot be said of it.
    void store_leaves_out(const Part& part, bool has_replicas) {
        const auto leave = [&](const char* what) {
            system_.leave_out(part.place, fmt::format("{}: {}", part.name, what),
                              "the kind of node for its image has no such word");
        };
        if (part.lifecycle.object() != nullptr) leave("probes");
        if (part.settings.find("autoscaler") != nullptr) leave("autoscaler");
        if (part.settings.find("min_available") != nullptr) leave("disruption budget");
        if (!has_replicas && part.replicas > 1) leave("replicas (see nodes.replicated, quorum)");
    }

    Json database(const Part& part, const std::string& node) {
        store_leaves_out(part, false);
        no_cpu_limit(part, node);
        notes_.gap(pointer(node, "/service_time"), "service time",
                   fmt::format("2ms of a core for a query is a placeholder. Measure: {}.",
                               store_command(part.image)));
        return object_of({{"kind", "database"},
                          {"cores", cores_of_part(part)},
                          {"service_time", exponential("2ms")}});
    }

    Json redis(const Part& part, const std::string& node) {
        store_leaves_out(part, false);
        Json json = object_of({{"kind", "redis"}});
        if (!part.memory_limit.empty()) json.put("memory", part.memory_limit);
        notes_.gap(
            pointer(node, "/command_time"), "service time",
            part.trade == Trade::redis
                ? "20us for a command is a placeholder. Measure: redis-cli info commandstats "
                  "(usec_per_call)."
                : "20us for a command is a placeholder, and so is that nothing is evicted: a node "
                  "of kind cache before a store evicts, as memcached does.");
        json.put("command_time", "20us");
        return json;
    }

    Json rabbitmq(const Part& part, const std::string& node) {
        store_leaves_out(part, true);
        notes_.gap(pointer(node, "/queues"), "queues",
                   "one queue \"tasks\" is a placeholder. rabbitmqctl list_queues name messages, "
                   "list_bindings.");
        Json json = object_of({{"kind", "rabbitmq"}});
        if (part.replicas > 1) json.put("nodes", part.replicas);
        if (part.cpu_limit) json.put("cores", cores_of_part(part));
        if (!part.memory_limit.empty()) json.put("memory", part.memory_limit);
        json.put("queues", object_of({{"tasks", object_of({})}}));
        return json;
    }

    Json kafka(const Part& part, const std::string& node) {
        store_leaves_out(part, true);
        notes_.gap(pointer(node, "/topics"), "topics",
                   "one topic \"events\" of three partitions is a placeholder. kafka-topics.sh "
                   "--describe lists them.");
        Json json = object_of({{"kind", "kafka"}, {"brokers", part.replicas}});
        if (part.cpu_limit) json.put("cores", cores_of_part(part));
        const std::uint64_t copies = std::min<std::uint64_t>(part.replicas, 3);
        const Json topic = object_of({{"partitions", 3}, {"replication_factor", copies}});
        json.put("topics", object_of({{"events", topic}}));
        return json;
    }

    Json elasticsearch(const Part& part, const std::string& node) {
        store_leaves_out(part, true);
        notes_.gap(
            pointer(node), "searches",
            "times are the model's assumptions. GET _nodes/stats/indices/search (query_time over "
            "query_total).");
        Json json = object_of({{"kind", "elasticsearch"}, {"machines", part.replicas}});
        if (part.cpu_limit) json.put("cores", cores_of_part(part));
        json.put("replicas", part.replicas > 1 ? 1 : 0);
        return json;
    }

    // A proxy before the instances of one service is a pool; before several, by path, a gateway.
    bool is_pool(const Part& part) {
        if (!part.paths.empty() || part.uses.size() != 1) return false;
        return system_.find(part.uses.front().to)->trade == Trade::service;
    }

    std::vector<Path> paths_of(const Part& part) {
        std::vector<Path> paths = part.paths;
        for (const Use& each : part.uses) {
            if (!paths.empty() && !part.paths.empty()) break;
            paths.push_back({"/" + node_of(each.to) + "/**", each.to});
        }
        return paths;
    }

    // A path that a route is for.
    static std::string example_of(const std::string& path) {
        return path.ends_with("/**") ? path.substr(0, path.size() - 2) : path;
    }

    Json proxy(const Part& part, const std::string& node) {
        store_leaves_out(part, true);
        if (is_pool(part)) {
            notes_.gap(
                pointer(node), "targets",
                fmt::format("that it balances over {} is a guess ({}), and so is how: look at its "
                            "own configuration.",
                            part.uses.front().to, part.uses.front().said));
            return object_of({{"kind", "pool"},
                              {"of", node_of(part.uses.front().to)},
                              {"balancer", object_of({{"kind", "round_robin"}})}});
        }
        Json::List routes;
        for (const Path& each : paths_of(part)) {
            routes.push_back(object_of({{"path", each.path}, {"to", call_of({each.to, ""})}}));
        }
        if (part.paths.empty()) {
            notes_.gap(
                pointer(node, "/routes"), "routes",
                "these paths are placeholders, one for each service behind it: look at its own "
                "configuration.");
        }
        const bool is_haproxy = part.image.find("haproxy") != std::string::npos;
        const bool is_envoy = part.image.find("envoy") != std::string::npos;
        Json json = object_of({{"kind", "gateway"},
                               {"implementation", is_haproxy ? "haproxy"
                                                  : is_envoy ? "envoy"
                                                             : "nginx"}});
        if (part.replicas > 1) json.put("replicas", part.replicas);
        if (part.cpu_limit) json.put("cores", cores_of_part(part));
        json.put("routes", std::move(routes));
        return json;
    }

    Json server(const Part& part, const std::string& node) {
        Json json = object_of({{"kind", "server"}, {"replicas", part.replicas}});
        if (part.in_cluster) {
            json.put("cluster", cluster());
            json.put("balancer",
                     object_of({{"kind", "random"}}));  // as kube-proxy's iptables rules
        }
        no_cpu_limit(part, node);
        json.put("cores", cores_of_part(part));
        if (part.cpu_request && part.in_cluster) json.put("cpu_request", *part.cpu_request);
        if (part.cpu_limit) json.put("cpu_limit", *part.cpu_limit);
        add_memory(part, node, json);
        if (const Json::Object* const settings = part.settings.object()) {
            for (const spec::Member& each : *settings) json.put(each.name, each.value);
        }
        if (part.lifecycle.object() != nullptr) json.put("lifecycle", part.lifecycle);
        json.put("endpoints", endpoints(part, node));
        return json;
    }

    void add_memory(const Part& part, const std::string& node, Json& json) {
        if (!part.memory_limit.empty()) {
            json.put("memory", part.memory_limit);
            notes_.gap(pointer(node, "/base_memory"), "memory",
                       part.in_cluster
                           ? "half of the limit is a placeholder. Measure: kubectl top pods."
                           : "half of the limit is a placeholder. Measure: docker stats "
                             "--no-stream.");
            json.put("base_memory", half(part.memory_limit));
            json.put("memory_per_request", "64KiB");
        }
        if (part.in_cluster && !part.memory_request.empty()) {
            json.put("memory_request", part.memory_request);
        }
    }

    static std::string half(const std::string& size) {
        return size_text(std::floor(bytes_of(size).value_or(0) / 2));
    }

    Json endpoints(const Part& part, const std::string& node) {
        const bool consumes = wiring_.consumes(part.name);
        const std::string name = consumes ? "handle" : "request";
        const std::string at = pointer(node, "/endpoints/" + name);
        notes_.gap(
            at, "service time",
            "5ms of a core is a placeholder. Measure: the duration of its spans, less that of the "
            "calls in them.");
        Json::List steps = {object_of({{"work", exponential("5ms")}})};
        std::string said;
        for (const Use& use : part.uses) {
            if (wiring_.consumers.contains({part.name, use.to})) continue;
            said += fmt::format("{}{} ({})", said.empty() ? "" : ", ", use.to, use.said);
            steps.push_back(step_of(use));
        }
        if (!said.empty()) {
            notes_.gap(
                at, "calls",
                fmt::format("one of each for every request, one after the other, is a guess: {}. "
                            "Traces tell how many there are.",
                            said));
        }
        return object_of({{name.c_str(), std::move(steps)}});
    }

    // Services that no request comes to, and that use a broker, take from it.

    void add_consumer(const Part& part) {
        for (const Use& use : part.uses) {
            if (!wiring_.consumers.contains({part.name, use.to})) continue;
            const Trade trade = system_.find(use.to)->trade;
            const std::string name = fresh(node_of(part.name) + "_from_" + node_of(use.to));
            notes_.gap(
                pointer(name), "consumers",
                fmt::format("no request comes to {}, so that it is taken to consume what others "
                            "publish.",
                            part.name));
            const std::string handler = node_of(part.name) + ".handle";
            nodes_.put(name, trade == Trade::rabbitmq
                                 ? object_of({{"kind", "consumers"},
                                              {"queue", node_of(use.to) + ".tasks"},
                                              {"handler", handler}})
                                 : object_of({{"kind", "consumer_group"},
                                              {"topics", Json::List{node_of(use.to) + ".events"}},
                                              {"handler", handler}}));
        }
    }

    // Machines.

    const std::string& cluster() {
        if (cluster_.empty()) cluster_ = fresh("cluster");
        return cluster_;
    }

    void add_machines() {
        if (!cluster_.empty()) {
            nodes_.put(cluster_,
                       object_of({{"kind", "cluster"}, {"machines", cluster_machines()}}));
        }
        add_host();
    }

    Json cluster_machines() {
        if (system_.machines.list() != nullptr) return system_.machines;
        double cores = 0;
        double bytes = 0;
        for (const Part& part : system_.parts) {
            if (!part.in_cluster || part.trade != Trade::service) continue;
            const double pods = most_pods(part);
            cores += pods * part.cpu_request.value_or(static_cast<double>(cores_of_part(part)));
            bytes += pods * bytes_or_base(part.memory_request.empty() ? part.memory_limit
                                                                      : part.memory_request);
        }
        constexpr double kRoom = 1.25;
        constexpr double kZones = 3;
        const double machines =
            std::max({1.0, cores * kRoom / 4 / kZones, bytes * kRoom / 16 / kGiB / kZones});
        notes_.gap(pointer(cluster_, "/machines"), "machines",
                   "three zones of machines with 4 cores and 16GiB, with room for all pods, are a "
                   "placeholder. spate import reads them from kubectl get nodes -o yaml.");
        Json::List labels;
        std::vector<std::string> zones;
        for (const std::string& each : system_.node_labels) {
            if (each.starts_with("zone=")) {
                zones.push_back(each.substr(5));
            } else {
                labels.push_back(each);
            }
        }
        for (const char* each : {"a", "b", "c"}) {
            if (zones.size() < 3) zones.emplace_back(each);
        }
        Json::List groups;
        for (const std::string& zone : zones) {
            Json group = object_of({{"count", static_cast<std::uint64_t>(std::ceil(machines))},
                                    {"cpu", kUnknownCores},
                                    {"memory", "16GiB"},
                                    {"zone", zone}});
            if (!labels.empty()) group.put("labels", labels);
            groups.push_back(std::move(group));
        }
        return groups;
    }

    static double most_pods(const Part& part) {
        const Json* const scaler = part.settings.find("autoscaler");
        const Json* const most = scaler == nullptr ? nullptr : scaler->find("max_replicas");
        const auto* const count =
            most == nullptr ? nullptr : std::get_if<std::uint64_t>(&most->content);
        return static_cast<double>(std::max(part.replicas, count == nullptr ? 0 : *count));
    }

    static constexpr double kGiB = 1024.0 * 1024 * 1024;

    // What has no limit is taken as 512 MiB, as a server's base_memory is.
    static double bytes_or_base(const std::string& size) {
        return bytes_of(size).value_or(kGiB / 2);
    }

    // The one machine that a compose file's services share.
    void add_host() {
        Json::List runs;
        double bytes = 0;
        for (const Part& part : system_.parts) {
            const bool can_run = part.trade == Trade::service || part.trade == Trade::database ||
                                 part.trade == Trade::redis || part.trade == Trade::memcached;
            if (!can_run || part.in_cluster || part.origin != "Service") continue;
            Json run = object_of({{"node", node_of(part.name)}});
            if (part.cpu_shares) run.put("cpu_shares", *part.cpu_shares);
            if (part.trade != Trade::service && !part.memory_limit.empty()) {
                run.put("memory", part.memory_limit);
            }
            bytes += static_cast<double>(part.replicas) * bytes_or_base(part.memory_limit);
            runs.push_back(std::move(run));
        }
        if (runs.empty()) return;
        std::uint64_t memory = 16;
        while (static_cast<double>(memory) * kGiB < 1.5 * bytes) memory *= 2;
        const std::string host = fresh("host");
        notes_.gap(
            pointer(host, "/machines"), "machine",
            fmt::format("one with 4 cores and {}GiB, which all of these share, is a placeholder "
                        "(nproc; free -h).",
                        memory));
        nodes_.put(
            host,
            object_of({{"kind", "cluster"},
                       {"machines", Json::List{object_of({{"count", 1},
                                                          {"cpu", kUnknownCores},
                                                          {"memory", fmt::format("{}GiB", memory)},
                                                          {"runs", std::move(runs)}})}}}));
    }

    System& system_;
    std::string schema_;
    Wiring wiring_;
    std::map<std::string, std::string> nodes_of_;  // by part
    std::set<std::string> taken_;
    std::string clients_;
    std::string cluster_;
    Json nodes_ = object_of({});
    Notes notes_;
};

}  // namespace

MadeScenario make_scenario(System& system, const std::string& name, const std::string& schema) {
    return ScenarioMaker(system, schema).make(name);
}

}  // namespace tools::imports
