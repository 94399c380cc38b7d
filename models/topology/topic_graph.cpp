#include "models/topology/topic_graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace models {

namespace {

// "mailer.send", of a step that each request of that endpoint comes to; empty: of another.
std::string endpoint_of(const std::string& pointer) {
    std::vector<std::string> parts;
    std::istringstream text(pointer);
    for (std::string part; std::getline(text, part, '/');) parts.push_back(part);
    if (parts.size() == 8 && parts[5] == "steps") parts.erase(parts.begin() + 5);
    const bool is_first_level = parts.size() == 7 && parts[3] == "endpoints";
    return is_first_level ? parts[2] + "." + parts[4] : "";
}

}  // namespace

void TopicGraph::check(DocumentProblems& problems) const {
    check_fed(problems);
    check_circles(problems);
}

void TopicGraph::check_fed(DocumentProblems& problems) const {
    for (const Read& each : read_) {
        const bool is_fed =
            std::any_of(published_.begin(), published_.end(),
                        [&](const Use& other) { return other.topic == each.use.topic; });
        if (is_fed) continue;
        problems.add(
            each.use.pointer, fmt::format("nobody publishes to \"{}\"", each.use.topic),
            fmt::format("add a step to an endpoint: {{\"publish\": \"{}\"}}", each.use.topic));
    }
    for (const Use& each : taken_) {
        const bool is_fed =
            std::any_of(published_.begin(), published_.end(), [&](const Use& other) {
                return other.topic.substr(0, other.topic.find('.')) == each.topic;
            });
        if (is_fed) continue;
        problems.add(
            each.pointer, fmt::format("nobody publishes to \"{}\"", each.topic),
            fmt::format("add a step to an endpoint: {{\"publish\": \"{}.EXCHANGE\"}}", each.topic));
    }
}

// What each record of a topic makes.
std::vector<const TopicGraph::Use*> TopicGraph::follows(const std::string& topic) const {
    std::vector<const Use*> all;
    for (const Read& each : read_) {
        const auto handler = handlers_.find(each.group);
        if (each.use.topic != topic || handler == handlers_.end()) continue;
        for (const Use& other : published_) {
            if (endpoint_of(other.pointer) == handler->second) all.push_back(&other);
        }
    }
    return all;
}

void TopicGraph::check_circles(DocumentProblems& problems) const {
    for (const Read& each : read_) {
        const std::string& first = each.use.topic;
        std::set<std::string> seen;
        std::vector<std::string> open{first};
        while (!open.empty()) {
            const std::string topic = open.back();
            open.pop_back();
            for (const Use* const next : follows(topic)) {
                if (next->topic == first) {
                    return problems.add(
                        next->pointer,
                        fmt::format("records of \"{}\" go round in a circle: each makes another",
                                    first),
                        "publish to another topic, or only sometimes (`choose`)");
                }
                if (seen.insert(next->topic).second) open.push_back(next->topic);
            }
        }
    }
}

}  // namespace models
