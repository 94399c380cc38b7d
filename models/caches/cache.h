// A cache in front of another node: it answers what it has, and asks the node behind for the rest.
//
// The node stands for the cache and for the code in its callers that uses it: with cache-aside it
// is the caller who loads a missing value and stores it, and who deletes it after a write, but when
// and how often is the same. A value is stored without the answer waiting for it.
//
// Entries are keyed and versioned (data/ledger.h): an answer is stale when its version is older
// than that of the last write that was acknowledged before the question. Of several caches in a
// chain the first one a request meets judges.
#pragma once

#include <memory>
#include <vector>

#include "models/caches/cache_copy.h"
#include "models/caches/cache_measures.h"
#include "models/caches/cache_program.h"
#include "models/caches/cache_spec.h"
#include "models/calls/edge.h"
#include "models/context.h"
#include "models/node.h"
#include "sim/crew.h"

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

    CacheProgram& program_of(const CacheCopy& copy) { return *programs_[copy.index()]; }
    Asking access(CacheCopy& copy, const Request& request) {
        return ask(context_.world, program_of(copy).access(), request);
    }
    Asking load(CacheCopy& copy, const Request& request) {
        return ask(context_.world, program_of(copy).load(), request);
    }

    Reply write(CacheCopy& copy, Request request);
    Reply write_behind(CacheCopy& copy, Request request);
    Reply command(CacheCopy& copy, Request request);

    Response hit(CacheCopy& copy, const CacheCopy::Item& item, const Request& request);
    void keep(CacheCopy& copy, const Request& request, const Response& response, sim::Time began);
    Reply share_load(CacheCopy& copy, Request request);
    sim::Task<void> run_load(CacheCopy& copy, Request request, Key scope,
                             std::shared_ptr<CacheCopy::Load> load);
    void start_load(CacheCopy& copy, const Request& request, Key scope);
    void consider_refresh(CacheCopy& copy, const CacheCopy::Item& item, const Request& request);

    void lead_onward(Request& request) const;
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

    void invalidate(CacheCopy& at, const Request& request, std::uint64_t version);
    sim::Task<void> evict_later(CacheCopy& copy, Key key, std::uint64_t version,
                                sim::Duration delay);
    sim::Task<void> flush(CacheCopy& copy, std::size_t most);
    sim::Task<void> flush_at_intervals(CacheCopy& copy);
    void preload();

    Spec spec_;
    Context context_;
    sim::Distribution access_time_;
    std::uint64_t access_draws_;
    std::uint64_t age_draws_;
    std::uint64_t refresh_draws_;
    CacheMeasures measures_;
    std::optional<Edge> edge_;
    Ledger* ledger_ = nullptr;
    std::vector<Cache*> also_;
    std::vector<std::unique_ptr<CacheCopy>> copies_;
    std::vector<std::unique_ptr<CacheProgram>> programs_;  // of each copy
    std::vector<Instance*> instances_;
    sim::Crew crew_;
};

}  // namespace models
