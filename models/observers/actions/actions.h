// The family of actions.
#pragma once

#include "models/family.h"
#include "models/observers/actions/action.h"

namespace models {

struct Actions : Family<Actions, AlertAction> {
    static const List& list();

    static ActionNeeds needs_of(const spec::Choice<Actions>& choice);
    // How long it takes until it is done.
    static const Times& delay_of(const spec::Choice<Actions>& choice);
};
using ActionChoice = spec::Choice<Actions>;

}  // namespace models
