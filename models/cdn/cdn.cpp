#include "models/cdn/cdn.h"

#include <algorithm>

#include "models/blocks/ask.h"
#include "models/data/ledger.h"

namespace models {

Cdn::Cdn(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      objects_(spec, context),
      endpoints_(spec.endpoint_names()),
      purge_endpoint_(static_cast<EndpointId>(endpoints_.size()) - 1),
      measures_(context) {
    for (std::uint32_t index = 0; index < spec.locations; ++index) {
        locations_.push_back(std::make_unique<CdnLocation>(*this, index));
        instances_.push_back(locations_.back().get());
    }
    control_ = std::make_unique<CdnControl>(*this);
    context.meter.resource("cores", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : locations_) uses.push_back(each->cpu().use());
    });
}

Cdn::~Cdn() = default;

void Cdn::connect() {
    Directory const& directory = context_.world.directory;
    Node& behind = directory.node(spec_.calls.node);
    ledger_ = ledger();
    objects_.know(ledger_);
    edge_.emplace(context_, Edge::Plan{spec_.calls, spec_.latency.build(), spec_.policies});
    auto* const shield = dynamic_cast<Cdn*>(&behind);
    for (std::size_t each = 0; each < objects_.rules(); ++each) {
        const bool has_name = shield != nullptr && each < spec_.behaviors.size();
        const EndpointId named =
            has_name ? shield->endpoint(spec_.behaviors.entries[each].first).value_or(0) : 0;
        origin_endpoints_.push_back(named != 0 ? named : edge_->endpoint());
        Request there;
        there.endpoint = origin_endpoints_.back();
        const bool is_done = shield != nullptr && shield->objects_.rule_of(there).compression;
        there.endpoint = static_cast<EndpointId>(each) + 1;
        compresses_.push_back(objects_.rule_of(there).compression && !is_done);
    }
    if (shield != nullptr) control_->stand_before(shield->control());
    // A shield's nearest location is found by itself, and who says how far the origin is has said
    // it.
    Links* const network = context_.world.network;
    const bool has_links =
        network != nullptr && shield == nullptr && !(spec_.latency.build().mean() > 0);
    const PlaceId origin = has_links ? network->place_of(spec_.calls.node) : kNowhere;
    origin_.emplace(*this, *edge_, origin, shield != nullptr);
    api_.emplace(*this);
    for (const auto& each : locations_) {
        programs_.push_back(std::make_unique<CdnProgram>(*this, *each));
    }
}

// That of the database at the end of the chain.
Ledger* Cdn::ledger() {
    return context_.world.directory.node(spec_.calls.node).ledger();
}

void Cdn::start() {
    preload();
    control_->start(works_);
}

std::optional<EndpointId> Cdn::endpoint(std::string_view name) const {
    const auto found = std::ranges::find(endpoints_, name);
    if (found == endpoints_.end()) return std::nullopt;
    return static_cast<EndpointId>(found - endpoints_.begin()) + 1;
}

Go Cdn::enter(Call& call) {
    if (is_purge(call.request)) return api_->enter();
    return enter_at(control_->nearest_to(call.request));
}

Response Cdn::response_of(const CdnLocation::Found& object) {
    Response response;
    response.version = object.version;
    response.bytes = object.bytes;
    return response;
}

// --- what is not there ---

// As the origin is asked, from the location: for a whole object, whatever a cache in front has.
Request Cdn::onward(const Request& request, const CdnLocation& location) const {
    Request next = request.onward(0, request.endpoint);
    next.caller = location.index();
    next.is_relayed = true;
    if (request.is_conditional) next.version = 0;
    if (request.is_for_part) next.operation = 0;
    next.is_conditional = next.is_for_part = false;
    if (context_.world.network != nullptr) next.place = location.place();
    return next;
}

Reply Cdn::fetch(CdnLocation& location, Request request) {
    const CdnObjects::Wanted wanted = objects_.wanted(request);
    Response whole;
    for (std::uint32_t each = wanted.first; each <= wanted.last; ++each) {
        const CdnObjects::Part part = objects_.part(request, wanted, each);
        std::optional<CdnLocation::Found> there;
        if (part.is_slice) there = location.find(part.name, objects_.rule_of(request));
        Response one;
        if (there && context_.now() < there->fresh_until) {
            one = response_of(*there);
        } else {
            const Request asked = each == wanted.first ? request : request.again(each);
            one = co_await fetch_part(location, asked, part);
        }
        if (each > wanted.first && one.ok()) {
            one.version = std::min(whole.version, one.version);
            one.bytes += whole.bytes;
        }
        whole = one;
        if (!whole.ok()) break;
    }
    if (whole.ok() && wanted.bytes > 0) whole.bytes = std::min(whole.bytes, wanted.bytes);
    co_return whole;
}

Reply Cdn::fetch_part(CdnLocation& location, Request request, CdnObjects::Part part) {
    std::shared_ptr<CdnLocation::Fetch> fetch =
        spec_.collapse ? location.fetch_of(part.name) : nullptr;
    if (fetch != nullptr) {
        measures_.collapsed.add();
    } else {
        fetch = spec_.collapse ? location.begin_fetch(part.name)
                               : std::make_shared<CdnLocation::Fetch>(context_.scheduler());
        works_.run(run_fetch(location, request, part, fetch));
    }
    const sim::Time began = context_.now();
    co_await fetch->answer.is_there.pass();
    context_.meter.spent(Spent::calling, context_.now() - began);
    const Response response = fetch->answer.response;
    if (response.ok()) co_return response;
    const CdnBehaviorSpec& rule = objects_.rule_of(request);
    const auto old = location.find(part.name, rule);
    if (!old || context_.now() >= old->fresh_until + rule.stale_if_error) co_return response;
    measures_.served_if_error.add();
    co_return response_of(*old);
}

