// The family of key laws. A new one is a file, its line in keys.cpp, a test and a scenario.
#pragma once

#include "models/family.h"
#include "models/keys/key_law.h"

namespace models {

struct Keys : Family<Keys, KeyLaw> {
    static const List& list();
};
using KeyChoice = spec::Choice<Keys>;

}  // namespace models
