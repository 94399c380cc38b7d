// Bindings of a topic exchange: patterns of words between dots, where * stands for one word and #
// for none or more.
//
// A trie of words, as RabbitMQ's rabbit_exchange_type_topic: a key costs what its own words and the
// wildcards on their way cost, however many patterns there are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/queue_broker/message.h"

namespace models::amqp {

class TopicTrie {
public:
    TopicTrie() : nodes_(1) {}

    void bind(std::string_view pattern, QueueId queue);
    void unbind(std::string_view pattern, QueueId queue);
    // Adds the queues of each pattern that this key fits; a queue may come more than once.
    void match(std::string_view key, std::vector<QueueId>& found) const;

private:
    struct Node {
        std::map<std::string, std::uint32_t, std::less<>> words;
        std::vector<QueueId> queues;  // of patterns that end here
    };
    using Words = std::vector<std::string_view>;

    void match(std::uint32_t node, const Words& words, std::size_t at,
               std::vector<QueueId>& found) const;

    std::vector<Node> nodes_;
};

// "a.b" is two words, "" none.
std::vector<std::string_view> words_of(std::string_view key);

}  // namespace models::amqp
