#include "models/topology/target_check.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/topology/pod_fit.h"

namespace models {

namespace {

constexpr auto has_locks = [](const NodeFacts& each) { return each.has_locks; };
constexpr auto has_topics = [](const NodeFacts& each) { return !each.publishing.empty(); };
constexpr auto has_queues = [](const NodeFacts& each) { return !each.queues.empty(); };
constexpr auto has_machines = [](const NodeFacts& each) { return each.machines != nullptr; };

}  // namespace

std::vector<std::string> TargetCheck::those(
    const std::function<bool(const NodeFacts&)>& are_such) const {
    std::vector<std::string> names;
    for (std::size_t node = 0; node < names_.size(); ++node) {
        if (are_such(parts_[node])) names.emplace_back(names_[node]);
    }
    return names;
}

std::string TargetCheck::hint_of(const std::string& name, std::string_view add,
                                 const std::function<bool(const NodeFacts&)>& are_such) const {
    const auto nodes = those(are_such);
    if (nodes.empty()) return std::string(add) + Nodes::kinds_that(are_such);
    return problems_.suggestion(name, nodes);
}

bool TargetCheck::check_cluster(std::size_t from, std::size_t to,
                                const spec::Reference& reference) {
    const bool is_placed = parts_[from].passes(reference.pointer) == Passes::instances;
    if (!is_placed) {
        const bool calls = reference.edge != spec::Edge::kMention;
        if (!calls || parts_[to].machines == nullptr) return true;
        problems_.add(
            reference.pointer,
            fmt::format("\"{}\" is a cluster: its machines answer no requests", names_[to]),
            "call a server whose instances are placed there");
        return false;
    }
    if (parts_[to].machines != nullptr) {
        const auto unfit = pod_problem(parts_[from].pods, *parts_[to].machines, names_[to]);
        if (unfit) {
            problems_.add(
                spec::pointer_to("/nodes", std::string_view(names_[from])) + unfit->pointer,
                unfit->message, unfit->hint);
        }
        return true;
    }
    problems_.add(reference.pointer,
                  fmt::format("\"{}\" is no cluster that instances could be placed on", names_[to]),
                  hint_of(names_[to], "add a node that has machines: ", has_machines));
    return false;
}

void TargetCheck::check_transaction(std::span<const std::size_t> reached,
                                    const spec::Reference& reference) {
    if (reference.edge != spec::Edge::kTransaction) return;
    for (const std::size_t node : reached) {
        const std::string_view why = parts_[node].no_transactions;
        if (why.empty()) continue;
        return problems_.add(reference.pointer, fmt::format("\"{}\" {}", names_[node], why),
                             "begin it at a node that has transactions: " +
                                 Nodes::kinds_that([](const NodeFacts& each) {
                                     return each.is(Role::answers) && each.no_transactions.empty();
                                 }));
    }
}

void TargetCheck::check_worker(std::size_t from, std::size_t to, const spec::Reference& reference) {
    const bool is_worker = reference.edge == spec::Edge::kMention && parts_[from].is(Role::relays);
    if (!is_worker || parts_[to].instances > 0) return;
    problems_.add(reference.pointer, fmt::format("\"{}\" has no instances to run in", names_[to]),
                  "name a server");
}

void TargetCheck::check_lock(std::size_t to, const spec::Reference& reference) {
    const bool takes = reference.edge == spec::Edge::kLock;
    if (takes == parts_[to].has_locks) return;
    if (!takes) {
        constexpr std::string_view kStep = "{{\"lock\": \"{}\", \"steps\": [...]}}";
        return problems_.add(
            reference.pointer,
            fmt::format("\"{}\" is a lock service: it answers no calls", names_[to]),
            "take a lock in an endpoint of a server: " + fmt::format(kStep, names_[to]));
    }
    problems_.add(reference.pointer, fmt::format("\"{}\" has no locks", names_[to]),
                  hint_of(names_[to], "add a node that has: ", has_locks));
}

bool TargetCheck::check_registry(std::size_t to, const spec::Reference& reference) {
    if (parts_[to].is_registry) return true;
    problems_.add(
        reference.pointer, fmt::format("\"{}\" is no service registry", names_[to]),
        hint_of(names_[to], "add one: ", [](const NodeFacts& each) { return each.is_registry; }));
    return false;
}

bool TargetCheck::check_topics(std::size_t to, const spec::Reference& reference) {
    const bool is_about_one = reference.edge == spec::Edge::kPublish ||
                              reference.edge == spec::Edge::kConsume ||
                              reference.edge == spec::Edge::kTake;
    if (is_about_one == has_topics(parts_[to])) return true;
    if (!is_about_one) {
        constexpr std::string_view kStep = "{{\"publish\": \"{}.TOPIC\"}}";
        problems_.add(reference.pointer,
                      fmt::format("\"{}\" has topics: it answers no calls", names_[to]),
                      "publish in an endpoint of a server: " + fmt::format(kStep, names_[to]));
        return false;
    }
    problems_.add(reference.pointer, fmt::format("\"{}\" has no topics", names_[to]),
                  hint_of(names_[to], "add a node that has: ", has_topics));
    return false;
}

bool TargetCheck::check_reader(std::size_t from, std::size_t to, const spec::Reference& reference) {
    const NodeFacts& facts = parts_[to];
    const std::string& name = names_[to];
    if (reference.edge == spec::Edge::kConsume && has_queues(facts)) {
        problems_.add(reference.pointer,
                      fmt::format("\"{}\" has queues, which no group reads", name),
                      fmt::format(R"(take from one of them: {{"kind": "{}", "queue": "{}.{}"}})",
                                  facts.taken_by, name, facts.queues.front()));
        return false;
    }
    if (reference.edge != spec::Edge::kTake) return true;
    const std::string& queue = reference.ref.endpoint;
    const bool is_log = facts.queues.empty();
    if (!is_log && parts_[from].kind->spec.name != facts.taken_by) {
        problems_.add(reference.pointer,
                      fmt::format("{} take from the queues of \"{}\", and nobody else does",
                                  facts.taken_by, name),
                      fmt::format(R"(write "kind": "{}")", facts.taken_by));
        return false;
    }
    if (std::ranges::find(facts.queues, queue) != facts.queues.end()) return true;
    problems_.add(reference.pointer,
                  is_log ? fmt::format("\"{}\" has topics, and no queues", name)
                         : fmt::format("\"{}\" has no queue \"{}\"", name, queue),
                  is_log ? R"(read them with {"kind": "consumer_group"})"
                         : problems_.suggestion(queue, facts.queues));
    return false;
}

void TargetCheck::check_eviction(std::size_t from, std::size_t to,
                                 const spec::Reference& reference) {
    if (parts_[to].takes_evictions) return;
    auto caches = those([](const NodeFacts& each) { return each.takes_evictions; });
    std::erase(caches, names_[from]);
    problems_.add(
        reference.pointer, fmt::format("\"{}\" is no cache: there is nothing to evict", names_[to]),
        caches.empty() ? "there is no other cache" : problems_.suggestion(names_[to], caches));
}

}  // namespace models
