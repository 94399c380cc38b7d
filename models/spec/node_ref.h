// A reference from one node to another: an edge of the system's graph.
//
// The type of a field says what the edge means, so that the graph falls out of the specs: a
// CallRef's caller waits for the answer, a SendRef's does not, a MentionRef sends nothing at all,
// and a TransactionRef's caller begins a transaction there.
#pragma once

#include <functional>
#include <string>

namespace models::spec {

enum class Edge { kMention, kCall, kSend, kTransaction };

// "orders" or "orders.insert".
struct NodeRef {
    std::string node;
    std::string endpoint;  // empty: the node's first, or only, endpoint
    bool operator==(const NodeRef&) const = default;
};

template <Edge kEdge>
struct RefOf : NodeRef {
    static constexpr Edge edge = kEdge;
    bool operator==(const RefOf&) const = default;
};

using CallRef = RefOf<Edge::kCall>;
using SendRef = RefOf<Edge::kSend>;
using MentionRef = RefOf<Edge::kMention>;
using TransactionRef = RefOf<Edge::kTransaction>;

std::string text_of(const NodeRef& ref);

// What visit() meets on its walk through a spec.
struct Reference {
    const NodeRef& ref;
    Edge edge;
    const std::string& pointer;  // JSON pointer from where the walk began
};
using Visitor = std::function<void(const Reference&)>;

}  // namespace models::spec
