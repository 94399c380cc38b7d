// A small system around one node of each kind that has instances: what laws over failures are
// about.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

#include "models/nodes.h"

namespace support {

// A small system around one node of a kind that has instances; it is "it".
struct System {
    std::string nodes;
    std::string calls = "it";
    bool has_own_places = true;  // where there is a network; or else its machines' zones say it
    std::string others_placed{};
    std::string told_by{};  // where no user waits for it: the figure of "it" that shows a failure
};

// Of a kind that needs nothing but the nodes that it passes calls to: what its declaration says.
inline System system_of(const models::NodeChoice& choice) {
    const models::NodeKind& kind = models::Nodes::kind_of(choice);
    std::string nodes = fmt::format(R"("it": {{"kind": "{}")", choice.kind());
    for (const models::spec::Parameter& each : kind.spec.parameters()) {
        if (each.is_required && kind.passes(each.name) != models::Passes::nothing) {
            nodes += fmt::format(R"(, "{}": "web")", each.name);
        }
    }
    return {nodes + R"(}, "web": {"kind": "server", "cores": 4,
                                  "endpoints": {"get": [{"work": "5ms"}]}})"};
}

// Those that need more to be seen at work.
inline std::map<std::string_view, System> special_systems() {
    std::map<std::string_view, System> all = {
        {"database", {R"("it": {"kind": "database"})"}},
        {"table", {R"("it": {"kind": "table", "preload": 100})"}},
        // Reads go to the replicas, so that who is behind is seen.
        {"replicated", {R"("it": {"kind": "replicated", "replicas": 2, "read_from": "replicas",
                    "replication_delay": "1ms"})"}},
        {"quorum", {R"("it": {"kind": "quorum", "machines": 3})"}},
        {"pgbouncer",
         {R"("it": {"kind": "pgbouncer", "of": "db", "work": "1ms"}, "db": {"kind": "database"})"}},
        {"server",
         {R"("it": {"kind": "server", "replicas": 4, "zones": 2, "endpoints": {"get": [{"work": "5ms"}]}})",
          "it.get"}},
        {"cache",
         {R"("it": {"kind": "cache", "capacity": "10MiB", "command_time": "1ms", "calls": "db"},
             "db": {"kind": "database", "service_time": "10ms"})"}},
        {"cdn",
         {R"("it": {"kind": "cdn", "locations": 2, "request_time": "1ms", "cores": 1, "calls": "db",
                    "object_size": "1kB", "behaviors": {"page": {"ttl": "1s"}}},
             "db": {"kind": "database", "service_time": "10ms"})"}},
        {"redis",
         {R"("it": {"kind": "redis", "masters": 2, "replicas": 1, "preload": 100, "command_time": "1ms",
                    "read_from": "replica"})"}},
        {"kafka",
         {R"("it": {"kind": "kafka", "request_time": "1ms",
                    "leader_rebalance_interval": "2s", "broker_heartbeat_interval": "500ms",
                    "broker_session_timeout": "3s", "election_timeout": "500ms",
                    "topics": {"orders": {"partitions": 3}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "it.orders", "key": "item", "request_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        {"lock_service",
         {R"("it": {"kind": "lock_service", "operation_time": "1ms", "lease": "2s"},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"lock": "it", "steps": [{"wait": "1ms"}]}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        // Merges would come at other times after a failure.
        {"elasticsearch",
         {R"("it": {"kind": "elasticsearch", "bulk_documents": 100, "merge_time": "0s",
                    "recovery_bandwidth": "1GiB", "snapshot": {"restore_after": "2s"}})"}},
        {"rabbitmq",
         {R"("it": {"kind": "rabbitmq", "publish_time": "1ms", "queues": {"orders": {}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "it.orders"}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        {"redis_pubsub",
         {R"("it": {"kind": "redis_pubsub", "command_time": "1ms", "channels": ["news"]},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "it.news", "request_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        // What a job fetches takes nobody else's time at the broker.
        {"stream_windows",
         {R"("it": {"kind": "stream_windows", "topics": ["log.sales"], "size": "100ms", "record_time": "4ms",
                    "cores": 1, "auto_watermark_interval": "10ms"},
             "log": {"kind": "kafka", "request_time": "0s", "record_time": "0s", "leader_rebalance_interval": "2s",
                     "broker_heartbeat_interval": "500ms", "broker_session_timeout": "3s", "election_timeout": "500ms",
                     "topics": {"sales": {}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "log.sales", "request_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"], "log": ["0"])", "firing_delay"}},
        {"stream_patterns",
         {R"("it": {"kind": "stream_patterns", "topics": ["log.failed"], "within": "1s", "record_time": "4ms",
                    "cores": 1, "auto_watermark_interval": "10ms",
                    "sequence": [{"topic": "failed", "times": 2}]},
             "log": {"kind": "kafka", "request_time": "0s", "record_time": "0s", "leader_rebalance_interval": "2s",
                     "broker_heartbeat_interval": "500ms", "broker_session_timeout": "3s", "election_timeout": "500ms",
                     "topics": {"failed": {}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "log.failed", "request_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"], "log": ["0"])", "detection_delay"}},
        {"redis_streams",
         {R"("it": {"kind": "redis_streams", "command_time": "1ms", "streams": {"orders": {}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "it.orders", "request_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        {"sqs",
         {R"("it": {"kind": "sqs", "servers": 1, "copies": 1, "sampled_servers": 1, "queues": {"orders": {}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "it.orders", "delivery_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        // Everybody is somebody else, so each request is a lookup.
        {"dns",
         {R"("it": {"kind": "dns", "records": [{"to": "web"}], "servers": 1},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "it.get"}},
        // Callers go on by what they know; what it hears of instances meanwhile is missing.
        {"eureka",
         {R"("it": {"kind": "eureka", "renewal_interval": "200ms", "wait_when_empty": "0s"},
             "front": {"kind": "pool", "of": "web", "registry": "it"},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "front.get", true, "", "renewals"}},
        {"consul",
         {R"("it": {"kind": "consul", "interval": "200ms", "servers": 1},
             "front": {"kind": "pool", "of": "web", "registry": "it"},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "front.get", true, "", "checks"}},
        {"zookeeper",
         {R"("it": {"kind": "zookeeper", "servers": 1, "tick_time": "50ms", "session_timeout": "600ms"},
             "front": {"kind": "pool", "of": "web", "registry": "it"},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "front.get", true, "", "pings"}},
        {"headless_service",
         {R"("it": {"kind": "headless_service", "servers": 1, "refresh_interval": "200ms", "ttl": "1s"},
             "front": {"kind": "pool", "of": "web", "registry": "it"},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "front.get", true, "", "failed_lookups"}},
        {"pool",
         {R"("it": {"kind": "pool", "of": "web", "machine": {}},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "it.get"}},
        {"gateway",
         {R"("it": {"kind": "gateway", "work": "1ms", "routes": [{"path": "/get", "to": "web.get"}]},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "it./get"}},
        {"cluster",
         {R"("it": {"kind": "cluster", "machines": [{"count": 2, "zone": "0"}]},
             "web": {"kind": "server", "replicas": 2, "cluster": "it", "endpoints": {"get": [{"work": "1ms"}]}})",
          "web.get", false}}};
    return all;
}

// Of each kind that has instances.
inline const std::map<std::string_view, System>& systems() {
    static const std::map<std::string_view, System> systems = [] {
        std::map<std::string_view, System> all = special_systems();
        for (const models::NodeChoice& each : models::Nodes::each()) {
            if (models::Nodes::kind_of(each).instances == nullptr) continue;
            if (models::Nodes::facts_of(each).instances > 0) {
                all.emplace(models::Nodes::kind_of(each).spec.name, system_of(each));
            }
        }
        return all;
    }();
    return systems;
}

}  // namespace support
