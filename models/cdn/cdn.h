// A CDN: locations near users, each with a cache of its own, in front of an origin.
//
//     CdnControl     which location a user is led to, and purges on their way
//     CdnLocation    the cache of one location
//     CdnProgram     the way of a request at a location (and at the purge API)
//     Cdn            the node, and the origin behind it
//
// What is led to a location crosses the links there; what is not there is fetched over those from
// the location to the origin, with the bytes that the object has, so either can be full. The origin
// may be another CDN of fewer locations: a shield. Purges go by messages (CdnControl). Writes are
// passed to the origin, and what a location has of that item goes (RFC 9111, 4.4), at that
// location.
//
// Freshness as in RFC 9111 and RFC 5861. Not modelled: conditional requests (304) - what is fetched
// anew comes as a whole -, Vary, ranges of an object (a segment is an object), connections and TLS
// between users and locations, tiers among the locations themselves.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/blocks/ask.h"
#include "models/calls/edge.h"
#include "models/cdn/cdn_control.h"
#include "models/cdn/cdn_location.h"
#include "models/cdn/cdn_measures.h"
#include "models/cdn/cdn_program.h"
#include "models/cdn/cdn_spec.h"
#include "models/context.h"
#include "models/node.h"
#include "sim/task_group.h"

namespace models {

class Cdn final : public Node, public Service {
public:
    using Spec = CdnSpec;

    Cdn(const Spec& spec, const Context& context);
    ~Cdn() override;

    void connect() override;
    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override { works_.dismiss(); }
    Service* service() override { return this; }
    Ledger* ledger() override;
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call& call) override;
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }
    Go enter_at(const CdnLocation& location) { return programs_[location.index()]->enter(); }

    // --- for its parts ---

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    CdnMeasures& measures() { return measures_; }
    CdnControl& control() { return *control_; }
    CdnLocation& location(std::size_t index) const { return *locations_[index]; }
    Ledger* known_versions() const { return ledger_; }

    // The first behaviour when none is named.
    const CdnBehaviorSpec& rule_of(const Request& request) const { return rules_[rule(request)]; }
    bool is_purge(const Request& request) const { return request.endpoint >= purge_endpoint_; }
    std::uint64_t name_of(const Request& request) const;
    // All names that an item has now: one under each behaviour.
    std::vector<std::uint64_t> names_of(std::uint64_t item) const;
    // In bytes; 0 when the origin says it.
    std::uint32_t size_of(const Request& request) const;
    bool is_forbidden(const Request& request) const;

    // What is not there, and what was there and can be refreshed.
    Reply fetch(CdnLocation& location, Request request);
    void revalidate(CdnLocation& location, const Request& request);
    Reply pass(CdnLocation& location, Request request);
    void purge(const Request& request);
    void hit(CdnLocation& location);
    void missed(CdnLocation& location);
    static Response response_of(const CdnLocation::Found& object);
    EndpointId endpoint_at_origin(const Request& request) const {
        return origin_endpoints_[rule(request)];
    }

private:
    std::size_t rule(const Request& request) const {
        return request.endpoint == 0 || request.endpoint > rules_.size() ? 0 : request.endpoint - 1;
    }
    Request onward(const Request& request, const CdnLocation& location) const;
    sim::Task<void> run_fetch(CdnLocation& location, Request request, std::uint64_t name,
                              std::shared_ptr<CdnLocation::Fetch> fetch);
    void keep(CdnLocation& location, const Request& request, std::uint64_t name,
              const Response& response);
    void preload();
    void use_bytes();
    void say_of_locations();

    Spec spec_;
    Context context_;
    std::vector<CdnBehaviorSpec> rules_;
    std::vector<std::string> endpoints_;
    std::vector<sim::Distribution> sizes_;
    std::vector<sim::Distribution> url_ages_;
    EndpointId purge_endpoint_;
    std::uint64_t size_draws_;
    std::uint64_t url_draws_;
    CdnMeasures measures_;
    std::vector<std::unique_ptr<CdnLocation>> locations_;
    std::vector<Instance*> instances_;
    std::unique_ptr<CdnControl> control_;
    std::vector<std::unique_ptr<CdnProgram>> programs_;  // of each location
    std::optional<CdnApi> api_;
    std::optional<Edge> edge_;
    std::optional<OriginWay> origin_;
    std::vector<EndpointId> origin_endpoints_;  // of each behaviour
    Ledger* ledger_ = nullptr;
    std::uint64_t evictions_before_ = 0;  // the warm-up's end
    sim::TaskGroup works_;
};

}  // namespace models
