// The family of actions.
#pragma once

#include <vector>

#include "models/family.h"
#include "models/observers/actions/action.h"

namespace models {

struct Actions : Family<Actions, AlertAction> {
    static const List& list();

    static ActionNeeds needs_of(const spec::Choice<Actions>& choice);
    // How long it takes until it is done.
    static const Times& delay_of(const spec::Choice<Actions>& choice);
    // What is done after it, step by step; null for what is one action.
    static const std::vector<spec::Choice<Actions>>* steps_of(const spec::Choice<Actions>& choice);
};
using ActionChoice = spec::Choice<Actions>;

}  // namespace models
