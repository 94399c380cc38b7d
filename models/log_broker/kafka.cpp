#include "models/log_broker/kafka.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "models/hashes/java_string.h"
#include "models/log_broker/group_state.h"
#include "models/log_broker/topic_contents.h"
#include "models/used.h"

namespace models {

namespace {

constexpr std::string_view kGroupOffsets = "__consumer_offsets";
constexpr std::string_view kTransactionState = "__transaction_state";
constexpr std::int32_t kTransactionPartitions = 50;  // transaction.state.log.num.partitions

// What brokers keep there is kept until it is gone: their log is compacted (Replica).
TopicSpec state_topic(std::uint32_t brokers) {
    TopicSpec topic;
    topic.replication_factor = std::min(brokers, 3u);
    topic.segment_bytes = sim::Bytes{std::uint64_t{1} << 20U};
    return topic;
}

}  // namespace

Abilities KafkaSpec::suffers() const {
    Abilities all = abilities_of<Broker>();
    const bool takes_time =
        request_time > sim::Duration::zero() || record_time > sim::Duration::zero();
    if (!takes_time) all = all.without(Abilities::slowness());
    if (brokers == 1) all = all.without(Abilities::partition());
    if (!disk) all = all.without(Abilities::disk_space());
    if (!memory) all = all.without(Abilities::memory());
    return all;
}

void KafkaSpec::check(spec::Check& check) const {
    for (const auto& [name, topic] : topics.entries) {
        check.that(topic.replication_factor <= brokers, "topics",
                   fmt::format("topic \"{}\" has more replicas than there are brokers: {} of {}",
                               name, topic.replication_factor, brokers),
                   "each replica needs a broker of its own: lower its replication_factor, or "
                   "raise `brokers`");
    }
    check.that(controllers <= brokers, "controllers", "more controllers than brokers",
               "the first brokers vote: 0 stands for three of them");
    check.that(broker_heartbeat_interval < broker_session_timeout, "broker_heartbeat_interval",
               "a broker that is heard of no sooner than it is missed",
               "make it less than \"broker_session_timeout\"");
}

Reply Kafka::Closed::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

Kafka::Kafka(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      places_(context),
      published_(context, "published"),
      failed_(context, "failed_to_publish"),
      died_(context, "died_with_producer"),
      appended_(context, "appended"),
      appended_again_(context, "appended_again"),
      batches_(context, "batches"),
      expired_(context, "expired"),
      elections_(context, "elections"),
      unclean_elections_(context, "unclean_elections"),
      controller_elections_(context, "controller_elections"),
      aborted_(context, "aborted"),
      transactions_committed_(context, "transactions_committed"),
      transactions_aborted_(context, "transactions_aborted"),
      transaction_timeouts_(context, "transaction_timeouts"),
      deaths_(context, "out_of_memory"),
      recovery_time_(context, "recovery_time", "s"),
      publish_time_(context, "publish_time") {
    context.meter.split_by_endpoint(spec.endpoint_names());
    for (BrokerId each = 0; each < spec.brokers; ++each) {
        brokers_.push_back(std::make_unique<Broker>(*this, each));
        instances_.push_back(brokers_.back().get());
    }
    for (const auto& [topic, settings] : spec.topics.entries) {
        for (std::uint32_t each = 0; each < settings.partitions_at_last(); ++each) {
            add(topic, each, settings, each < settings.partitions);
        }
    }
    context.meter.resource("cores", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : brokers_) uses.push_back(each->use_of_cores());
    });
    if (spec.memory) {
        context.meter.resource("memory", [this](sim::Time, sim::Uses& uses) {
            for (const auto& each : brokers_) uses.push_back(each->memory()->use());
        });
        context.meter.resource("heap", [this](sim::Time, sim::Uses& uses) {
            for (const auto& each : brokers_) uses.push_back(each->memory()->heap_use());
        });
    }
    if (!spec.disk) return;
    context.meter.resource("disk", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : brokers_) uses.push_back(each->use_of_disk());
    });
    context.meter.resource("disk space", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : brokers_) uses.push_back(each->disk()->space_use());
    });
}

Kafka::~Kafka() = default;

// The first replica is on the broker of its number, the others on those after it.
PartitionId Kafka::add(const std::string& topic, std::uint32_t number, const TopicSpec& settings,
                       bool exists) {
    TopicPartition& partition = partitions_.emplace_back();
    partition.id = static_cast<PartitionId>(partitions_.size() - 1);
    partition.topic = topic;
    partition.number = number;
    partition.settings = settings;
    partition.exists = exists;
    for (std::uint32_t each = 0; each < settings.replication_factor; ++each) {
        partition.replicas.push_back((number + each) % spec_.brokers);
    }
    for (std::uint32_t each = 0; each < settings.replication_factor; ++each) {
        brokers_[partition.replicas[each]]->host(partition, each);
    }
    for (const auto& each : brokers_) each->know(first_state(partition.id));
    return partition.id;
}