// Runs on its own: those who wait for it may go away. What is there, though too old, is what the
// origin is asked about.
sim::Task<void> Cdn::run_fetch(CdnLocation& location, Request request, CdnObjects::Part part,
                               std::shared_ptr<CdnLocation::Fetch> fetch) {
    measures_.origin_fetches.add();
    ++location.counts().origin_fetches;
    const CdnBehaviorSpec& rule = objects_.rule_of(request);
    std::optional<CdnLocation::Found> old;
    if (rule.keep > sim::Duration::zero()) old = location.find(part.name, rule);
    Request there = onward(request, location);
    there.is_for_part = part.is_slice;
    if (part.is_slice) there.operation = CdnObjects::range(part);
    there.is_conditional = old.has_value();
    if (old) there.version = old->version;
    Response response = co_await ask(context_.world, *origin_, there);
    if (!response.ok()) {
        measures_.failed_fetches.add();
    } else if (response.unchanged) {
        measures_.revalidated.add();
        measures_.bytes_not_sent.add(old->bytes);
        response = response_of(*old);
    } else {
        measures_.origin_bytes.add(response.bytes);
        location.counts().origin_bytes += response.bytes;
        if (compresses_[objects_.rule(request)]) co_await compress(location, request, response);
    }
    if (response.ok() && !fetch->is_purged) keep(location, request, part.name, response);
    location.end_fetch(part.name, fetch);
    fetch->answer.come(response);
}

sim::Task<void> Cdn::compress(CdnLocation& location, const Request& request, Response& response) {
    const CdnCompressionSpec& how = *objects_.rule_of(request).compression;
    const double before = response.bytes;
    if (before < static_cast<double>(how.min_length.count)) co_return;
    const double seconds = before / static_cast<double>(how.bytes_per_second.count);
    co_await location.cpu().work(sim::from_seconds(seconds));
    response.bytes = static_cast<std::uint32_t>(how.compressed(before));
    measures_.compressed_in.add(before);
    measures_.compressed_out.add(response.bytes);
}

void Cdn::revalidate(CdnLocation& location, const Request& request, const CdnObjects::Part& part) {
    if (location.fetch_of(part.name) != nullptr) return;
    Request background = request.again(1 + part.begin);
    background.span = 0;  // whoever was traced has his answer
    works_.run(run_fetch(location, background, part, location.begin_fetch(part.name)));
}

void Cdn::keep(CdnLocation& location, const Request& request, std::uint64_t name,
               const Response& response) {
    const CdnBehaviorSpec& rule = objects_.rule_of(request);
    if (!rule.keeps() || response.missing) return;
    location.put(name, {response.version, response.bytes, context_.now() + rule.ttl}, rule);
}

// A write is the origin's; what is here of that item is old.
Reply Cdn::pass(CdnLocation& location, Request request) {
    measures_.passed.add();
    Request there = onward(request, location);
    const sim::Time began = context_.now();
    const Response response = co_await ask(context_.world, *origin_, there);
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (response.ok()) {
        for (const std::uint64_t name : objects_.names_of(request.key)) location.erase(name);
    }
    co_return response;
}

void Cdn::purge(const Request& request) {
    measures_.purge_calls.add();
    CdnPurge purge;
    purge.item = request.key;
    purge.is_of_all = request.endpoint > purge_endpoint_;
    purge.began = context_.now();
    control_->accept(std::move(purge));
}

// --- counting ---

void Cdn::hit(CdnLocation& location) {
    measures_.hits.add();
    ++location.counts().hits;
}

void Cdn::missed(CdnLocation& location) {
    measures_.misses.add();
    ++location.counts().misses;
}

// As if each had been fetched at some time before.
void Cdn::preload() {
    Request request;
    request.endpoint = 1;
    const CdnBehaviorSpec& rule = objects_.rule_of(request);
    const std::uint64_t ages = context_.stream("ages of what is preloaded");
    const auto usual = static_cast<std::uint32_t>(spec_.object_size.count);
    for (const auto& location : locations_) {
        for (request.key = 0; request.key < spec_.preload; ++request.key) {
            sim::Draws draws(sim::request_key(ages + location->index(), request.key));
            const double left = (1 - draws.uniform()) * sim::seconds(rule.ttl);
            const sim::Time fresh_until = context_.now() + sim::from_seconds(left);
            const CdnObjects::Wanted all = objects_.whole(request);
            for (std::uint32_t each = all.first; each <= all.last; ++each) {
                const CdnObjects::Part part = objects_.part(request, all, each);
                double bytes = part.bytes > 0 ? part.bytes : usual;
                if (rule.compression) bytes = rule.compression->compressed(bytes);
                location->put(part.name, {0, static_cast<std::uint32_t>(bytes), fresh_until}, rule);
            }
        }
    }
}

}  // namespace models
