#include "tools/import/images.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace tools::imports {

namespace {

// Names of images as they are published; one that begins so, with "-" behind it, is the same
// (redis-stack, mysql-server). The longest that fits counts.
constexpr auto kImages = std::to_array<std::pair<std::string_view, Trade>>({
    {"postgres", Trade::database},
    {"postgresql", Trade::database},
    {"postgis", Trade::database},
    {"timescaledb", Trade::database},
    {"mysql", Trade::database},
    {"mariadb", Trade::database},
    {"percona", Trade::database},
    {"mssql", Trade::database},
    {"server-mssql", Trade::database},
    {"oracle", Trade::database},
    {"mongo", Trade::database},
    {"mongodb", Trade::database},
    {"cockroach", Trade::database},
    {"cassandra", Trade::database},
    {"scylla", Trade::database},
    {"couchdb", Trade::database},
    {"clickhouse", Trade::database},
    {"influxdb", Trade::database},
    {"neo4j", Trade::database},
    {"dynamodb", Trade::database},
    {"redis", Trade::redis},
    {"valkey", Trade::redis},
    {"keydb", Trade::redis},
    {"dragonfly", Trade::redis},
    {"memcached", Trade::memcached},
    {"rabbitmq", Trade::rabbitmq},
    {"kafka", Trade::kafka},
    {"cp-kafka", Trade::kafka},
    {"redpanda", Trade::kafka},
    {"elasticsearch", Trade::elasticsearch},
    {"opensearch", Trade::elasticsearch},
    {"nginx", Trade::proxy},
    {"haproxy", Trade::proxy},
    {"traefik", Trade::proxy},
    {"caddy", Trade::proxy},
    {"envoy", Trade::proxy},
    {"kong", Trade::proxy},
    // Those who run a system ask these; no request of a user's goes through them.
    {"redis-commander", Trade::tool},
    {"redisinsight", Trade::tool},
    {"mongo-express", Trade::tool},
    {"adminer", Trade::tool},
    {"phpmyadmin", Trade::tool},
    {"pgadmin4", Trade::tool},
    {"prometheus", Trade::tool},
    {"alertmanager", Trade::tool},
    {"grafana", Trade::tool},
    {"loki", Trade::tool},
    {"promtail", Trade::tool},
    {"tempo", Trade::tool},
    {"jaeger", Trade::tool},
    {"all-in-one", Trade::tool},
    {"zipkin", Trade::tool},
    {"opentelemetry-collector", Trade::tool},
    {"node-exporter", Trade::tool},
    {"postgres-exporter", Trade::tool},
    {"redis-exporter", Trade::tool},
    {"cadvisor", Trade::tool},
    {"fluentd", Trade::tool},
    {"fluent-bit", Trade::tool},
    {"filebeat", Trade::tool},
    {"logstash", Trade::tool},
    {"kibana", Trade::tool},
    {"portainer", Trade::tool},
    {"watchtower", Trade::tool},
    {"mailhog", Trade::tool},
    {"mailpit", Trade::tool},
    {"zookeeper", Trade::tool},
    {"cp-zookeeper", Trade::tool},
    {"kafka-ui", Trade::tool},
    {"kafdrop", Trade::tool},
    {"cp-schema-registry", Trade::tool},
});

bool fits(std::string_view name, std::string_view known) {
    if (!name.starts_with(known)) return false;
    return name.size() == known.size() || name[known.size()] == '-';
}

}  // namespace

std::string_view image_name(std::string_view image) {
    image = image.substr(0, image.find('@'));
    const std::size_t slash = image.rfind('/');
    if (slash != std::string_view::npos) image.remove_prefix(slash + 1);
    return image.substr(0, image.find(':'));
}

Trade trade_of(std::string_view image) {
    std::string name(image_name(image));
    std::ranges::replace(name, '_', '-');
    std::pair<std::string_view, Trade> best{"", Trade::service};
    for (const auto& each : kImages) {
        if (fits(name, each.first) && each.first.size() > best.first.size()) best = each;
    }
    return best.second;
}

}  // namespace tools::imports
