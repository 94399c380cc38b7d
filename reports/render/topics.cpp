#include "reports/render/topics.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/words/json_lines.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const sim::StoredMessage& message) {
    return {{"partition", message.partition},
            {"offset", message.offset},
            {"key", message.key ? Json(*message.key) : Json(nullptr)},
            {"at_ns", message.created.time_since_epoch().count()},
            {"bytes", message.bytes},
            {"request", request_name(message)}};
}

sim::StoredMessage message_of(const Json& json) {
    sim::StoredMessage message;
    message.partition = json.at("partition");
    message.offset = json.at("offset");
    if (!json.at("key").is_null()) message.key = json.at("key").get<std::uint64_t>();
    message.created = sim::Time(sim::Duration(json.at("at_ns").get<std::int64_t>()));
    message.bytes = json.at("bytes");
    const auto request = json.at("request").get<std::string>();
    const char* const end = request.data() + request.size();
    if (std::from_chars(request.data(), end, message.request, 16).ptr != end) {
        throw std::runtime_error("a request is 16 hexadecimal digits");
    }
    return message;
}

}  // namespace

std::string request_name(const sim::StoredMessage& message) {
    return fmt::format("{:016x}", message.request);
}

std::vector<Topic> topics_of(const sim::Recording& recording) {
    std::vector<Topic> topics;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (const sim::TopicRecord& each : node.topics) topics.push_back({node.name, each});
    }
    return topics;
}

std::string topics_jsonl(const std::vector<Topic>& topics) {
    std::string text;
    for (const Topic& topic : topics) {
        const sim::TopicRecord& record = topic.record;
        text += json_line(Json{{"node", topic.node},
                               {"topic", record.name},
                               {"partitions", record.partitions},
                               {"messages", record.messages},
                               {"bytes", record.bytes},
                               {"oldest", record.oldest.size()},
                               {"newest", record.newest.size()}});
        for (const sim::StoredMessage& each : record.oldest) text += json_line(json_of(each));
        for (const sim::StoredMessage& each : record.newest) text += json_line(json_of(each));
    }
    return text;
}

std::vector<Topic> read_topics(std::string_view text) {
    std::vector<Topic> topics;
    std::size_t old = 0;
    for_each_json_line<Json>(text, [&](const Json& json) {
        if (json.contains("topic")) {
            Topic& topic = topics.emplace_back();
            topic.node = json.at("node");
            topic.record.name = json.at("topic");
            topic.record.partitions = json.at("partitions");
            topic.record.messages = json.at("messages");
            topic.record.bytes = json.at("bytes");
            old = json.at("oldest");
        } else {
            sim::TopicRecord& record = topics.at(topics.size() - 1).record;
            (record.oldest.size() < old ? record.oldest : record.newest)
                .push_back(message_of(json));
        }
    });
    return topics;
}

}  // namespace reports
