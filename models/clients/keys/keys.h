// The family of key laws. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/clients/keys/hot_set.h"
#include "models/clients/keys/in_turn.h"
#include "models/clients/keys/single.h"
#include "models/clients/keys/uniform.h"
#include "models/clients/keys/zipf.h"
#include "models/family.h"

namespace models {

using Keys = Family<KeyLaw, SingleKey, UniformKeys, ZipfKeys, HotSetKeys, KeysInTurn>;
using KeyChoice = spec::Choice<Keys>;

}  // namespace models