PartitionId Kafka::keep_offsets_of(GroupState& group) {
    std::uint32_t groups = 0;
    for (const TopicPartition& each : partitions_) groups += each.topic == kGroupOffsets ? 1 : 0;
    const PartitionId id = add(std::string(kGroupOffsets), groups, state_topic(spec_.brokers));
    partitions_[id].keeper = &group;
    return id;
}

void Kafka::keep_transactions() {
    if (!transactions_.empty()) return;
    first_transactions_ = partitions();
    for (std::int32_t each = 0; each < kTransactionPartitions; ++each) {
        transactions_.push_back(std::make_unique<TransactionLog>(*this));
        const PartitionId id = add(std::string(kTransactionState), static_cast<std::uint32_t>(each),
                                   state_topic(spec_.brokers));
        partitions_[id].keeper = transactions_.back().get();
    }
}

std::uint32_t Kafka::add_transactional(TransactionalProducer& producer) {
    const std::uint32_t number = context_.world.transactions.open(0);
    transactional_.emplace(number, &producer);
    return number;
}

TransactionalProducer* Kafka::transactional_producer(std::uint32_t within) const {
    if (within == 0 || transactional_.empty()) return nullptr;
    const auto found = context_.world.transactions.innermost(transactional_, within);
    return found == transactional_.end() ? nullptr : found->second;
}

PartitionId Kafka::coordinator_of(std::string_view transactional_id) const {
    return first_transactions_ + static_cast<PartitionId>(abs_modulo(java_hash(transactional_id),
                                                                     kTransactionPartitions));
}

PartitionState Kafka::first_state(PartitionId id) const {
    const TopicPartition& partition = partitions_[id];
    if (!partition.exists) return {kNoBroker, 0, 0, partition.all()};
    return {partition.replicas.front(), 1, 1, partition.all()};
}

std::vector<PartitionId> Kafka::partitions_of(std::string_view topic) const {
    std::vector<PartitionId> found;
    for (const TopicPartition& each : partitions_) {
        if (each.topic == topic) found.push_back(each.id);
    }
    return found;
}

std::optional<EndpointId> Kafka::endpoint(std::string_view name) const {
    const auto found = std::ranges::find(
        spec_.topics.entries, name, [](const auto& each) { return std::string_view(each.first); });
    if (found == spec_.topics.entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - spec_.topics.entries.begin());
}

Service& Kafka::producer(std::string_view topic, const ProducerSpec& spec, const Context& caller) {
    producers_.push_back(std::make_unique<Producer>(*this, std::string(topic), spec, caller));
    return *producers_.back();
}

void Kafka::start() {
    for (const auto& each : brokers_) each->start();
    for (const auto& [topic, settings] : spec_.topics.entries) {
        for (const AlterSpec& each : settings.alter) alterations_.run(alter(topic, each));
    }
}

void Kafka::dismiss() {
    alterations_.dismiss();
    for (const auto& each : producers_) each->dismiss();
    for (const auto& each : transactions_) each->dismiss();
    for (const auto& each : brokers_) each->dismiss();
}

// --- what is counted ---

bool Kafka::counts(const Record& record) const {
    return record.marker == Marker::none &&
           record.created >= context_.world.recorder.measured_from();
}

double Kafka::count(const Batch& batch) const {
    return static_cast<double>(
        std::ranges::count_if(batch.records, [this](const Record& each) { return counts(each); }));
}

void Kafka::appended(const TopicPartition& partition, Batch& batch) {
    if (partition.keeper != nullptr) return;
    batches_.add();
    appended_.add(count(batch));
    if (std::exchange(batch.was_appended, true)) appended_again_.add(count(batch));
}

void Kafka::published(TopicPartition& partition, const Batch& batch, std::optional<StoreSlot> at) {
    published_.add(count(batch));
    partition.published += static_cast<std::uint64_t>(count(batch));
    for (std::size_t each = 0; at && each < batch.records.size(); ++each) {
        if (partition.store.has(*at + each)) partition.store[*at + each].is_published = true;
    }
}

void Kafka::failed(const Batch& batch) {
    failed_.add(count(batch));
}

void Kafka::died(const Batch& batch) {
    died_.add(count(batch));
}

void Kafka::aborted(const TopicPartition& partition, const Record& record) {
    if (partition.keeper == nullptr && counts(record)) aborted_.add();
}

void Kafka::ended_transaction(Marker marker) {
    (marker == Marker::commit ? transactions_committed_ : transactions_aborted_).add();
}

void Kafka::elected(PartitionId id, const PartitionState& before, const PartitionState& now) {
    const TopicPartition& partition = partitions_[id];
    if (partition.keeper != nullptr || now.leader == kNoBroker) return;
    const bool was_in_sync = partition.is_in_sync(before, partition.replica_of(now.leader));
    elections_.add();
    if (!was_in_sync) unclean_elections_.add();
    context_.world.recorder.incident(
        fmt::format("{}-{}", partition.topic, partition.number), "elected",
        fmt::format("{} leads in epoch {}{}", brokers_[now.leader]->name(), now.epoch,
                    was_in_sync ? "" : ", and was not in sync"));
}

void Kafka::has_controller(const Broker& broker) {
    controller_elections_.add();
    context_.world.recorder.incident(broker.name(), "elected", "is the active controller");
}

