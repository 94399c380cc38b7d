// Which records become which: topics, the groups that read them, and what their handlers publish.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/spec/declaration/node_ref.h"
#include "models/topology/document_problems.h"

namespace models {

class TopicGraph {
public:
    // Of a step of an endpoint.
    void publishes(const spec::Reference& topic) { published_.push_back(use_of(topic)); }
    // Of a consumer group, by its name.
    void reads(const std::string& group, const spec::Reference& topic) {
        read_.push_back({group, use_of(topic)});
    }
    // From a queue: what is published to any exchange of its node may get there.
    void takes(const spec::Reference& queue) { taken_.push_back({queue.ref.node, queue.pointer}); }
    void handles(const std::string& group, const spec::Reference& endpoint) {
        handlers_[group] = spec::text_of(endpoint.ref);
    }

    // A topic that is read and that nobody publishes to; records each of which makes another.
    void check(DocumentProblems& problems) const;

private:
    struct Use {
        std::string topic;  // "node.topic"
        std::string pointer;
    };
    struct Read {
        std::string group;
        Use use;
    };
    static Use use_of(const spec::Reference& reference) {
        return {spec::text_of(reference.ref), reference.pointer};
    }
    void check_fed(DocumentProblems& problems) const;
    void check_circles(DocumentProblems& problems) const;
    std::vector<const Use*> follows(const std::string& topic) const;

    std::vector<Use> published_;
    std::vector<Read> read_;
    std::vector<Use> taken_;                       // the node alone
    std::map<std::string, std::string> handlers_;  // by group: "node.endpoint"
};

}  // namespace models
