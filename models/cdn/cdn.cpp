#include "models/cdn/cdn.h"

#include <algorithm>

#include "models/blocks/ask.h"
#include "models/data/ledger.h"

namespace models {

Cdn::Cdn(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      rules_(spec.rules()),
      endpoints_(spec.endpoint_names()),
      purge_endpoint_(static_cast<EndpointId>(endpoints_.size()) - 1),
      size_draws_(context.stream("sizes of objects")),
      url_draws_(context.stream("signed urls")),
      measures_(context) {
    for (const CdnBehaviorSpec& each : rules_) {
        sizes_.push_back(each.size ? each.size->build() : sim::Distribution());
        url_ages_.push_back(each.signed_urls ? each.signed_urls->age.build() : sim::Distribution());
    }
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
    edge_.emplace(context_, Edge::Plan{spec_.calls, spec_.latency.build(), spec_.policies});
    auto* const shield = dynamic_cast<Cdn*>(&behind);
    for (std::size_t each = 0; each < rules_.size(); ++each) {
        const bool has_name = shield != nullptr && each < spec_.behaviors.size();
        const EndpointId named =
            has_name ? shield->endpoint(spec_.behaviors.entries[each].first).value_or(0) : 0;
        origin_endpoints_.push_back(named != 0 ? named : edge_->endpoint());
    }
    if (shield != nullptr) control_->stand_before(shield->control());
    // A shield's nearest location is found by itself, and who says how far the origin is has said
    // it.
    Links* const network = context_.world.network;
    const bool has_links =
        network != nullptr && shield == nullptr && !(spec_.latency.build().mean() > 0);
    const PlaceId origin = has_links ? network->place_of(spec_.calls.node) : kNowhere;
    origin_.emplace(*this, *edge_, origin);
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

// --- which object ---

std::uint64_t Cdn::name_of(const Request& request) const {
    const std::size_t number = rule(request);
    const std::uint64_t name = sim::mix(request.key + number * 0x9e3779b97f4a7c15u);
    if (rules_[number].names == ObjectNames::plain || ledger_ == nullptr) return name;
    return sim::mix(name + ledger_->acknowledged(request.key));
}

std::vector<std::uint64_t> Cdn::names_of(std::uint64_t item) const {
    std::vector<std::uint64_t> names;
    Request request;
    request.key = item;
    for (std::size_t each = 0; each < rules_.size(); ++each) {
        request.endpoint = static_cast<EndpointId>(each) + 1;
        names.push_back(name_of(request));
    }
    return names;
}

std::uint32_t Cdn::size_of(const Request& request) const {
    const std::size_t number = rule(request);
    if (!rules_[number].size) return 0;
    sim::Draws draws(sim::request_key(size_draws_ + number, request.key));
    const double bytes = sizes_[number].sample(draws);
    return static_cast<std::uint32_t>(std::clamp(bytes, 1.0, 4294967295.0));
}

// A shield has no such rule: its locations have looked.
bool Cdn::is_forbidden(const Request& request) const {
    const std::size_t number = rule(request);
    const auto& urls = rules_[number].signed_urls;
    if (!urls) return false;
    sim::Draws draws(sim::request_key(url_draws_, request.identity));
    if (draws.chance(urls->unsigned_requests.value)) return true;
    return url_ages_[number].sample(draws) > sim::seconds(urls->valid_for);
}

Response Cdn::response_of(const CdnLocation::Found& object) {
    Response response;
    response.version = object.version;
    response.bytes = object.bytes;
    return response;
}

// --- what is not there ---

// As the origin is asked, from the location.
Request Cdn::onward(const Request& request, const CdnLocation& location) const {
    Request next = request.onward(0, request.endpoint);
    next.caller = location.index();
    next.is_relayed = true;
    if (context_.world.network != nullptr) next.place = location.place();
    return next;
}

Reply Cdn::fetch(CdnLocation& location, Request request) {
    const std::uint64_t name = name_of(request);
    std::shared_ptr<CdnLocation::Fetch> fetch = spec_.collapse ? location.fetch_of(name) : nullptr;
    if (fetch != nullptr) {
        measures_.collapsed.add();
    } else {
        fetch = spec_.collapse ? location.begin_fetch(name)
                               : std::make_shared<CdnLocation::Fetch>(context_.scheduler());
        works_.run(run_fetch(location, request, name, fetch));
    }
    const sim::Time began = context_.now();
    co_await fetch->answer.is_there.pass();
    context_.meter.spent(Spent::calling, context_.now() - began);
    const Response response = fetch->answer.response;
    if (response.ok()) co_return response;
    const CdnBehaviorSpec& rule = rule_of(request);
    const auto old = location.find(name, rule);
    if (!old || context_.now() >= old->fresh_until + rule.stale_if_error) co_return response;
    measures_.served_if_error.add();
    co_return response_of(*old);
}

// Runs on its own: those who wait for it may go away.
sim::Task<void> Cdn::run_fetch(CdnLocation& location, Request request, std::uint64_t name,
                               std::shared_ptr<CdnLocation::Fetch> fetch) {
    measures_.origin_fetches.add();
    ++location.counts().origin_fetches;
    const Response response = co_await ask(context_.world, *origin_, onward(request, location));
    if (response.ok()) {
        measures_.origin_bytes.add(response.bytes);
        location.counts().origin_bytes += response.bytes;
        if (!fetch->is_purged) keep(location, request, name, response);
    } else {
        measures_.failed_fetches.add();
    }
    location.end_fetch(name, fetch);
    fetch->answer.come(response);
}

void Cdn::revalidate(CdnLocation& location, const Request& request) {
    const std::uint64_t name = name_of(request);
    if (location.fetch_of(name) != nullptr) return;
    Request background = request.again(1);
    background.span = 0;  // whoever was traced has his answer
    works_.run(run_fetch(location, background, name, location.begin_fetch(name)));
}

void Cdn::keep(CdnLocation& location, const Request& request, std::uint64_t name,
               const Response& response) {
    const CdnBehaviorSpec& rule = rule_of(request);
    if (!rule.keeps() || response.missing) return;
    const auto usual = static_cast<std::uint32_t>(spec_.object_size.count);
    const std::uint32_t bytes = response.bytes > 0 ? response.bytes : usual;
    location.put(name, {response.version, bytes, context_.now() + rule.ttl}, rule);
}

// A write is the origin's; what is here of that item is old.
Reply Cdn::pass(CdnLocation& location, Request request) {
    measures_.passed.add();
    Request there = onward(request, location);
    const sim::Time began = context_.now();
    const Response response = co_await ask(context_.world, *origin_, there);
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (response.ok()) {
        for (const std::uint64_t name : names_of(request.key)) location.erase(name);
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
    const std::uint64_t ages = context_.stream("ages of what is preloaded");
    for (const auto& location : locations_) {
        for (request.key = 0; request.key < spec_.preload; ++request.key) {
            const std::uint32_t size = size_of(request);
            const auto usual = static_cast<std::uint32_t>(spec_.object_size.count);
            sim::Draws draws(sim::request_key(ages + location->index(), request.key));
            const double left = (1 - draws.uniform()) * sim::seconds(rules_.front().ttl);
            location->put(name_of(request),
                          {0, size > 0 ? size : usual, context_.now() + sim::from_seconds(left)},
                          rules_.front());
        }
    }
}

}  // namespace models
