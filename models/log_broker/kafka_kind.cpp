#include "models/log_broker/kafka.h"
#include "models/nodes.h"
#include "models/roles.h"

namespace models {

namespace {

struct KafkaKind {
    using Node = Kafka;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: members of consumer groups fetch from it."};
    static constexpr auto figures = std::array{
        figure("published", Unit::count, Merge::sum,
               "Records that their producers take to be there: acknowledged as `acks` says, or, "
               "with acks of 0, sent."),
        figure("failed_to_publish", Unit::count, Merge::sum,
               "Records that were not acknowledged within delivery_timeout."),
        figure("died_with_producer", Unit::count, Merge::sum,
               "Records that were in the buffer of a producer when its process died."),
        figure("appended", Unit::count, Merge::sum, "Records that leaders appended."),
        figure("appended_again", Unit::count, Merge::sum,
               "Records appended once more, because their batch was sent again."),
        figure("batches", Unit::count, Merge::sum, "Batches that leaders appended."),
        figure("lost", Unit::count, Merge::sum,
               "Records that were published, and that the leader of their partition does not have "
               "at the end."),
        figure("expired", Unit::count, Merge::sum, "Records that retention deleted."),
        figure("retained", Unit::count, Merge::last, "Records kept at the end, once each."),
        figure("fullest_partition", Unit::count, Merge::last,
               "Records kept at the end in the partition that has most."),
        figure("emptiest_partition", Unit::count, Merge::last,
               "Records kept at the end in the partition that has least."),
        figure("retained_bytes", Unit::bytes, Merge::last, "Their bytes, of one replica."),
        figure("disk_read", Unit::bytes, Merge::sum,
               "Bytes that brokers read from their disks, as the page cache had them no more."),
        figure("disk_used", Unit::bytes, Merge::last,
               "Bytes on the disk at the end, of the fullest."),
        figure(
            "out_of_memory", Unit::count, Merge::sum,
            "Times that a broker's process died of its memory: killed beyond its container's, or "
            "ended as its heap was full."),
        figure("gc_time", Unit::seconds, Merge::sum,
               "Time that brokers stood still to collect their heaps."),
        figure("recovery_time", Unit::seconds, Merge::peak,
               "Longest time in which a broker that had been down read its logs again."),
        figure("elections", Unit::count, Merge::sum, "Times that a partition got a new leader."),
        figure("unclean_elections", Unit::count, Merge::sum,
               "Those of a replica that was not in sync."),
        figure("controller_elections", Unit::count, Merge::sum,
               "Times that another broker became the active controller."),
        figure("aborted", Unit::count, Merge::sum, "Records of transactions that were aborted."),
        figure("transactions_committed", Unit::count, Merge::sum,
               "Transactions that were committed, with a marker in each of their partitions."),
        figure("transactions_aborted", Unit::count, Merge::sum,
               "Transactions that were aborted, likewise."),
        figure("transaction_timeouts", Unit::count, Merge::sum,
               "Those of them that took longer than transaction_timeout."),
        figure("publish_time", Unit::seconds, Merge::distribution,
               "From when a record is handed to its producer until it is acknowledged, where the "
               "request waits for that.")};
    static constexpr auto resources =
        std::array{resource("cores", ResourceKind::work, Unit::count,
                            "Requests of producers, consumers and followers share a broker's.",
                            "The work is done.", {.parameter = "cores"}),
                   resource("disk", ResourceKind::work, Unit::count,
                            "Dirty pages are written to a broker's, and what is not in its page "
                            "cache is read.",
                            "It is written or read.", {.parameter = "disk.bandwidth"}),
                   resource("disk space", ResourceKind::stock, Unit::bytes,
                            "Each record that a broker appends; without room the broker ends.",
                            "Retention deletes old segments.", {.parameter = "disk.size"}),
                   resource("memory", ResourceKind::stock, Unit::bytes,
                            "Heap and native memory of a broker's container; the process is killed "
                            "beyond it, and the page cache is what they leave.",
                            "The process is started again.", {.parameter = "memory.limit"}),
                   resource("heap", ResourceKind::stock, Unit::bytes,
                            "Batches under way lie in a broker's heap; without room it ends.",
                            "Batches are answered.", {.parameter = "memory.heap"})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Kafka::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {std::string(kLeaderRole), std::string(kFollowerRole)},
                .has_doors = true,
                .talks_among_itself = spec.brokers > 1,
                .pods = {}};
    }
    static Answers answers(const Kafka::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase,
                .has_locks = false,
                .publishing = {&spec::parameters_of<PublisherWaits>(),
                               &spec::parameters_of<RecordPublishing>()}};
    }
    static Capacity capacity(const Kafka::Spec& spec) {
        return {.instances = spec.brokers,
                .cores = spec.cores,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.brokers)}},
                .notes = {},
                .shares_cores = true};
    }
    // Of the leader, if each record is a batch of its own; followers' and consumers' requests
    // depend on how many records they find.
    static Cost cost(const Kafka::Spec& spec, const std::string&, Costing& costing) {
        Cost cost;
        const double demand = sim::seconds(spec.request_time) + sim::seconds(spec.record_time);
        cost.stays_s = demand;
        cost.core_s = demand;
        costing.note("Kafka is reckoned without batches, followers and consumers.");
        if (spec.disk) {
            costing.note(
                "how its disk space fills up, and how long batches wait for the disk, is left out "
                "here.");
        }
        if (spec.memory) costing.note("how much memory batches under way take is left out here.");
        return cost;
    }
};

}  // namespace

const NodeKind& kafka_kind() {
    static const NodeKind kind = node_kind<KafkaKind>();
    return kind;
}

}  // namespace models
