// What one Redis has, and how it sends that to its replicas or gets it from its master.
//
// A master's writes are a stream: its history (`run`, a replication id) and how far that goes (an
// offset). A replica asks its master for it with PSYNC, once a second until it gets it. It goes on
// where it was when that is where the master stands; else it gets all that the master has first.
// Not modelled: the time that takes, a backlog of less than all, replicas of replicas.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/data/fencing.h"
#include "models/data/key_map.h"
#include "models/replication/log_shipping.h"
#include "sim/task_group.h"

namespace models {

class Redis;
class RedisMember;

struct RedisData {
    using Key = std::uint64_t;

    // Versions of what was written; what was there from the start has none.
    KeyMap<std::uint64_t> written;
    bool is_empty = false;  // it has lost what was there from the start
    std::uint64_t run = 0;
    std::uint64_t offset = 0;
    std::uint64_t keys = 0;  // all that it has; counted only where that is of consequence
    FencingTokens tokens{};
};

class RedisReplication {
public:
    using Key = RedisData::Key;

    RedisReplication(Redis& redis, RedisMember& self);

    const RedisData& data() const { return data_; }
    bool leads() const { return master_ == nullptr; }
    // Whom it follows, or itself.
    RedisMember& master() const { return leads() ? self_ : *master_; }
    // Once all are there.
    void connect();

    struct Write {
        Key key;
        std::uint64_t version;
        std::uint32_t bytes;
        FencingToken token;  // 0: under no lease
    };
    void write(const Write& write);
    // Its slot came here.
    void take_over(Key key, std::uint64_t version, FencingToken token) {
        data_.written[key] = version;
        data_.tokens.wrote(key, token);
    }
    void clear();

    void lead();
    void follow(RedisMember& master);
    // From the start on, with what its master has: nothing.
    void begin_as_replica(RedisMember& master);
    // So many keys are there from the start.
    void begin_with(std::uint64_t keys) { data_.keys = keys; }

    void died();
    void restarted();
    void dismiss() { tasks_.dismiss(); }

private:
    struct Record {
        std::uint64_t connection;
        Key key;
        std::uint64_t version;
        RedisData::Key run;
        std::uint64_t offset;
        std::shared_ptr<const RedisData> all;  // null: one write, or where it goes on
        bool is_write;
        FencingToken token = 0;
    };
    struct Psync {
        std::uint32_t replica;
        std::uint64_t connection;
        std::uint64_t run;
        std::uint64_t offset;
    };
    struct Replica {
        std::unique_ptr<LogShipping<Record>> log;
        std::uint64_t connection = 0;
        bool is_attached = false;
    };

    void store(Key key, std::uint64_t version);
    void serve(const Psync& psync);
    void take(const Record& record);
    void let_go();
    void lost_master(const RedisMember& master);
    void attach();
    sim::Task<void> ask_for_log();
    void ship(Replica& replica, Record record, std::uint32_t bytes);

    Redis& redis_;
    RedisMember& self_;
    RedisData data_;
    RedisMember* master_ = nullptr;
    Mailbox<Psync> asked_;
    Mailbox<Record> stream_;
    Sender sender_;
    std::vector<Replica> replicas_;  // by their index in the shard; its own is none
    std::uint64_t connection_ = 0;
    bool is_attached_ = false;
    std::uint64_t shipped_ = 0;
    sim::TaskGroup tasks_;
};

}  // namespace models
