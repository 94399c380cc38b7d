// Whether the node that a reference names can be named so: a lock is taken of what has locks, a
// topic is one of a broker, and an entry is evicted from a cache.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/nodes.h"
#include "models/spec/declaration/node_ref.h"
#include "models/topology/document_problems.h"

namespace models {

// Nodes by number. Each adds a problem where it cannot, and of those that say so false.
class TargetCheck {
public:
    // What they are is read when something is checked; they outlive this.
    TargetCheck(const std::vector<std::string>& names, const std::vector<NodeFacts>& parts,
                DocumentProblems& problems)
        : names_(names), parts_(parts), problems_(problems) {}

    // Instances are placed on the machines of a cluster, and nobody calls those.
    bool check_cluster(std::size_t from, std::size_t to, const spec::Reference& reference);
    // Transactions are begun where there are any, in `reached`: it, and those that it passes on to.
    void check_transaction(std::span<const std::size_t> reached, const spec::Reference& reference);
    // Whoever relays an outbox, or reads a log, does it in the processes of a server.
    void check_worker(std::size_t from, std::size_t to, const spec::Reference& reference);
    // Locks are taken by steps, which give them back, and a lock service has nothing else.
    void check_lock(std::size_t to, const spec::Reference& reference);
    // Topics are published to by steps, and read by consumer groups.
    bool check_topics(std::size_t to, const spec::Reference& reference);
    // Groups read logs, consumers take from queues.
    bool check_reader(std::size_t from, std::size_t to, const spec::Reference& reference);
    // Who comes and who leaves is learnt of a registry.
    bool check_registry(std::size_t to, const spec::Reference& reference);
    // Only a cache has anything to evict.
    void check_eviction(std::size_t from, std::size_t to, const spec::Reference& reference);

private:
    std::vector<std::string> those(const std::function<bool(const NodeFacts&)>& are_such) const;
    // The node that may be meant of those that are such; where there is none, which kinds are:
    // `add` says what to do with these.
    std::string hint_of(const std::string& name, std::string_view add,
                        const std::function<bool(const NodeFacts&)>& are_such) const;

    const std::vector<std::string>& names_;
    const std::vector<NodeFacts>& parts_;
    DocumentProblems& problems_;
};

}  // namespace models
