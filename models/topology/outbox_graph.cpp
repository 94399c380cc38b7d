#include "models/topology/outbox_graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace models {

namespace {

std::string kinds_that(bool (*are_such)(const NodeFacts&)) {
    return Nodes::kinds_that([are_such](const NodeFacts& each) { return are_such(each); });
}

bool tells_changes(const NodeFacts& of) {
    return of.tells_changes;
}
bool has_versions(const NodeFacts& of) {
    return of.has_versions;
}
bool relays_rows(const NodeFacts& of) {
    return of.is(Role::relays);
}

}  // namespace

std::optional<Unfit> unfit_for_changes(const spec::Reference& reference, const std::string& name,
                                       const NodeFacts& of) {
    switch (reference.edge) {
        case spec::Edge::kOutbox:
            if (of.is(Role::relays)) return std::nullopt;
            return Unfit{fmt::format("\"{}\" relays no outbox", name),
                         "name a node that does: " + kinds_that(relays_rows)};
        case spec::Edge::kTail:
            if (of.tells_changes && !of.has_log) {
                return Unfit{fmt::format("\"{}\" has no log that could be read", name),
                             fmt::format("give it one: \"{}\": {{..., \"wal\": {{}}}}", name)};
            }
            [[fallthrough]];
        case spec::Edge::kFollow:
            if (of.tells_changes) return std::nullopt;
            return Unfit{fmt::format("\"{}\" does not tell what it commits", name),
                         "name a node that does: " + kinds_that(tells_changes)};
        case spec::Edge::kRemember:
            if (of.has_versions) return std::nullopt;
            return Unfit{fmt::format("\"{}\" remembers nothing about items", name),
                         "name a node that does: " + kinds_that(has_versions)};
        default:
            return std::nullopt;
    }
}

void OutboxGraph::transaction(const spec::Reference& reference, std::vector<std::string> reaches) {
    transactions_.push_back({reference.ref.node, reference.pointer, std::move(reaches)});
}

void OutboxGraph::inserts(const spec::Reference& reference) {
    rows_.push_back({reference.ref.node, reference.pointer});
}

void OutboxGraph::relays(const std::string& relay, const spec::Reference& database,
                         bool only_items) {
    relays_.emplace(relay, Use{database.ref.node, database.pointer, {}, only_items});
}

void OutboxGraph::check(DocumentProblems& problems) const {
    for (const Use& row : rows_) check_row(row, problems);
    check_relays(problems);
}

// The innermost, if nothing on the way is left to the background.
const OutboxGraph::Use* OutboxGraph::transaction_around(const std::string& pointer) const {
    const Use* found = nullptr;
    std::size_t depth = 0;
    for (const Use& each : transactions_) {
        const std::string step = each.pointer.substr(0, each.pointer.rfind('/'));
        const std::string inside = step + "/steps/";
        const bool is_inside = pointer.compare(0, inside.size(), inside) == 0;
        if (!is_inside || inside.size() < depth) continue;
        if (pointer.find("/async/", inside.size() - 1) != std::string::npos) continue;
        found = &each;
        depth = inside.size();
    }
    return found;
}

void OutboxGraph::check_row(const Use& row, DocumentProblems& problems) const {
    const auto relay = relays_.find(row.node);
    if (relay == relays_.end()) return;
    const std::string& database = relay->second.node;
    const Use* const around = transaction_around(row.pointer);
    if (around == nullptr) {
        return problems.add(
            row.pointer,
            "a row of an outbox outside of a transaction: it would not commit or roll back with "
            "anything",
            fmt::format("put it into one: {{\"transaction\": \"{}\", \"steps\": [..., "
                        "{{\"outbox\": \"{}\"}}]}}",
                        database, row.node));
    }
    const auto& reaches = around->reaches;
    if (std::find(reaches.begin(), reaches.end(), database) != reaches.end()) return;
    problems.add(row.pointer,
                 fmt::format("the transaction is one of \"{}\", and \"{}\" relays rows of \"{}\"",
                             around->node, row.node, database),
                 fmt::format("begin it at \"{}\"", database));
}

void OutboxGraph::check_relays(DocumentProblems& problems) const {
    for (const auto& [relay, database] : relays_) {
        const bool has_rows =
            std::any_of(rows_.begin(), rows_.end(),
                        [&, name = &relay](const Use& row) { return row.node == *name; });
        if (!database.only_items && !has_rows) {
            problems.add(database.pointer,
                         fmt::format("no step inserts rows into the outbox of \"{}\"", relay),
                         fmt::format("add one to a transaction of \"{}\": {{\"outbox\": \"{}\"}}",
                                     database.node, relay));
        }
        if (database.only_items && has_rows) {
            problems.add(
                database.pointer,
                fmt::format("\"{}\" captures items, and steps insert rows into its outbox", relay),
                "write \"captures\": \"outbox\", or leave the steps out");
        }
    }
}

}  // namespace models
