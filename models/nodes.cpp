// The kinds of nodes. That a kind more costs little to compile, nothing is included that knows what
// a kind is.
#include "models/node_list.h"

namespace models {

// A kind's file defines its function (node_kind.h); here is its name, and its place in the list.
const NodeKind& database_kind();
const NodeKind& replicated_kind();
const NodeKind& quorum_kind();
const NodeKind& table_kind();
const NodeKind& pgbouncer_kind();
const NodeKind& server_kind();
const NodeKind& cache_kind();
const NodeKind& redis_kind();
const NodeKind& lock_service_kind();
const NodeKind& shards_kind();
const NodeKind& pool_kind();
const NodeKind& browser_cache_kind();
const NodeKind& cdn_kind();
const NodeKind& gateway_kind();
const NodeKind& dns_kind();
const NodeKind& eureka_kind();
const NodeKind& consul_kind();
const NodeKind& zookeeper_kind();
const NodeKind& headless_service_kind();
const NodeKind& open_loop_kind();
const NodeKind& users_kind();
const NodeKind& loops_kind();
const NodeKind& jobs_kind();
const NodeKind& connections_kind();
const NodeKind& streams_kind();
const NodeKind& cluster_kind();
const NodeKind& functions_kind();
const NodeKind& elasticsearch_kind();
const NodeKind& loki_kind();
const NodeKind& kafka_kind();
const NodeKind& consumer_group_kind();
const NodeKind& outbox_relay_kind();
const NodeKind& cdc_connector_kind();
const NodeKind& reconciliation_kind();
const NodeKind& rabbitmq_kind();
const NodeKind& consumers_kind();
const NodeKind& sqs_kind();
const NodeKind& sqs_consumers_kind();
const NodeKind& redis_pubsub_kind();
const NodeKind& redis_subscribers_kind();
const NodeKind& redis_streams_kind();
const NodeKind& redis_stream_consumers_kind();
const NodeKind& stream_windows_kind();
const NodeKind& stream_patterns_kind();

const std::vector<const NodeKind*>& node_list() {
    static const std::vector<const NodeKind*> kinds = {&database_kind(),
                                                       &replicated_kind(),
                                                       &quorum_kind(),
                                                       &table_kind(),
                                                       &pgbouncer_kind(),
                                                       &server_kind(),
                                                       &cache_kind(),
                                                       &redis_kind(),
                                                       &shards_kind(),
                                                       &pool_kind(),
                                                       &browser_cache_kind(),
                                                       &cdn_kind(),
                                                       &gateway_kind(),
                                                       &dns_kind(),
                                                       &eureka_kind(),
                                                       &consul_kind(),
                                                       &zookeeper_kind(),
                                                       &headless_service_kind(),
                                                       &open_loop_kind(),
                                                       &users_kind(),
                                                       &loops_kind(),
                                                       &jobs_kind(),
                                                       &connections_kind(),
                                                       &streams_kind(),
                                                       &cluster_kind(),
                                                       &lock_service_kind(),
                                                       &functions_kind(),
                                                       &elasticsearch_kind(),
                                                       &loki_kind(),
                                                       &kafka_kind(),
                                                       &consumer_group_kind(),
                                                       &rabbitmq_kind(),
                                                       &consumers_kind(),
                                                       &sqs_kind(),
                                                       &sqs_consumers_kind(),
                                                       &redis_pubsub_kind(),
                                                       &redis_subscribers_kind(),
                                                       &redis_streams_kind(),
                                                       &redis_stream_consumers_kind(),
                                                       &stream_windows_kind(),
                                                       &stream_patterns_kind(),
                                                       &outbox_relay_kind(),
                                                       &cdc_connector_kind(),
                                                       &reconciliation_kind()};
    return kinds;
}

}  // namespace models
