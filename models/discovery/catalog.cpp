#include "models/discovery/catalog.h"

#include <algorithm>

namespace models {

Catalog::Catalog(Node& service, Listener& listener) : service_(service), listener_(listener) {
    for (Instance* const each : service.instances()) entries_.push_back({each, true, true});
    service.watch(*this);
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

void Catalog::tell(std::size_t client) {
    Client& told = clients_[client];
    told.knows.resize(entries_.size());
    for (std::size_t each = 0; each < entries_.size(); ++each) {
        if (told.knows[each] == entries_[each].is_listed) continue;
        told.knows[each] = entries_[each].is_listed;
        if (told.knows[each]) {
            told.told->joined(*entries_[each].instance);
        } else {
            told.told->leaving(*entries_[each].instance);
        }
    }
}

}  // namespace models
