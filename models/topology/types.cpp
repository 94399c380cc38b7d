// Apart from load.cpp, because describing every model takes the compiler a while.
#include "models/spec/declaration/schema.h"
#include "models/topology/load.h"

namespace models {

spec::Types scenario_types() {
    return spec::types_of<Scenario>();
}

}  // namespace models
