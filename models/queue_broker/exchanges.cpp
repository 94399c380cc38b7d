#include "models/queue_broker/exchanges.h"

#include <algorithm>
#include <utility>

namespace models::amqp {

namespace {

// No header to match is matched by all.
bool fits(const Binding& binding, const Headers& headers) {
    const auto has = [&](const Headers::value_type& wanted) {
        const auto found = headers.find(wanted.first);
        return found != headers.end() && found->second == wanted.second;
    };
    const Headers& wanted = binding.headers;
    if (binding.matches_any) return std::any_of(wanted.begin(), wanted.end(), has);
    return std::all_of(wanted.begin(), wanted.end(), has);
}

bool is_same(const Binding& one, const Binding& other) {
    return one.queue == other.queue && one.key == other.key && one.headers == other.headers &&
           one.matches_any == other.matches_any;
}

}  // namespace

void Exchange::bind(const Binding& binding) {
    if (type_ == ExchangeType::topic) return patterns_.bind(binding.key, binding.queue);
    if (type_ == ExchangeType::direct) {
        auto& queues = by_key_[binding.key];
        const auto known = std::find(queues.begin(), queues.end(), binding.queue);
        if (known == queues.end()) queues.push_back(binding.queue);
        return;
    }
    const auto known = std::find_if(bindings_.begin(), bindings_.end(),
                                    [&](const Binding& each) { return is_same(each, binding); });
    if (known == bindings_.end()) bindings_.push_back(binding);
}

void Exchange::unbind(const Binding& binding) {
    if (type_ == ExchangeType::topic) return patterns_.unbind(binding.key, binding.queue);
    if (type_ == ExchangeType::direct) {
        const auto found = by_key_.find(binding.key);
        if (found == by_key_.end()) return;
        std::erase(found->second, binding.queue);
        if (found->second.empty()) by_key_.erase(found);
        return;
    }
    std::erase_if(bindings_, [&](const Binding& each) { return is_same(each, binding); });
}

void Exchange::match(const Envelope& envelope, std::vector<QueueId>& found) const {
    switch (type_) {
        case ExchangeType::direct: {
            const auto bound = by_key_.find(envelope.routing_key);
            if (bound == by_key_.end()) return;
            found.insert(found.end(), bound->second.begin(), bound->second.end());
            return;
        }
        case ExchangeType::topic:
            return patterns_.match(envelope.routing_key, found);
        case ExchangeType::fanout:
            for (const Binding& each : bindings_) found.push_back(each.queue);
            return;
        case ExchangeType::headers:
            for (const Binding& each : bindings_) {
                if (fits(each, envelope.headers)) found.push_back(each.queue);
            }
            return;
    }
}

ExchangeId Exchanges::declare(const std::string& name, ExchangeType type) {
    const auto [known, is_new] = names_.emplace(name, static_cast<ExchangeId>(exchanges_.size()));
    if (is_new) exchanges_.emplace_back(name, type);
    ++changes_;
    return known->second;
}

std::optional<ExchangeId> Exchanges::find(std::string_view name) const {
    if (name.empty()) return kDefault;
    const auto found = names_.find(name);
    return found == names_.end() ? std::nullopt : std::optional(found->second);
}

// Along the alternates until one has a queue for it; a circle of alternates ends where it began.
void Exchanges::route(const Envelope& envelope, std::vector<QueueId>& found) {
    found.clear();
    std::optional<ExchangeId> at = envelope.exchange;
    for (std::size_t tries = 0; at && tries < exchanges_.size(); ++tries) {
        exchanges_[*at].match(envelope, found);
        if (!found.empty()) return keep_first_of_each(found);
        at = exchanges_[*at].alternate;
    }
}

const std::vector<QueueId>& Exchanges::queues_of(EnvelopeId id, const Envelope& envelope) {
    if (id >= routes_.size()) routes_.resize(id + 1);
    Route& known = routes_[id];
    if (std::exchange(known.changes, changes_) != changes_) route(envelope, known.queues);
    return known.queues;
}

void Exchanges::keep_first_of_each(std::vector<QueueId>& found) {
    if (found.size() < 2) return;
    ++routings_;
    std::erase_if(found, [&](QueueId queue) {
        if (queue >= seen_.size()) seen_.resize(queue + 1);
        return std::exchange(seen_[queue], routings_) == routings_;
    });
}

}  // namespace models::amqp
