#include "models/redis/redis_replication.h"

#include <fmt/core.h>

#include "models/redis/redis.h"
#include "sim/sleep.h"

namespace models {

RedisReplication::RedisReplication(Redis& redis, RedisMember& self)
    : redis_(redis),
      self_(self),
      asked_(redis.context().world, self.place()),
      stream_(redis.context().world, self.place()),
      sender_(redis.context(), &redis.links(), self.place(), self.name() + " psync") {
    asked_.handle([this](const Psync& psync) { serve(psync); });
    stream_.handle([this](const Record& record) { take(record); });
}

void RedisReplication::connect() {
    for (RedisMember* each : redis_.shard(self_.shard())) {
        Replica& replica = replicas_.emplace_back();
        if (each == &self_) continue;
        const std::string name = fmt::format("{} to {}", self_.name(), each->name());
        replica.log = std::make_unique<LogShipping<Record>>(
            redis_.context(),
            LogShipping<Record>::Way{redis_.links(), self_.place(), each->replication().stream_,
                                     name},
            redis_.replication_delay());
    }
}

// --- a master ---

void RedisReplication::store(Key key, std::uint64_t version) {
    if (redis_.spec().counts_keys()) {
        const bool was_preloaded = key < redis_.spec().preload && !data_.is_empty;
        const bool is_new = !was_preloaded && !data_.written.contains(key);
        data_.keys += is_new ? 1 : 0;
    }
    data_.written[key] = version;
}

void RedisReplication::write(const Write& write) {
    store(write.key, write.version);
    data_.tokens.wrote(write.key, write.token);
    ++data_.offset;
    for (Replica& each : replicas_) {
        if (!each.is_attached) continue;
        ship(each,
             {each.connection, write.key, write.version, data_.run, data_.offset, nullptr, true,
              write.token},
             write.bytes);
    }
}

void RedisReplication::ship(Replica& replica, Record record, std::uint32_t bytes) {
    replica.log->ship(std::move(record), bytes, ++shipped_);
}

void RedisReplication::serve(const Psync& psync) {
    if (!leads() || !self_.is_up()) return;
    Replica& replica = replicas_[psync.replica];
    replica.log->stop();
    replica.connection = psync.connection;
    replica.is_attached = true;
    const bool goes_on = psync.run == data_.run && psync.offset == data_.offset;
    const auto all = goes_on ? nullptr : std::make_shared<const RedisData>(data_);
    ship(replica, {psync.connection, 0, 0, data_.run, data_.offset, all, false}, 0);
}

void RedisReplication::let_go() {
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        if (replicas_[i].log == nullptr) continue;
        replicas_[i].log->stop();
        replicas_[i].is_attached = false;
        redis_.shard(self_.shard())[i]->replication().lost_master(self_);
    }
}

void RedisReplication::lead() {
    if (leads()) return;
    master_ = nullptr;
    is_attached_ = false;
    ++connection_;
    tasks_.dismiss();
    data_.run = redis_.next_run();
}

void RedisReplication::clear() {
    data_.written.clear();
    data_.keys = 0;
    data_.tokens = {};
    data_.is_empty = true;
    data_.run = redis_.next_run();
}

// --- a replica ---

void RedisReplication::begin_as_replica(RedisMember& master) {
    master_ = &master;
    is_attached_ = true;
    Replica& at = master.replication().replicas_[self_.index()];
    at.is_attached = true;
    at.connection = connection_;
}

void RedisReplication::follow(RedisMember& master) {
    if (master_ == &master || &master == &self_) return;
    if (leads()) let_go();
    master_ = &master;
    attach();
}

void RedisReplication::attach() {
    is_attached_ = false;
    ++connection_;
    tasks_.dismiss();
    if (self_.is_up()) tasks_.run(ask_for_log());
}

// As Redis' replicationCron does.
sim::Task<void> RedisReplication::ask_for_log() {
    while (!is_attached_) {
        sender_.send(master_->replication().asked_,
                     Psync{self_.index(), connection_, data_.run, data_.offset}, 0);
        co_await sim::sleep(redis_.context().scheduler(), std::chrono::seconds(1));
    }
}

void RedisReplication::take(const Record& record) {
    if (leads() || record.connection != connection_) return;
    is_attached_ = true;
    if (record.all != nullptr) data_ = *record.all;
    data_.run = record.run;
    data_.offset = record.offset;
    if (!record.is_write) return;
    store(record.key, record.version);
    data_.tokens.wrote(record.key, record.token);
    redis_.memory().grew(self_);
}

// Its process has gone, or takes no replicas any more.
void RedisReplication::lost_master(const RedisMember& master) {
    if (master_ == &master && self_.is_up()) attach();
}

// --- coming and going ---

void RedisReplication::died() {
    tasks_.dismiss();
    asked_.close();
    stream_.close();
    if (leads()) return let_go();
    is_attached_ = false;
    Replica& at = master_->replication().replicas_[self_.index()];
    at.log->stop();
    at.is_attached = false;
}

void RedisReplication::restarted() {
    asked_.open();
    stream_.open();
    if (!leads()) attach();
}

}  // namespace models
