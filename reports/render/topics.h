// topics.jsonl: what the topics and queues of a run keep when it ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/recording.h"

namespace reports {

struct Topic {
    std::string node;
    sim::TopicRecord record;

    // "kafka.orders"
    std::string name() const { return node + "." + record.name; }
    bool operator==(const Topic&) const = default;
};

std::vector<Topic> topics_of(const sim::Recording& recording);

// A line for each topic (node, topic, partitions, messages, bytes), each followed by lines for its
// messages (partition, offset, key, at_ns, bytes, request): the oldest first, and of those beyond
// what is kept the newest.
std::string topics_jsonl(const std::vector<Topic>& topics);

// What topics_jsonl wrote. Throws std::exception for what it did not.
std::vector<Topic> read_topics(std::string_view text);

// Of one message.
std::string request_name(const sim::StoredMessage& message);  // "00ab54a98ceb1f0a"

}  // namespace reports
