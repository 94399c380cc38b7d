// A cache in front of another node: it answers what it has, and asks the node behind for the rest.
//
// The node stands for the cache and for the code in its callers that uses it: it is the caller who
// looks, loads a missing value and stores it, and who writes and then deletes (cache-aside), each a
// command with a way to the machine and a turn of its thread. A value that was loaded is stored
// without the answer waiting for it. A proxy asks the node behind from where it stands itself.
//
// Where an edge's own `latency` says how far the cache is, that is the way to it and back, once for
// all that a request does there; in a `network` every command has its own.
//
// Entries are keyed and versioned (data/ledger.h): an answer is stale when its version is older
// than that of the last write that was acknowledged before the question. Of several caches in a
// chain the first one a request meets judges.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "models/caches/cache_copy.h"
#include "models/caches/cache_measures.h"
#include "models/caches/cache_program.h"
#include "models/caches/cache_spec.h"
#include "models/calls/edge.h"
#include "models/context.h"
#include "models/node.h"
#include "sim/task_group.h"

namespace models {

class Cache final : public Node, public Service {
public:
    using Spec = CacheSpec;

    Cache(const Spec& spec, const Context& context);
    ~Cache() override;

    void connect() override;
    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override { crew_.dismiss(); }
    Service* service() override { return this; }
    Ledger* ledger() override;
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call& call) override { return enter_at(copy_of(call.request)); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    // What its copies need of it.
    Go enter_at(const CacheCopy& copy) { return program_of(copy).enter(); }
    void lost(const CacheCopy& copy, std::size_t entries, std::uint64_t writes);
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }

private:
    friend CacheProgram;

    // Draws of the commands that belong to one request.
    static constexpr std::uint32_t kComparing = 1, kSetting = 2, kErasing = 3, kLoggingIn = 4;

    CacheProgram& program_of(const CacheCopy& copy) { return *programs_[copy.index()]; }
    Asking turn(CacheCopy& copy, const Request& request) {
        return ask(context_.world, program_of(copy).turn(), request);
    }
    Asking load(CacheCopy& copy, const Request& request) {
        return ask(context_.world, program_of(copy).load(), request);
    }

    // --- commands that stories send: there, a turn of a thread, what it does then, and back ---

    bool has_way(const CacheCopy& copy, const Request& request) const;
    bool has_commands_to_pay() const;
    sim::Task<bool> go(CacheCopy& copy, const Request& request, bool is_back);
    template <class Act>
    sim::Task<void> command(CacheCopy& copy, Request request, Act act);
    // A SET: one command, or two where versions are compared (gets and cas).
    template <class Act>
    sim::Task<void> set(CacheCopy& copy, Request request, CacheCopy::Value value, Act act);

    Reply write(CacheCopy& copy, Request request);
    Reply write_behind(CacheCopy& copy, Request request);
    Reply named_command(CacheCopy& copy, Request request);
    // A user's session is looked at; without one he logs in, and has one.
    Reply session(CacheCopy& copy, Request request);
    Reply log_in(CacheCopy& copy, Request request);
    bool is_session(const Request& request) const {
        return spec_.sessions && request.endpoint > spec_.commands.entries.size();
    }
    Reply find_dead(CacheCopy& copy, Request request);

    Response hit(CacheCopy& copy, const CacheCopy::Item& item, const Request& request);
    bool is_worth_keeping(const Response& response) const;
    void keep_alone(CacheCopy& copy, const Request& request, const Response& response,
                    sim::Time began);
    sim::Task<void> keep(CacheCopy& copy, Request request, Response response, sim::Time began);
    CacheCopy::Value value_of(const Response& response, const Request& request,
                              sim::Time began) const;
    Reply share_load(CacheCopy& copy, Request request);
    sim::Task<void> run_load(CacheCopy& copy, Request request, Key scope,
                             std::shared_ptr<CacheCopy::Load> load);
    void start_load(CacheCopy& copy, const Request& request, Key scope);
    void consider_refresh(CacheCopy& copy, const CacheCopy::Item& item, const Request& request);

    void lead_onward(Request& request, const CacheCopy& copy) const;
    Response response_of(CacheCopy& copy, const CacheCopy::Item& item, Key key) const;
    bool disagrees(const CacheCopy& copy, Key key, std::uint64_t version) const;
    CacheCopy::Item item_of(const Response& response, sim::Duration loaded_in,
                            const Request& request) const;
    CacheCopy& copy_of(const Request& request);
    Key entry_key(const Request& request) const;
    Key data_key(const Request& request) const;
    Key judged_key(const Request& request) const {
        return request.is_write ? request.key : data_key(request);
    }
    bool is_bypassed(const Request& request) const;

    sim::Task<void> write_through(CacheCopy& copy, Request request, Response response);
    sim::Task<void> erase(CacheCopy& copy, Request request, std::uint64_t version);
    sim::Task<void> erase_later(CacheCopy& copy, Request request, std::uint64_t version);
    sim::Task<void> invalidate(CacheCopy& at, Request request, std::uint64_t version);
    sim::Task<void> flush(CacheCopy& copy, std::size_t most);
    sim::Task<void> flush_at_intervals(CacheCopy& copy);
    void preload();

    Spec spec_;
    Context context_;
    std::uint64_t flush_draws_;
    std::uint64_t age_draws_;
    std::uint64_t refresh_draws_;
    CacheMeasures measures_;
    std::optional<Edge> edge_;
    std::optional<Edge> log_in_;
    std::unordered_map<Key, sim::Time> logged_in_;  // who was, when; order is never looked at
    Ledger* ledger_ = nullptr;
    bool behind_takes_batches_ = false;
    std::vector<Cache*> also_;
    std::vector<std::unique_ptr<CacheCopy>> copies_;
    std::vector<std::unique_ptr<CacheProgram>> programs_;  // of each copy
    std::vector<Instance*> instances_;
    sim::TaskGroup crew_;
};

template <class Act>
sim::Task<void> Cache::command(CacheCopy& copy, Request request, Act act) {
    const bool has_way = this->has_way(copy, request);
    if (has_way && !co_await go(copy, request, false)) co_return;
    if (spec_.command_time > sim::Duration::zero()) co_await turn(copy, request);
    act();
    if (has_way) co_await go(copy, request, true);
}

template <class Act>
sim::Task<void> Cache::set(CacheCopy& copy, Request request, CacheCopy::Value value, Act act) {
    const std::uint64_t identity = request.identity;
    if (spec_.stale_sets == StaleSets::version) {
        request.identity = Request::onward_identity(identity, kComparing);
        request.bytes = 0;
        co_await command(copy, request, [] {});
    }
    request.identity = Request::onward_identity(identity, kSetting);
    request.bytes = value.bytes;
    co_await command(copy, request, act);
}

}  // namespace models
