// What is left in the topics when a run ends, beside what the producers' partitioner and retention
// should have left there.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>

#include "models/hashes/kafka_partition.h"
#include "tests/support/play.h"

using namespace std::chrono_literals;
using support::measure;
using support::node;
using support::play;

namespace {

// 500 records a second.
sim::Recording played(const std::string& publish, const std::string& topic, int seconds) {
    return play(fmt::format(R"({{"run": {{"measure": "{}s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "500/s", "arrivals": "constant", "calls": "app.put",
                     "population": {{"keys": {{"kind": "uniform", "count": 100}}}}}},
        "app": {{"kind": "server", "threads": 1000,
                 "endpoints": {{"put": [{{"publish": "kafka.orders"{}}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{{}}}, "nothing": {{}}}}}}}}}})",
                            seconds, publish, topic));
}

const sim::TopicRecord& orders(const sim::Recording& run) {
    return node(run, "kafka").topics.at(0);
}

}  // namespace

TEST_CASE("each record is at its key's partition, at offsets without a gap, in the order of time") {
    const sim::Recording run = played(R"(, "key": "item")", R"("partitions": 3)", 4);
    const sim::TopicRecord& topic = orders(run);
    CHECK(topic.name == "orders");
    CHECK(topic.partitions == 3);
    CHECK(static_cast<double>(topic.messages) == measure(run, "kafka", "retained"));
    CHECK(topic.messages >= 1990);
    CHECK(topic.oldest.size() == topic.messages);
    CHECK(topic.newest.empty());
    CHECK(topic.left_out() == 0);
    std::map<std::uint32_t, std::uint64_t> next;
    std::set<std::uint64_t> requests;
    std::uint64_t bytes = 0;
    sim::Time before{};
    for (const sim::StoredMessage& each : topic.oldest) {
        REQUIRE(each.key.has_value());
        CHECK(each.partition == models::kafka_partition(std::to_string(*each.key), 3));
        CHECK(each.offset == next[each.partition]++);
        CHECK(each.created >= before);
        before = each.created;
        bytes += each.bytes;
        requests.insert(each.request);
    }
    CHECK(bytes == topic.bytes);
    CHECK(requests.size() == topic.messages);
    const sim::TopicRecord& nothing = node(run, "kafka").topics.at(1);
    CHECK(nothing.name == "nothing");
    CHECK(nothing.messages == 0);
}

TEST_CASE("records without a key say so") {
    const sim::Recording run = played(R"(, "key": "none")", R"("partitions": 2)", 1);
    const auto has_key = [](const sim::StoredMessage& each) { return each.key.has_value(); };
    REQUIRE(orders(run).messages > 400);
    CHECK(std::ranges::none_of(orders(run).oldest, has_key));
}

TEST_CASE("what retention has deleted is not there: offsets begin above zero") {
    const std::string brief = R"("partitions": 1, "retention": "5s", "segment_time": "1s")";
    const sim::Recording run = play(R"({"run": {"measure": "30s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "app.put"},
        "app": {"kind": "server", "endpoints": {"put": [{"publish": "kafka.orders"}]}},
        "kafka": {"kind": "kafka", "retention_check_interval": "1s", "topics": {"orders": {)" +
                                    brief + "}}}}}");
    const sim::TopicRecord& topic = orders(run);
    // 5 s, a segment of 1 s that is deleted as a whole, and a second until somebody looks.
    CHECK(topic.messages >= 500 - 2);
    CHECK(topic.messages <= 700 + 2);
    CHECK(topic.oldest.front().offset + topic.messages >= 2998);
    CHECK(topic.oldest.front().created >= sim::Time(22'900ms));
}

TEST_CASE("of many, the oldest and the newest are kept, and it is known how many are not") {
    const sim::Recording run = played("", R"("partitions": 7)", 24);
    const sim::TopicRecord& topic = orders(run);
    CHECK(topic.messages >= 11'900);
    CHECK(topic.oldest.size() == sim::TopicRecord::kOldest);
    CHECK(topic.newest.size() == sim::TopicRecord::kNewest);
    CHECK(topic.left_out() == topic.messages - 10'100);
    // 500 a second, evenly spaced: the oldest 10,000 are those of the first 20 s.
    CHECK(topic.oldest.back().created <= sim::Time(20'010ms));
    CHECK(topic.newest.front().created >= sim::Time(23'790ms));
    std::set<std::pair<std::uint32_t, std::uint64_t>> places;
    for (const auto* each : {&topic.oldest, &topic.newest}) {
        for (const sim::StoredMessage& message : *each) {
            places.emplace(message.partition, message.offset);
        }
    }
    CHECK(places.size() == 10'100);
}
