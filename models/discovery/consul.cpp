#include "models/discovery/consul.h"

#include <algorithm>

#include "sim/sleep.h"

namespace models {

Consul::Consul(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      servers_(spec.servers,
               [this](bool are_up) {
                   if (are_up) tell_all();
               }),
      place_(place_of_node(context)),
      way_(context, std::chrono::seconds(10)),
      draws_(context.stream("phases")),
      checks_(context, "checks"),
      critical_(context, "critical"),
      registrations_(context, "registrations") {}

void Consul::subscribe(const Subscription& subscription) {
    catalog_of(catalogs_, subscription, *this, context_.world.network).subscribe(subscription);
}

void Consul::start() {
    is_started_ = true;
    for (Catalog& each : catalogs_) {
        for (std::size_t entry = 0; entry < each.size(); ++entry) watch_entry(each, entry);
    }
}

// Registered by its agent; it is listed when a check has passed.
void Consul::entered(Catalog& catalog, std::size_t entry) {
    watch_entry(catalog, entry);
}

void Consul::watch_entry(Catalog& catalog, std::size_t entry) {
    if (!is_started_ || catalog.entry(entry).is_watched) return;
    catalog.entry(entry).is_watched = true;
    works_.run(check(catalog, entry));
}

// It deregisters itself.
void Consul::left(Catalog& catalog, std::size_t entry) {
    if (servers_.is_up()) list(catalog, entry, false);
}

void Consul::list(Catalog& catalog, std::size_t entry, bool is_listed) {
    if (catalog.entry(entry).is_listed == is_listed) return;
    catalog.entry(entry).is_listed = is_listed;
    if (is_listed) registrations_.add();
    tell_all();
}

void Consul::tell_all() {
    for (Catalog& each : catalogs_) {
        for (std::size_t client = 0; client < each.clients(); ++client) each.tell(client);
    }
}

// There and back.
sim::Task<bool> Consul::connects(Catalog& catalog, std::size_t entry) {
    const PlaceId there = catalog.place_of(entry);
    if (!co_await way_.travels(place_, there)) co_return false;
    const bool is_alive = catalog.is_alive(entry);
    co_return co_await way_.travels(there, place_) && is_alive;
}

sim::Task<void> Consul::check(Catalog& catalog, std::size_t entry) {
    const double share = draws_.uniform();
    sim::Time next = context_.now() + sim::from_seconds(share * sim::seconds(spec_.interval));
    std::uint32_t contradictions = 0;
    for (;;) {
        co_await sim::sleep_until(context_.scheduler(), next);
        if (servers_.is_up()) {
            checks_.add();
            const bool passed = co_await connects(catalog, entry);
            const bool is_listed = catalog.entry(entry).is_listed;
            contradictions = passed == is_listed ? 0 : contradictions + 1;
            const std::uint32_t needed =
                passed ? spec_.success_before_passing : spec_.failures_before_critical;
            if (contradictions >= needed) {
                contradictions = 0;
                if (!passed) critical_.add();
                list(catalog, entry, passed);
            }
        }
        next = std::max(next + spec_.interval, context_.now());
    }
}

}  // namespace models
