#include "models/log_broker/replica.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "models/log_broker/broker.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/state_keeper.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kFetchWait = std::chrono::milliseconds(500);  // fetch.max.wait.ms
constexpr std::uint32_t kMarkerBytes = 78;                            // with its batch's header

BrokerAnswer error_of(BrokerError error) {
    BrokerAnswer answer;
    answer.error = error;
    return answer;
}

}  // namespace

Replica::Replica(Kafka& kafka, Broker& broker, TopicPartition& partition, std::size_t index)
    : kafka_(kafka),
      broker_(broker),
      partition_(partition),
      index_(index),
      followers_(partition.replicas.size()),
      changed_(kafka.context().scheduler(), false) {}

// --- who leads ---

void Replica::hear(const PartitionState& state) {
    if (state.version <= state_.version && state_.version != 0) return;
    const bool is_new_epoch = state.epoch != state_.epoch || state_.version == 0;
    state_ = state;
    is_changing_ = false;
    if (is_new_epoch) {
        work_.dismiss();
        lead_no_more();
        if (state.leader == broker_.id()) {
            lead();
        } else {
            follow();
        }
    }
    if (leads_) advance();
    changed_.pulse();
    readmit();
}

void Replica::lead() {
    leads_ = true;
    for (Follower& each : followers_) {
        each = {};
        each.caught_up = kafka_.context().now();
    }
    if (partition_.keeper != nullptr) partition_.keeper->led_by(*this);
}

void Replica::lead_no_more() {
    const bool keeps = std::exchange(leads_, false) && partition_.keeper != nullptr;
    if (keeps) partition_.keeper->led_no_more();
}

void Replica::follow() {
    if (state_.leader != kNoBroker) work_.run(copy(state_.epoch));
}

void Replica::crash() {
    work_.dismiss();
    lead_no_more();
    is_changing_ = false;
    changed_.pulse();
}

// It follows until it is told what it is.
void Replica::restart() {
    if (state_.leader != broker_.id()) follow();
}

void Replica::lose() {
    log_.begin_at(0);
    cached_.clear();
    sequences_.clear();
    transactions_.clear();
    high_watermark_ = 0;
}

BrokerAnswer Replica::no_leader() const {
    BrokerAnswer answer = error_of(BrokerError::not_leader);
    answer.leader = state_.leader == broker_.id() ? kNoBroker : state_.leader;
    answer.epoch = state_.epoch;
    return answer;
}

// --- the log ---

void Replica::append(Epoch epoch, StoreSlot slot) {
    const Record& record = partition_.store[slot];
    sequences_.note(record, slot, log_.end());
    transactions_.note(record, log_.end());
    if (BrokerDisk* const disk = broker_.disk()) {
        cached_.appended(log_.end(), record.bytes, *disk);
        disk->append(kafka_.context().now(), record.bytes);
    }
    log_.append(epoch, slot, record,
                {partition_.settings.segment_bytes.count, partition_.settings.segment_time});
}

// What retention or a truncation has deleted.
void Replica::freed(std::uint64_t bytes_before) {
    if (BrokerDisk* const disk = broker_.disk()) disk->free(bytes_before - log_.bytes());
}

std::uint64_t Replica::cold_bytes(Offset from, const BrokerAnswer& answer) {
    const BrokerDisk* const disk = broker_.disk();
    if (disk == nullptr || answer.pieces.empty()) return 0;
    const Offset cached = cached_.first(*disk, log_.end());
    std::uint64_t bytes = 0;
    Offset at = from;
    for (const Piece& piece : answer.pieces) {
        for (std::uint64_t each = 0; each < piece.count && at < cached; ++each, ++at) {
            bytes += partition_.store[piece.slot + each].bytes;
        }
    }
    return bytes;
}

Offset Replica::append(Batch& batch) {
    const Offset first = log_.end();
    for (const Record& each : batch.records) {
        append(state_.epoch, partition_.store.add(each));
    }
    kafka_.appended(partition_, batch);
    appended();
    return first;
}

