// A database of one primary and its replicas.
//
// Writes go to the primary, which appends them to its log; replicas receive the log in order and
// apply it on the same cores that serve their queries. Reads go to the primary or to replicas,
// which may lag behind. When the primary is gone a replica takes over, and what it never got is
// lost; a primary that is replaced without knowing it (a partition) takes writes that are lost,
// too. What is stale or lost is counted by versions: models/data/ledger.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/calls/tally.h"
#include "models/context.h"
#include "models/data/fencing.h"
#include "models/data/ledger.h"
#include "models/locks/contention.h"
#include "models/node.h"
#include "models/replicated/copy.h"
#include "models/replicated/failover_manager.h"
#include "models/replicated/lag_monitor.h"
#include "models/replicated/own_writes.h"
#include "models/replicated/replicated_spec.h"
#include "models/replicated/routing_table.h"
#include "models/replication/member_places.h"
#include "models/replication/write_log.h"
#include "sim/task_group.h"

namespace models {

class Replicated final : public Node, public Service {
public:
    using Spec = ReplicatedSpec;

    Replicated(const Spec& spec, const Context& context);
    ~Replicated() override;

    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call& call) override { return copy_for(call.request).enter(call); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    // What its copies need of it.
    void lost(Copy& copy);  // it went down
    void back(Copy& copy);
    void replica_told();
    void lease_lost(Copy& copy);
    void lease_renewed();
    void primary_is_missed();
    MemberPlaces& places() { return places_; }
    FailoverManager* manager() { return manager_ ? &*manager_ : nullptr; }
    const sim::Distribution& replication_delay() const { return replication_delay_; }
    sim::Duration heartbeat_work() const { return heartbeat_work_; }
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    const WriteLog& log() const { return log_; }
    Copy& primary() const { return *primary_; }
    const std::vector<std::unique_ptr<Copy>>& copies() const { return copies_; }

private:
    friend CopyProgram;
    using Key = Ledger::Key;

    // A primary, and since when callers can know of it.
    struct Term {
        Copy* primary;
        sim::Time since;
        std::uint64_t from;  // where its log begins
    };

    static EndpointId query_of(const Request& request);
    Copy& copy_for(const Request& request);
    Copy& believed_primary(const Request& request) const;
    Copy* next_replica();
    bool may_read_replica(const Request& request) const;

    Response read(Copy& copy, const Request& request);
    Reply await_own_writes(Copy& copy, Request request);
    Response write(Copy& copy, const Request& request);
    Reply write_and_wait(Copy& copy, Request request);
    LogRecord commit(Copy& copy, const Request& request);
    void append(LogRecord record);
    Response commit_apart(Copy& copy, const LogRecord& record, const Request& request);
    Response acknowledge(const LogRecord& record, std::uint64_t position, const Request& request);
    sim::Task<bool> acknowledged(std::uint64_t position);
    std::uint32_t needed_answers() const;
    void trim_log();

    // failover.cpp
    sim::Task<void> fail_over(std::size_t term);
    sim::Task<void> replace_primary(std::size_t term);
    bool is_back(bool is_wanted);
    bool reaches(PlaceId from, const Copy& to);
    bool is_answering(Copy& copy);
    void resume();
    void end_absence();
    void note_write();
    void take_along(Copy& copy);
    Copy* most_advanced();
    std::uint64_t cut_log(std::uint64_t position);
    void fence();
    void promote(Copy& copy, std::uint64_t lost);
    void lose_all();
    sim::Task<void> rejoin(Copy& copy);
    void throw_away_apart(Copy& copy, const std::string& what);
    std::string name_of(const Copy& copy) const;
    void incident(const Copy& copy, const std::string& what, const std::string& detail) const;

    Spec spec_;
    Context context_;
    Ledger ledger_;
    MemberPlaces places_;
    WriteLog log_;
    Watermark answered_;  // so many records have as many answers as they need
    std::vector<std::unique_ptr<Copy>> copies_;
    std::vector<Instance*> instances_;
    Copy* primary_;
    std::vector<Term> terms_;
    std::uint64_t turn_ = 0;
    OwnWrites own_writes_;
    WriteFence fencing_;
    std::vector<bool> is_read_only_;  // by query
    RoutingTable routes_;
    LagMonitor lag_;
    sim::Distribution replication_delay_;
    sim::Distribution promote_time_;
    sim::Distribution repoint_time_;
    sim::Duration heartbeat_work_;
    std::optional<FailoverManager> manager_;
    bool is_failing_over_ = false;
    sim::Draws promote_draws_;
    std::uint64_t repoint_draws_;
    std::uint64_t returns_ = 0;  // how often a primary came back before it was replaced
    sim::Time without_primary_since_ = sim::kForever;
    sim::Duration without_primary_{};
    Tally reads_on_primary_, reads_on_replicas_, stale_reads_, own_stale_reads_, late_replicas_;
    std::uint64_t acknowledged_ = 0;  // writes that are in the log, or were trimmed from it
    Tally writes_refused_, unanswered_, failovers_, lost_writes_, lost_unshipped_, lost_apart_;
    Tally conflicts_, repointed_;
    Tally detection_, promotion_, redirection_;  // seconds
    sim::Time held_down_since_ = sim::kForever;
    sim::Time promoted_since_ = sim::kForever;  // and no write has come since
    Contention commits_{context_.scheduler()};  // that wait for acknowledgements
    sim::TaskGroup crew_;
};

}  // namespace models
