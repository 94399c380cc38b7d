// Exchanges and their bindings: which queues a message goes to.
//
//     default   the queue that is called as the routing key
//     direct    the queues bound with that very key: a hash table
//     topic     those whose pattern fits: a trie (topic_trie.h)
//     fanout    all
//     headers   those whose header values the message has, all of them or any: looked at one by one
//
// A queue gets a message once, however many of its bindings fit. What no queue gets goes to the
// alternate exchange, if there is one. Not modelled: bindings of exchanges to exchanges.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/queue_broker/topic_trie.h"
#include "models/spec/declaration/spec.h"

namespace models::amqp {

enum class ExchangeType : std::uint8_t { direct, topic, fanout, headers };
constexpr auto names_of(ExchangeType) {
    return std::array{
        spec::Word{"direct", ExchangeType::direct, "To queues bound with the routing key itself."},
        spec::Word{"topic", ExchangeType::topic,
                   "To queues whose pattern fits: * is one word of the key, # none or more."},
        spec::Word{"fanout", ExchangeType::fanout, "To all that are bound."},
        spec::Word{"headers", ExchangeType::headers, "By the message's headers, not its key."}};
}

struct Binding {
    QueueId queue = 0;
    std::string key{};         // direct: the routing key; topic: the pattern
    Headers headers{};         // of an exchange of that type
    bool matches_any = false;  // x-match
};

class Exchange {
public:
    Exchange(std::string name, ExchangeType type) : name_(std::move(name)), type_(type) {}

    void bind(const Binding& binding);
    void unbind(const Binding& binding);
    void match(const Envelope& envelope, std::vector<QueueId>& found) const;
    const std::string& name() const { return name_; }
    ExchangeType type() const { return type_; }

    std::optional<ExchangeId> alternate{};

private:
    std::string name_;
    ExchangeType type_;
    std::unordered_map<std::string, std::vector<QueueId>> by_key_;
    TopicTrie patterns_;
    std::vector<Binding> bindings_;  // of fanout and headers
};

class Exchanges {
public:
    static constexpr ExchangeId kDefault = 0;

    Exchanges() { exchanges_.emplace_back("", ExchangeType::direct); }

    ExchangeId declare(const std::string& name, ExchangeType type);
    std::optional<ExchangeId> find(std::string_view name) const;
    // To change it.
    Exchange& operator[](ExchangeId id) {
        ++changes_;
        return exchanges_[id];
    }
    const Exchange& operator[](ExchangeId id) const { return exchanges_[id]; }

    // The queues that it goes to, each once; in `found`, which is cleared first.
    void route(const Envelope& envelope, std::vector<QueueId>& found);
    // The same, remembered until an exchange changes: what it costs for a message does not grow
    // with bindings.
    const std::vector<QueueId>& queues_of(EnvelopeId id, const Envelope& envelope);

private:
    struct Route {
        std::uint64_t changes = 0;  // that it knows of
        std::vector<QueueId> queues{};
    };
    void keep_first_of_each(std::vector<QueueId>& found);

    std::deque<Exchange> exchanges_;
    std::map<std::string, ExchangeId, std::less<>> names_;
    std::vector<std::uint64_t> seen_;  // by queue: in which routing
    std::uint64_t routings_ = 0;
    std::uint64_t changes_ = 1;
    std::deque<Route> routes_;  // by envelope
};

}  // namespace models::amqp