// Who waited for something had all until now.
void Replica::appended() {
    for (Follower& each : followers_) {
        if (each.waiting > 0) each.caught_up = kafka_.context().now();
    }
    advance();
    changed_.pulse();
}

// --- producers ---

sim::Task<BrokerAnswer> Replica::produce(std::shared_ptr<Question> asked) {
    if (!leads_) co_return no_leader();
    const Epoch epoch = state_.epoch;
    const auto fewest = static_cast<int>(partition_.settings.min_insync_replicas);
    const bool needs_all = asked->acks == Acks::all;
    if (needs_all && std::popcount(state_.in_sync) < fewest) {
        co_return error_of(BrokerError::not_enough_replicas);
    }
    if (is_fenced(asked->batch->records.front())) co_return error_of(BrokerError::fenced);
    if (!co_await broker_.room_for(bytes_of(asked->batch->records)) || !still_leads(epoch)) {
        co_return no_leader();
    }
    BrokerAnswer answer;
    const ProducerSequences::Found found = sequences_.find(*asked->batch);
    if (found.error == BrokerError::out_of_order) co_return error_of(found.error);
    if (found.error == BrokerError::none) {
        answer.slot = partition_.store.end();
        answer.offset = append(*asked->batch);
    } else {
        // What is there already is told as if it were appended now.
        answer.slot = found.slot;
        answer.offset = found.offset;
        answer.epoch = epoch;
    }
    if (asked->acks == Acks::none) {
        for (std::size_t each = 0; each < asked->batch->records.size(); ++each) {
            partition_.store[answer.slot + each].is_published = true;
        }
    }
    const Offset end = answer.offset + asked->batch->records.size();
    while (needs_all && still_leads(epoch) && high_watermark_ < end) co_await changed_.pass();
    if (needs_all && !still_leads(epoch)) co_return no_leader();
    if (needs_all && std::popcount(state_.in_sync) < fewest) {
        co_return error_of(BrokerError::not_enough_replicas);
    }
    co_return answer;
}

sim::Task<bool> Replica::write(Record record) {
    if (!leads_) co_return false;
    const Epoch epoch = state_.epoch;
    if (!co_await broker_.room_for(record.bytes) || !still_leads(epoch)) co_return false;
    append(epoch, partition_.store.add(record));
    const Offset end = log_.end();
    appended();
    while (still_leads(epoch) && high_watermark_ < end) co_await changed_.pass();
    co_return still_leads(epoch);
}

sim::Task<BrokerAnswer> Replica::mark(std::shared_ptr<Question> asked) {
    if (!leads_) co_return no_leader();
    Record record;
    record.created = kafka_.context().now();
    record.bytes = kMarkerBytes;
    record.producer = asked->producer.producer;
    record.epoch = asked->producer.epoch;
    record.marker = asked->marker;
    record.has_key = false;
    record.is_transactional = true;
    const bool is_committed = co_await write(record);
    co_return is_committed ? BrokerAnswer() : no_leader();
}

// --- consumers ---

Offset Replica::readable(const Question& asked) const {
    return asked.reads_committed ? transactions_.last_stable(high_watermark_) : high_watermark_;
}

