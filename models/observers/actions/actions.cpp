#include "models/observers/actions/actions.h"

#include "models/failures/target.h"
#include "models/observers/actions/abort.h"
#include "models/observers/actions/heal.h"
#include "models/observers/actions/respond.h"
#include "models/observers/actions/roll_back.h"
#include "models/observers/actions/runbook.h"
#include "models/observers/actions/scale.h"

namespace models {

using AllActions = All<Abort, RollBack, Scale, Heal, Runbook, Respond>;

const Actions::List& Actions::list() {
    static const List list = list_of(AllActions());
    return list;
}

ActionNeeds Actions::needs_of(const ActionChoice& choice) {
    ActionNeeds needs;
    visit(AllActions(), choice, [&](const auto& spec) { needs = spec.needs(); });
    return needs;
}

const Times& Actions::delay_of(const ActionChoice& choice) {
    const Times* delay = nullptr;
    visit(AllActions(), choice, [&](const auto& spec) { delay = &spec.after; });
    return *delay;
}

const std::vector<ActionChoice>* Actions::steps_of(const ActionChoice& choice) {
    if (const auto* const runbook = choice.as<Runbook::Spec>()) return &runbook->steps;
    const auto* const response = choice.as<Respond::Spec>();
    return response == nullptr ? nullptr : &response->steps;
}

std::optional<std::size_t> failure_named(const std::string& text) {
    const std::optional<NumberedName> named = numbered_name(text);
    if (!named || named->name != "failures" || !named->number) return std::nullopt;
    return *named->number;
}

}  // namespace models
