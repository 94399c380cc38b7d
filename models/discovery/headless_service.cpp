#include "models/discovery/headless_service.h"

#include "sim/sleep.h"

namespace models {

HeadlessService::HeadlessService(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      servers_(spec.servers, [](bool) {}),
      place_(place_of_node(context)),
      way_(context, std::chrono::seconds(10)),
      draws_(context.stream("phases")),
      lookups_(context, "lookups"),
      failed_(context, "failed_lookups"),
      changes_(context, "changes") {}

void HeadlessService::subscribe(const Subscription& subscription) {
    catalog_of(catalogs_, subscription, *this, context_.world.network).subscribe(subscription);
}

void HeadlessService::start() {
    is_started_ = true;
    for (Catalog& each : catalogs_) {
        for (std::size_t entry = 0; entry < each.size(); ++entry) watch_entry(each, entry);
        for (std::size_t client = 0; client < each.clients(); ++client) {
            works_.run(look_up(each, client));
        }
    }
}

void HeadlessService::entered(Catalog& catalog, std::size_t entry) {
    list(catalog, entry, catalog.is_alive(entry));
    watch_entry(catalog, entry);
}

void HeadlessService::left(Catalog& catalog, std::size_t entry) {
    list(catalog, entry, false);
}

void HeadlessService::list(Catalog& catalog, std::size_t entry, bool is_listed) {
    if (catalog.entry(entry).is_listed == is_listed) return;
    catalog.entry(entry).is_listed = is_listed;
    changes_.add();
}

void HeadlessService::watch_entry(Catalog& catalog, std::size_t entry) {
    if (!is_started_ || catalog.entry(entry).is_watched) return;
    catalog.entry(entry).is_watched = true;
    works_.run(probe(catalog, entry));
}

sim::Task<void> HeadlessService::probe(Catalog& catalog, std::size_t entry) {
    const double share = draws_.uniform();
    co_await sim::sleep(context_.scheduler(),
                        sim::from_seconds(share * sim::seconds(spec_.probe_interval)));
    std::uint32_t failures = 0;
    for (;;) {
        const bool passed = catalog.is_alive(entry);
        failures = passed ? 0 : failures + 1;
        if (passed || failures >= spec_.failure_threshold) list(catalog, entry, passed);
        co_await sim::sleep(context_.scheduler(), spec_.probe_interval);
    }
}

// There and back.
sim::Task<bool> HeadlessService::is_answered(PlaceId client) {
    const bool arrives = co_await way_.travels(client, place_);
    if (!arrives || !servers_.is_up()) co_return false;
    const bool comes_back = co_await way_.travels(place_, client);
    co_return comes_back;
}

// Who starts looks it up at some time within the interval, and then each time that it is over and
// its resolver's answer is, too.
sim::Task<void> HeadlessService::look_up(Catalog& catalog, std::size_t client) {
    const double share = draws_.uniform();
    co_await sim::sleep(context_.scheduler(),
                        sim::from_seconds(share * sim::seconds(spec_.refresh_interval)));
    sim::Time expires{};
    for (;;) {
        if (context_.now() >= expires) {
            lookups_.add();
            const bool is_known = co_await is_answered(catalog.place_of_client(client));
            if (is_known) {
                expires = context_.now() + spec_.ttl;
                catalog.tell(client);
            } else {
                failed_.add();
            }
        }
        co_await sim::sleep(context_.scheduler(), spec_.refresh_interval);
    }
}

}  // namespace models