// Kept until there is something, or for fetch.max.wait.ms.
sim::Task<BrokerAnswer> Replica::fetch(std::shared_ptr<Question> asked) {
    if (!leads_) co_return no_leader();
    const Epoch epoch = state_.epoch;
    BrokerAnswer answer;
    answer.offset = log_.start();
    answer.high_watermark = readable(*asked);
    if (asked->offset < log_.start() || asked->offset > log_.end()) {
        answer.error = BrokerError::out_of_range;
        co_return answer;
    }
    const sim::Time until = kafka_.context().now() + kFetchWait;
    while (still_leads(epoch) && readable(*asked) <= asked->offset) {
        const sim::Duration left = until - kafka_.context().now();
        if (left <= sim::Duration::zero()) break;
        co_await changed_.pass_within(left);
    }
    if (!still_leads(epoch)) co_return no_leader();
    answer.offset = asked->offset;
    answer.high_watermark = readable(*asked);
    collect(asked->offset, answer.high_watermark, asked->most_bytes, answer);
    const std::uint64_t cold = cold_bytes(asked->offset, answer);
    std::size_t count = 0;
    for (const Piece& piece : answer.pieces) count += static_cast<std::size_t>(piece.count);
    answer.records.reserve(count);
    for (const Piece& piece : answer.pieces) {
        for (std::uint64_t each = 0; each < piece.count; ++each) {
            answer.records.push_back(partition_.store[piece.slot + each]);
        }
    }
    co_await broker_.read(cold);
    co_return answer;
}

// So many bytes at most, and a record at least: a piece for each run.
void Replica::collect(Offset from, Offset to, std::uint64_t most_bytes, BrokerAnswer& into) const {
    for (Offset at = from; at < to;) {
        const ReplicaLog::Run& run = log_.run_of(at);
        const Offset end = std::min(to, log_.end_of(run));
        Piece piece{run.epoch, run.slot + (at - run.offset), 0};
        for (; at < end; ++at, ++piece.count) {
            const std::uint32_t bytes = partition_.store[piece.slot + piece.count].bytes;
            const bool is_first = into.pieces.empty() && piece.count == 0;
            if (!is_first && into.records_bytes + bytes > most_bytes) break;
            into.records_bytes += bytes;
        }
        if (piece.count > 0) into.pieces.push_back(piece);
        if (at < end) break;
    }
}

// --- what is committed ---

// What all in-sync replicas have.
void Replica::advance() {
    if (!leads_) return;
    Offset least = log_.end();
    for (std::size_t each = 0; each < followers_.size(); ++each) {
        if (each == index_ || !partition_.is_in_sync(state_, each)) continue;
        least = std::min(least, followers_[each].end);
    }
    if (least <= high_watermark_) return;
    const Offset before = std::exchange(high_watermark_, least);
    settle_transactions();
    commit(before, least);
    changed_.pulse();
}

void Replica::commit(Offset from, Offset to) {
    if (partition_.keeper == nullptr) return;
    for (Offset at = std::max(from, log_.start()); at < to; ++at) {
        const StoreSlot slot = log_.slot_of(at);
        partition_.keeper->committed(slot, partition_.store[slot]);
    }
}

void Replica::settle_transactions() {
    transactions_.settle(high_watermark_, log_, partition_.store, [this](Record& each) {
        if (!std::exchange(each.is_aborted, true)) kafka_.aborted(partition_, each);
    });
}

// --- retention ---

void Replica::delete_old_segments(sim::Time now) {
    const TopicSpec& settings = partition_.settings;
    const bool is_compacted = partition_.keeper != nullptr;  // which knows what its records say
    for (;;) {
        const auto& segments = log_.segments();
        if (segments.size() < 2) return;
        const bool is_uncommitted = segments[1].first > high_watermark_;
        if (is_uncommitted && (leads_ || is_compacted)) return;
        const bool is_old = now - segments.front().newest > settings.retention;
        const bool is_much = settings.retention_bytes && log_.bytes() - segments.front().bytes >=
                                                             settings.retention_bytes->count;
        if (!is_old && !is_much && !is_compacted) return;
        const std::uint64_t bytes = log_.bytes();
        for (Offset at = log_.start(); at < segments[1].first; ++at) {
            partition_.store[log_.slot_of(at)].is_expired = true;
        }
        log_.delete_oldest();
        partition_.deleted_to = std::max(partition_.deleted_to, log_.slot_of(log_.start()));
        freed(bytes);
    }
}

}  // namespace models
