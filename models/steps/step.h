// What every step of an endpoint is: a struct with the parameters of a scenario, that
//
//     compile(StepCompiler&)    puts its blocks into a server's program (compiler.h)
//     cost(Costing&)            says what it costs on average, for theory
//     inner(visitor)            shows the lists of steps within it: visitor(list, JSON pointer)
//
// A step that draws has a stream of its own, named by its kind and its number among those of its
// kind that draw, or by its own `name`: a step more or less elsewhere changes none of its draws.
#pragma once

#include <string_view>

#include "models/costing.h"
#include "models/spec/declaration/spec.h"
#include "models/steps/step_list.h"
#include "models/times.h"

namespace models {

constexpr auto name_param(auto member) {
    return spec::param("name", member,
                       "Name of the step, which seeds its random draws. Without one, its number "
                       "among the steps of its kind.");
}

}  // namespace models