// Of the leader; without one, of a replica that is in sync.
Replica& Kafka::best_replica(const TopicPartition& partition) {
    PartitionState newest;
    for (const auto& each : brokers_) {
        const PartitionState& known = each->known(partition.id);
        if (known.version > newest.version) newest = known;
    }
    std::size_t best = newest.leader == kNoBroker ? 0 : partition.replica_of(newest.leader);
    // Nobody has heard of one that is to come.
    if (newest.leader == kNoBroker && newest.version > 0) {
        while (!partition.is_in_sync(newest, best)) ++best;
    }
    return *brokers_[partition.replicas[best]]->replica(partition.id);
}

// What no replica has any more.
void Kafka::forget_deleted() {
    for (TopicPartition& partition : partitions_) {
        StoreSlot first = std::max(partition.deleted_to, partition.store.first());
        for (const BrokerId broker : partition.replicas) {
            const ReplicaLog& log = brokers_[broker]->replica(partition.id)->log();
            if (log.end() > log.start()) first = std::min(first, log.slot_of(log.start()));
        }
        if (first == partition.store.first()) continue;
        for (Reader* const reader : readers_) reader->expires(partition, first);
        for (StoreSlot each = partition.store.first(); each < first; ++each) {
            const Record& record = partition.store[each];
            if (!counts(record) || partition.keeper != nullptr || !record.is_expired) continue;
            if (record.is_published) --partition.published;
            expired_.add();
        }
        partition.store.trim(first);
    }
}

std::uint64_t Kafka::records_in(const TopicPartition& partition) {
    const ReplicaLog& log = best_replica(partition).log();
    std::uint64_t records = log.end() - log.start();
    if (transactions_.empty()) return records;
    log.for_each([&](Offset, StoreSlot slot) {
        if (partition.store[slot].marker != Marker::none) --records;
    });
    return records;
}

// Published, and in no log of who leads: with a leader that had them alone, or, with no
// acknowledgement, on the way.
std::uint64_t Kafka::lost_of(const TopicPartition& partition) {
    const ReplicaLog& log = best_replica(partition).log();
    std::uint64_t there = 0;
    log.for_each([&](Offset, StoreSlot slot) {
        const Record& record = partition.store[slot];
        if (record.is_published && counts(record)) ++there;
    });
    // Those that its retention has deleted, and another's not yet.
    const StoreSlot first =
        log.end() > log.start() ? log.slot_of(log.start()) : partition.deleted_to;
    for (StoreSlot each = partition.store.first(); each < std::min(first, partition.deleted_to);
         ++each) {
        const Record& record = partition.store[each];
        if (record.is_published && record.is_expired && counts(record)) ++there;
    }
    return partition.published - std::min(there, partition.published);
}

void Kafka::begin_measuring() {
    busy_before_ = {};
    read_before_ = 0;
    for (const auto& each : brokers_) {
        busy_before_ += each->cpu().busy();
        if (spec_.disk) read_before_ += each->disk()->bytes_read();
        if (spec_.memory) each->memory()->begin_measuring();
    }
}

void Kafka::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    sim::Duration busy = -busy_before_;
    for (const auto& each : brokers_) {
        busy += each->cpu().busy();
        record.machines.push_back({each->name(), each->requests, std::nullopt});
    }
    const double available = measured * spec_.cores * spec_.brokers;
    record.utilisation = available > 0 ? sim::seconds(busy) / available : 0;
    record.instances = spec_.brokers;
    use_instances(context_, spec_.price, spec_.brokers);
    double lost = 0;
    double kept = 0;
    double bytes = 0;
    double most = 0;
    double least = std::numeric_limits<double>::infinity();
    for (const TopicPartition& each : partitions_) {
        if (each.keeper != nullptr || !each.exists) continue;
        lost += static_cast<double>(lost_of(each));
        const ReplicaLog& log = best_replica(each).log();
        const auto records = static_cast<double>(records_in(each));
        kept += records;
        most = std::max(most, records);
        least = std::min(least, records);
        bytes += static_cast<double>(log.bytes());
    }
    record.measures.push_back({"lost", "", lost});
    record.measures.push_back({"retained", "", kept});
    record.measures.push_back({"fullest_partition", "", most});
    record.measures.push_back({"emptiest_partition", "", least});
    record.measures.push_back({"retained_bytes", "bytes", bytes});
    if (spec_.memory) {
        sim::Duration paused{};
        for (const auto& each : brokers_) paused += each->memory()->counts().paused;
        record.measures.push_back({"gc_time", "s", sim::seconds(paused)});
    }
    if (spec_.disk) {
        std::uint64_t read = 0;
        std::uint64_t fullest = 0;
        for (const auto& each : brokers_) {
            read += each->disk()->bytes_read();
            fullest = std::max(fullest, each->disk()->used());
        }
        record.measures.push_back({"disk_read", "bytes", static_cast<double>(read - read_before_)});
        record.measures.push_back({"disk_used", "bytes", static_cast<double>(fullest)});
    }
    for (const auto& [topic, settings] : spec_.topics.entries) {
        record.topics.push_back(contents_of(*this, topic));
    }
}

}  // namespace models
