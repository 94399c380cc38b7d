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

    Reply call(Request request) override;

    // What its copies need of it.
    Reply serve(CacheCopy& copy, Request request);
    void lost(const CacheCopy& copy, std::size_t entries, std::uint64_t writes);
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }

private:
    Reply answer(CacheCopy& copy, Request request);
    Reply read(CacheCopy& copy, Request request);
    Reply write(CacheCopy& copy, Request request);
    Reply write_behind(CacheCopy& copy, Request request);
    Reply command(CacheCopy& copy, Request request);
    sim::Task<void> access(CacheCopy& copy, const Request& request);

    Reply load(CacheCopy& copy, Request request);
    Reply share_load(CacheCopy& copy, Request request);
    sim::Task<void> run_load(CacheCopy& copy, Request request, Key scope,
                             std::shared_ptr<CacheCopy::Load> load);
    void start_load(CacheCopy& copy, const Request& request, Key scope);
    void consider_refresh(CacheCopy& copy, const CacheCopy::Item& item, const Request& request);

    Request onward(const Request& request) const;
    Response response_of(CacheCopy& copy, const CacheCopy::Item& item, Key key) const;
    bool disagrees(const CacheCopy& copy, Key key, std::uint64_t version) const;
    CacheCopy::Item item_of(const Response& response, sim::Duration loaded_in,
                            const Request& request) const;
    CacheCopy& copy_of(const Request& request);
    Key entry_key(const Request& request) const;
    Key data_key(const Request& request) const;
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
    sim::Distribution broadcast_delay_;
    std::uint64_t access_draws_;
    std::uint64_t age_draws_;
    std::uint64_t refresh_draws_;
    sim::Draws broadcast_draws_;
    CacheMeasures measures_;
    std::optional<Edge> edge_;
    Ledger* ledger_ = nullptr;
    std::vector<Cache*> also_;
    std::vector<std::unique_ptr<CacheCopy>> copies_;
    std::vector<Instance*> instances_;
    sim::Crew crew_;
};

}  // namespace models
