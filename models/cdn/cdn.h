// A CDN: locations near users, each with a cache of its own, in front of an origin.
//
//     CdnControl     which location a user is led to, and purges on their way
//     CdnLocation    the cache of one location
//     CdnObjects     what a request is for: names, variants, slices, sizes
//     CdnProgram     the way of a request at a location (and at the purge API)
//     Cdn            the node, and the origin behind it
//
// What is led to a location crosses the links there; what is not there is fetched over those from
// the location to the origin, with the bytes that the object has, so either can be full. The origin
// may be another CDN of fewer locations: a shield. Purges go by messages (CdnControl). Writes are
// passed to the origin, and what a location has of that item goes (RFC 9111, 4.4), at that
// location.
//
// Freshness as in RFC 9111 and RFC 5861. What is kept past that (`keep`) is revalidated: whoever is
// asked knows which version the location has, and answers without a body if it is the same (304).
// An answer of several slices is as old as the oldest. Not modelled: Last-Modified's resolution of
// a second, several ranges in one request, connections and TLS between users and locations, tiers
// among the locations themselves.
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
#include "models/cdn/cdn_objects.h"
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

    CdnObjects& objects() { return objects_; }
    bool is_purge(const Request& request) const { return request.endpoint >= purge_endpoint_; }

    // What is not there, and what was there and can be refreshed.
    Reply fetch(CdnLocation& location, Request request);
    void revalidate(CdnLocation& location, const Request& request, const CdnObjects::Part& part);
    Reply pass(CdnLocation& location, Request request);
    void purge(const Request& request);
    void hit(CdnLocation& location);
    void missed(CdnLocation& location);
    static Response response_of(const CdnLocation::Found& object);
    EndpointId endpoint_at_origin(const Request& request) const {
        return origin_endpoints_[objects_.rule(request)];
    }

private:
    Request onward(const Request& request, const CdnLocation& location) const;
    Reply fetch_part(CdnLocation& location, Request request, CdnObjects::Part part);
    sim::Task<void> run_fetch(CdnLocation& location, Request request, CdnObjects::Part part,
                              std::shared_ptr<CdnLocation::Fetch> fetch);
    sim::Task<void> compress(CdnLocation& location, const Request& request, Response& response);
    void keep(CdnLocation& location, const Request& request, std::uint64_t name,
              const Response& response);
    void preload();
    void use_bytes();
    void say_of_locations();

    Spec spec_;
    Context context_;
    CdnObjects objects_;
    std::vector<std::string> endpoints_;
    EndpointId purge_endpoint_;
    CdnMeasures measures_;
    std::vector<std::unique_ptr<CdnLocation>> locations_;
    std::vector<Instance*> instances_;
    std::unique_ptr<CdnControl> control_;
    std::vector<std::unique_ptr<CdnProgram>> programs_;  // of each location
    std::optional<CdnApi> api_;
    std::optional<Edge> edge_;
    std::optional<OriginWay> origin_;
    std::vector<EndpointId> origin_endpoints_;  // of each behaviour
    std::vector<bool> compresses_;              // likewise
    Ledger* ledger_ = nullptr;
    std::uint64_t evictions_before_ = 0;  // the warm-up's end
    sim::TaskGroup works_;
};

}  // namespace models
