#include "models/discovery/eureka.h"

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

Eureka::Eureka(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      servers_(spec.servers, [this](bool are_up) { servers_changed(are_up); }),
      place_(place_of_node(context)),
      way_(context, std::chrono::seconds(8)),
      draws_(context.stream("phases")),
      renewals_(context, "renewals"),
      fetches_(context, "fetches"),
      registrations_(context, "registrations"),
      expired_(context, "expired_leases"),
      preserved_(context, "self_preservations") {}

void Eureka::subscribe(const Subscription& subscription) {
    catalog_of(catalogs_, subscription, *this, context_.world.network).subscribe(subscription);
}

// Whoever is there has its lease, and everybody is somewhere in his interval.
void Eureka::start() {
    is_started_ = true;
    for (Catalog& each : catalogs_) {
        for (std::size_t entry = 0; entry < each.size(); ++entry) watch_entry(each, entry);
        for (std::size_t client = 0; client < each.clients(); ++client) {
            works_.run(fetch(each, client));
        }
    }
    works_.run(evict());
    works_.run(count_minutes());
}

sim::Duration Eureka::some_of(sim::Duration interval) {
    return sim::from_seconds(draws_.uniform() * sim::seconds(interval));
}

// --- leases ---

void Eureka::heard_of(Catalog& catalog, std::size_t entry) {
    Catalog::Entry& its = catalog.entry(entry);
    its.heard = context_.now();
    if (!its.is_listed) registrations_.add();
    its.is_listed = true;
}

void Eureka::entered(Catalog& catalog, std::size_t entry) {
    if (servers_.is_up()) heard_of(catalog, entry);
    watch_entry(catalog, entry);
}

void Eureka::watch_entry(Catalog& catalog, std::size_t entry) {
    if (!is_started_ || catalog.entry(entry).is_watched) return;
    catalog.entry(entry).is_watched = true;
    works_.run(renew(catalog, entry));
}

// It cancels its lease.
void Eureka::left(Catalog& catalog, std::size_t entry) {
    if (servers_.is_up()) catalog.entry(entry).is_listed = false;
}

sim::Task<void> Eureka::renew(Catalog& catalog, std::size_t entry) {
    sim::Time next = context_.now() + some_of(spec_.renewal_interval);
    for (;;) {
        co_await sim::sleep_until(context_.scheduler(), next);
        if (catalog.is_awake(entry) && co_await way_.travels(catalog.place_of(entry), place_) &&
            servers_.is_up()) {
            heard_of(catalog, entry);
            renewals_.add();
            ++renewals_now_;
        }
        next = std::max(next + spec_.renewal_interval, context_.now());
    }
}

// What they had in memory is gone.
void Eureka::servers_changed(bool are_up) {
    if (are_up) {
        answers_from_ = context_.now() + spec_.wait_when_empty;
        return;
    }
    for (Catalog& each : catalogs_) {
        for (std::size_t entry = 0; entry < each.size(); ++entry)
            each.entry(entry).is_listed = false;
    }
    has_minute_ = false;
}

// --- what expires ---

std::size_t Eureka::listed() const {
    std::size_t all = 0;
    for (const Catalog& each : catalogs_) all += each.listed();
    return all;
}

sim::Task<void> Eureka::count_minutes() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), std::chrono::minutes(1));
        renewals_last_ = renewals_now_;
        renewals_now_ = 0;
        has_minute_ = servers_.is_up();
    }
}

bool Eureka::preserves_itself() const {
    if (!spec_.self_preservation || !has_minute_) return false;
    const double each = 60 / sim::seconds(spec_.renewal_interval);
    const double expected = static_cast<double>(listed()) * each;
    const double threshold = std::floor(expected * spec_.renewal_percent_threshold.value);
    return static_cast<double>(renewals_last_) <= threshold;
}

sim::Task<void> Eureka::evict() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.eviction_interval);
        if (servers_.is_up()) evict_once();
    }
}

void Eureka::evict_once() {
    const auto all = static_cast<double>(listed());
    const double kept = std::floor(all * spec_.renewal_percent_threshold.value);
    double most = all - kept;
    const bool preserves = preserves_itself();
    bool is_kept = false;
    for (Catalog& each : catalogs_) {
        for (std::size_t number = 0; number < each.size(); ++number) {
            Catalog::Entry& entry = each.entry(number);
            const bool is_over = context_.now() - entry.heard > spec_.lease_duration;
            if (!entry.is_listed || !is_over) continue;
            is_kept |= preserves;
            if (preserves || most < 1) continue;
            most -= 1;
            entry.is_listed = false;
            expired_.add();
        }
    }
    if (is_kept) preserved_.add();
}

// --- who asks ---

sim::Task<void> Eureka::fetch(Catalog& catalog, std::size_t client) {
    co_await sim::sleep(context_.scheduler(), some_of(spec_.fetch_interval));
    for (;;) {
        if (servers_.is_up() && context_.now() >= answers_from_) {
            fetches_.add();
            catalog.tell(client);
        }
        co_await sim::sleep(context_.scheduler(), spec_.fetch_interval);
    }
}

}  // namespace models
