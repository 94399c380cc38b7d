#include "models/queue_broker/rabbitmq_spec.h"

#include <fmt/core.h>

#include "models/queue_broker/broker_node.h"

namespace models::amqp {

QueueSettings QueueSpec::settings(const std::string& named) const {
    QueueSettings settings;
    settings.name = named;
    settings.type = type;
    settings.durable = durable;
    settings.max_priority = static_cast<std::uint8_t>(max_priority);
    settings.message_ttl = message_ttl;
    if (max_length) settings.max_length = *max_length;
    if (max_length_bytes) settings.max_length_bytes = max_length_bytes->count;
    settings.overflow = overflow;
    settings.dead_letter_exchange = dead_letter_exchange;
    settings.dead_letter_routing_key = dead_letter_routing_key;
    settings.delivery_limit = delivery_limit;
    return settings;
}

Abilities RabbitMqSpec::suffers() const {
    Abilities all = abilities_of<BrokerNode>();
    const bool takes_time = publish_time > sim::Duration::zero() ||
                            delivery_time > sim::Duration::zero() ||
                            acknowledge_time > sim::Duration::zero();
    if (!takes_time) all = all.without(Abilities::slowness());
    if (nodes == 1) all = all.without(Abilities::partition());
    return all;
}

std::vector<std::string> RabbitMqSpec::endpoint_names() const {
    std::vector<std::string> names;
    for (const auto& each : exchanges.entries) names.push_back(each.first);
    for (const auto& each : queues.entries) names.push_back(each.first);
    return names;
}

std::vector<std::string> RabbitMqSpec::queue_names() const {
    std::vector<std::string> names;
    for (const auto& each : queues.entries) names.push_back(each.first);
    return names;
}

void RabbitMqSpec::check(spec::Check& check) const {
    const std::string hint = "declare it in \"exchanges\", or leave \"\" for the default one";
    for (const auto& [exchange, each] : exchanges.entries) {
        const bool is_known = each.alternate.empty() || exchanges.find(each.alternate) != nullptr;
        check.that(is_known, "exchanges",
                   fmt::format("exchange \"{}\" has an alternate that is not there: \"{}\"",
                               exchange, each.alternate),
                   "declare it in \"exchanges\"");
        check.that(queues.find(exchange) == nullptr, "exchanges",
                   fmt::format("\"{}\" is an exchange and a queue", exchange),
                   "messages are published to one or the other by its name: call them "
                   "differently");
    }
    for (const auto& [queue, each] : queues.entries) {
        for (const BindingSpec& binding : each.bindings) {
            const ExchangeSpec* const exchange = exchanges.find(binding.exchange);
            const bool is_by_headers =
                exchange != nullptr && exchange->type == ExchangeType::headers;
            const bool says_headers = !binding.headers.empty() || binding.match != HeaderMatch::all;
            check.that(is_by_headers || exchange == nullptr || !says_headers, "queues",
                       fmt::format("queue \"{}\" is bound by headers to \"{}\", which does not "
                                   "route by them",
                                   queue, binding.exchange),
                       "bind it by \"key\", or make the exchange's type \"headers\"");
            check.that(exchange != nullptr, "queues",
                       fmt::format("queue \"{}\" is bound to an exchange that is not there: "
                                   "\"{}\"",
                                   queue, binding.exchange),
                       "declare it in \"exchanges\"");
        }
        const std::string dead = each.dead_letter_exchange.value_or("");
        check.that(dead.empty() || exchanges.find(dead) != nullptr, "queues",
                   fmt::format("queue \"{}\" dead-letters to an exchange that is not there: "
                               "\"{}\"",
                               queue, dead),
                   hint);
    }
    check.that(raft_heartbeat_interval < election_timeout, "raft_heartbeat_interval",
               "a leader that is heard of no sooner than it is missed",
               "make it less than \"election_timeout\"");
}

}  // namespace models::amqp
