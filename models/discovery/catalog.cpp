#include "models/discovery/catalog.h"

#include <algorithm>
#include <string>

#include "models/abilities.h"
#include "models/failures/injection.h"
#include "models/network/links.h"

namespace models {

Catalog::Catalog(const Subscription& subscription, Listener& listener, Links* network)
    : service_(subscription.service),
      place_(network == nullptr ? kNowhere : network->place_of(std::string(subscription.name))),
      listener_(listener) {
    for (Instance* const each : service_.instances()) entries_.push_back({each, true, true});
    service_.watch(*this);
}

bool Catalog::is_awake(std::size_t number) const {
    if (!is_alive(number)) return false;
    auto* const injected = dynamic_cast<Injectable*>(entries_[number].instance);
    const Injection* const injection = injected == nullptr ? nullptr : injected->injection();
    return injection == nullptr || !injection->hangs();
}

PlaceId Catalog::place_of(std::size_t number) const {
    const PlaceId own = entries_[number].instance->place();
    return own == kNowhere ? place_ : own;
}

std::size_t Catalog::find(const Instance& instance) const {
    const auto found = std::ranges::find(entries_, &instance, &Entry::instance);
    return static_cast<std::size_t>(found - entries_.begin());
}

std::vector<bool> Catalog::knows_now() const {
    std::vector<bool> knows;
    for (const Entry& each : entries_) knows.push_back(each.is_listed);
    return knows;
}

std::size_t Catalog::listed() const {
    return static_cast<std::size_t>(std::ranges::count(entries_, true, &Entry::is_listed));
}

void Catalog::joined(Instance& instance) {
    const std::size_t number = find(instance);
    if (number == entries_.size()) entries_.push_back({&instance, false, false});
    entries_[number].serves = true;
    listener_.entered(*this, number);
}

void Catalog::leaving(Instance& instance) {
    const std::size_t number = find(instance);
    if (number == entries_.size()) return;
    entries_[number].serves = false;
    listener_.left(*this, number);
}

bool Catalog::tell(std::size_t client, const std::vector<bool>& listed) {
    Client& told = clients_[client];
    told.knows.resize(entries_.size());
    bool is_new = false;
    for (std::size_t each = 0; each < listed.size(); ++each) {
        if (told.knows[each] == listed[each]) continue;
        told.knows[each] = listed[each];
        is_new = true;
        if (listed[each]) {
            told.told->joined(*entries_[each].instance);
        } else {
            told.told->leaving(*entries_[each].instance);
        }
    }
    return is_new;
}

Catalog& catalog_of(std::deque<Catalog>& catalogs, const Subscription& subscription,
                    Catalog::Listener& listener, Links* network) {
    const auto found = std::ranges::find_if(
        catalogs, [&](const Catalog& each) { return each.is_of(subscription.service); });
    if (found != catalogs.end()) return *found;
    return catalogs.emplace_back(subscription, listener, network);
}

}  // namespace models
