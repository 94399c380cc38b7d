#include "models/change_capture/reconciliation.h"

#include <algorithm>

namespace models {

void Reconciliation::Spec::check(spec::Check& check) const {
    check.that(source.node != target.node, "target", "a database is always equal to itself",
               "name the one that follows");
    for (const spec::NodeRef* const each :
         {static_cast<const spec::NodeRef*>(&source), static_cast<const spec::NodeRef*>(&target)}) {
        check.that(each->endpoint.empty(), each == &source ? "source" : "target",
                   "whole databases are compared", "write \"" + each->node + "\"");
    }
}

Reconciliation::Reconciliation(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), lag_(context, "lag") {}

void Reconciliation::connect() {
    const Directory& directory = context_.world.directory;
    directory.node(spec_.source.node).changes()->follow(source_);
    directory.node(spec_.target.node).changes()->follow(target_);
}

void Reconciliation::committed(const Change& change, bool in_source) {
    if (!is_item(change.key)) return;
    Operation& operation = operations_[change.operation];
    const bool is_new = operation.in_source + operation.in_target == 0;
    if (is_new) operation.began = context_.now();
    Item& item = items_[change.key];
    if (in_source) {
        if (operation.in_source++ == 0) operation.committed = context_.now();
        item.in_source = change.operation;
        return;
    }
    const bool follows = operation.in_target++ == 0 && operation.in_source > 0;
    if (follows) lag_.add(context_.now() - operation.committed);
    item.in_target = change.operation;
}

// What the item was before is not known any more: it counts as different.
void Reconciliation::taken_back(const Change& change, bool in_source) {
    if (!is_item(change.key)) return;
    Operation& operation = operations_[change.operation];
    --(in_source ? operation.in_source : operation.in_target);
    (in_source ? items_[change.key].in_source : items_[change.key].in_target) = 0;
}

void Reconciliation::finish() {
    double in_source = 0;
    double in_target = 0;
    double missing = 0;
    double ghosts = 0;
    double again = 0;
    for (const auto& [number, operation] : operations_) {
        if (operation.began < context_.world.recorder.measured_from()) continue;
        in_source += operation.in_source > 0 ? 1 : 0;
        in_target += operation.in_target > 0 ? 1 : 0;
        missing += operation.in_source > 0 && operation.in_target == 0 ? 1 : 0;
        ghosts += operation.in_source == 0 && operation.in_target > 0 ? 1 : 0;
        const std::uint32_t due = std::max(operation.in_source, 1u);
        again += operation.in_target > due ? operation.in_target - due : 0;
    }
    double different = 0;
    for (const auto& [key, item] : items_) different += item.in_source != item.in_target ? 1 : 0;
    auto& measures = context_.meter.record().measures;
    measures.push_back({"in_source", "", in_source});
    measures.push_back({"in_target", "", in_target});
    measures.push_back({"missing", "", missing});
    measures.push_back({"ghosts", "", ghosts});
    measures.push_back({"applied_again", "", again});
    measures.push_back({"different_items", "", different});
}

}  // namespace models
