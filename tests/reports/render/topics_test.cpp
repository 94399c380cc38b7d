#include "reports/render/topics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <exception>

using namespace reports;

namespace {

Topic topic_of(std::uint64_t messages) {
    Topic topic;
    topic.node = "log";
    topic.record.name = "orders \"new\"";
    topic.record.partitions = 3;
    topic.record.messages = messages;
    topic.record.bytes = messages * 100;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(messages, 4); ++i) {
        sim::StoredMessage message;
        message.partition = static_cast<std::uint32_t>(i % 3);
        message.offset = i / 3;
        if (i != 1) message.key = ~std::uint64_t{0} - i;
        message.request = 0xfedcba9876543210 + i;
        message.created = sim::Time(sim::Duration(1'234'567'891 + i));
        message.bytes = 100;
        (i < 3 ? topic.record.oldest : topic.record.newest).push_back(message);
    }
    return topic;
}

}  // namespace

TEST_CASE("topics.jsonl is read as it was written") {
    for (const std::uint64_t messages : {0, 1, 3, 4, 900}) {
        const std::vector<Topic> topics = {topic_of(messages), topic_of(2)};
        CHECK(read_topics(topics_jsonl(topics)) == topics);
    }
    CHECK(topics_jsonl({}).empty());
}

TEST_CASE("what is no topics.jsonl throws") {
    for (const char* const text :
         {"{", "{}\n", R"({"partition": 0, "offset": 1})", R"({"topic": "a"})",
          R"({"node": "n", "topic": "t", "partitions": 1, "messages": 1, "bytes": 1, "oldest": 1,
              "newest": 0})"
          "\nnull"}) {
        INFO(text);
        CHECK_THROWS_AS(read_topics(text), std::exception);
    }
}
