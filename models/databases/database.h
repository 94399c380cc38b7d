// A database on one machine: Measure around its Engine (engine.h), in which a query is answered.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/blocks/measure.h"
#include "models/changes.h"
#include "models/connections/connection_limit.h"
#include "models/data/fencing_spec.h"
#include "models/databases/transactions.h"
#include "models/databases/writes.h"
#include "models/engines/engine.h"
#include "models/locks/lock_spec.h"
#include "models/node.h"

namespace models {

class Database final : public Node,
                       public Changes,
                       public Instance,
                       public Crashable,
                       public Slowable,
                       public Injectable,
                       public DiskFilling,
                       public Hosted {
public:
    struct Spec : EngineSpec {
        static constexpr std::string_view kind = "database";
        static constexpr std::string_view doc =
            "One database: a pool of connections, cores that serve its queries, and, where they "
            "are "
            "given, a device for its pages and a log for its writes.";
        std::optional<std::uint32_t> max_connections;
        sim::Bytes memory_per_connection{};
        std::optional<LockSpec> locks;
        std::optional<WalSpec> wal;
        std::optional<DatabaseDiskSpec> disk;
        bool fencing_tokens = false;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                engine_params(),
                std::tuple{
                    param("max_connections", &Spec::max_connections, at_least(1u),
                          at_most(10000000u),
                          "Connections that all callers' pools together may open "
                          "(max_connections); more are refused. Without it there is no limit."),
                    param("memory_per_connection", &Spec::memory_per_connection,
                          at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                          "Memory of each open connection, used or idle; PostgreSQL has a process "
                          "for each."),
                    param("locks", &Spec::locks,
                          "Row locks that writes take. Without it (the default), writes never wait "
                          "for one another."),
                    param("wal", &Spec::wal,
                          "Write-ahead log, which a write must be in before it is acknowledged. "
                          "Without it (the default) commits take no extra time and a crash loses "
                          "no write."),
                    database_disk_param(&Spec::disk), fencing_param(&Spec::fencing_tokens)});
        }
        std::uint32_t instance_count() const { return 1; }
        Abilities suffers() const;
        static std::vector<std::string> readings() { return {"cpu_in_use", "connections_active"}; }
        std::vector<std::string> endpoint_names() const { return query_names(); }
        static std::string_view no_transactions() { return {}; }
    };

    Database(const Spec& spec, const Context& context);
    ~Database() override;

    void start() override { writes_.start(); }
    void begin_measuring() override;
    void finish() override;
    void dismiss() override { writes_.dismiss(); }
    Service* service() override { return this; }
    Ledger* ledger() override { return &writes_.ledger(); }
    bool takes_batches() const override { return true; }
    ConnectionLimit* connection_limit() override { return &connection_limit_; }
    Transactional* transactional() override;
    Changes* changes() override { return this; }
    void follow(Follower& follower) override { writes_.follow(follower); }
    std::uint64_t flushed() const override {
        return writes_.wal() == nullptr ? 0 : writes_.wal()->flushed();
    }
    sim::Task<bool> flushed_to(std::uint64_t position) override {
        return writes_.flushed_to(position);
    }
    std::optional<EndpointId> endpoint(std::string_view name) const override {
        return spec_.query(name);
    }
    std::span<Instance* const> instances() override { return {&self_, 1}; }

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    bool is_up() const override { return engine_.is_up(); }
    sim::Duration backlog() const override { return engine_.backlog(); }
    std::uint32_t times_down() const override { return engine_.times_down(); }
    void take_down() override;
    void bring_up() override { engine_.bring_up(); }
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }
    Injection* injection() override { return engine_.injection(); }
    sim::Cpu& cores() override { return engine_.cpu(); }
    void fill_disk(std::int64_t bytes) override { writes_.fill_disk(bytes); }

private:
    // A write commits, and a read sees what is committed, when its work is done.
    class Answer final : public Block {
    public:
        explicit Answer(Database& database) : database_(database) {}
        Go enter(Call& call) override {
            if (call.request.is_write && !database_.writes_.find_room(1)) {
                return answer(call, {Outcome::failed, cause::disk_full});
            }
            return answer(call, database_.answer(call.request, 0));
        }

    private:
        Database& database_;
    };

    // Of writes that take locks, row after row, or wait for the log: a story.
    class Commit final : public Await {
    public:
        explicit Commit(Database& database) : database_(database) {}
        Go enter(Call& call) override { return call.request.is_write ? Await::enter(call) : on(); }
        Reply story(Call& call) override {
            return database_.writes_.take_locks() ? database_.write_locked(call.request)
                                                  : database_.commit(call.request);
        }

    private:
        Database& database_;
    };

    bool has_story() const { return writes_.take_locks() || writes_.wal() != nullptr; }
    // A write's record ends there in the log.
    Response answer(const Request& request, std::uint64_t position);
    Reply write_locked(Request request);
    Reply commit(Request request);

    Spec spec_;
    Context context_;
    Writes writes_;
    MeasuredVisit visit_;
    Commit commit_;
    Answer answer_;
    Engine engine_;
    ConnectionLimit connection_limit_;
    std::unique_ptr<Transactions> transactions_;  // once somebody wants them
    Instance* self_ = this;
};

}  // namespace models
