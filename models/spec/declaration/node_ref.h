// A reference from one node to another: an edge of the system's graph.
//
// The type of a field says what the edge means, so that the graph falls out of the specs: a
// CallRef's caller waits for the answer, a SendRef's does not, a MentionRef sends nothing at all,
// a TransactionRef's caller begins a transaction there, a LockRef's takes a lock, a PublishRef's
// and a ConsumeRef's write and read a topic, a TakeRef's takes from a queue, an OutboxRef's leaves
// a row to be published, a FollowRef's and a TailRef's are told of what is committed there, the
// latter by its log, and a RememberRef's looks there for what was done.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace models::spec {

enum class Edge {
    kMention,
    kCall,
    kSend,
    kTransaction,
    kLock,
    kPublish,
    kConsume,
    kTake,
    kOutbox,
    kFollow,
    kTail,
    kRemember
};

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
using LockRef = RefOf<Edge::kLock>;
using PublishRef = RefOf<Edge::kPublish>;
using ConsumeRef = RefOf<Edge::kConsume>;
using TakeRef = RefOf<Edge::kTake>;
using OutboxRef = RefOf<Edge::kOutbox>;
using FollowRef = RefOf<Edge::kFollow>;
using TailRef = RefOf<Edge::kTail>;
using RememberRef = RefOf<Edge::kRemember>;

std::string text_of(const NodeRef& ref);

// What a struct says of all references that lie within it, where it declares
// `Around around() const`. Of several around one another the nearest counts that says it.
struct Around {
    std::optional<bool> is_survivable{};    // who refers to a node so answers without it, too
    std::optional<bool> has_own_latency{};  // the way there takes what is said, not what links take
    // What a producer is told (topics.h) stands beside the reference.
    std::optional<bool> has_producer_settings{};
};

// What visit() meets on its walk through a spec.
struct Reference {
    const NodeRef& ref;
    Edge edge;
    const std::string& pointer;  // JSON pointer from where the walk began
    Around around{};
};

struct Kind;

// Told of every reference, and of the kind of every choice; who wants only the first gives only
// that.
class Visitor {
public:
    using Referred = std::function<void(const Reference&)>;
    using Chosen = std::function<void(const Kind&)>;

    template <std::invocable<const Reference&> Action>
    Visitor(Action action) : referred_(std::move(action)) {}
    Visitor(Referred referred, Chosen chosen)
        : referred_(std::move(referred)), chosen_(std::move(chosen)) {}

    void operator()(const NodeRef& ref, Edge edge, const std::string& pointer) const {
        referred_({ref, edge, pointer, around_});
    }
    // A walk through a struct that says this of what lies within.
    template <class Walk>
    void within(const Around& inner, Walk walk) const {
        const Around outer = around_;
        if (inner.is_survivable) around_.is_survivable = inner.is_survivable;
        if (inner.has_own_latency) around_.has_own_latency = inner.has_own_latency;
        if (inner.has_producer_settings) {
            around_.has_producer_settings = inner.has_producer_settings;
        }
        walk();
        around_ = outer;
    }
    void met(const Kind& kind) const {
        if (chosen_) chosen_(kind);
    }

private:
    Referred referred_;
    Chosen chosen_;
    mutable Around around_;  // of where the walk is
};

}  // namespace models::spec
