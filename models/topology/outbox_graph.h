// Outboxes: which steps insert into them, in which transactions, and who relays them; and who may
// be told of what is committed where.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/nodes.h"
#include "models/spec/declaration/node_ref.h"
#include "models/topology/document_problems.h"

namespace models {

// Why a node is none that such a reference can name.
struct Unfit {
    std::string message;
    std::string hint;
};
std::optional<Unfit> unfit_for_changes(const spec::Reference& reference, const std::string& name,
                                       const NodeFacts& of);

class OutboxGraph {
public:
    // A transaction, at a node; `reaches` are the database and all that stands before it.
    void transaction(const spec::Reference& reference, std::vector<std::string> reaches);
    // A row that a step inserts.
    void inserts(const spec::Reference& reference);
    // A relay, by its name: of rows of that database, or of its items alone.
    void relays(const std::string& relay, const spec::Reference& database, bool only_items);

    // Rows outside of a transaction, or in one of another database; relays that have none.
    void check(DocumentProblems& problems) const;

private:
    struct Use {
        std::string node;
        std::string pointer;
        std::vector<std::string> reaches{};  // of a transaction
        bool only_items = false;             // of a relay
    };
    const Use* transaction_around(const std::string& pointer) const;
    void check_row(const Use& row, DocumentProblems& problems) const;
    void check_relays(DocumentProblems& problems) const;

    std::vector<Use> transactions_;
    std::vector<Use> rows_;
    std::map<std::string, Use> relays_;  // by name: their databases
};

}  // namespace models
