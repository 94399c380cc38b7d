// The JSON Schema (draft-07) of a declared type: what editors complete and check by.
//
//     fmt::print("{}\n", indented_text(schema_of<Scenario>()));
//
// It accepts everything the parser accepts. The parser is stricter: limits of quantities with units
// and checks between parameters are only described.
#pragma once

#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/types.h"

namespace models::spec {

// Everything reachable from a declared type; its own definition is the first.
template <class T>
Types types_of() {
    Types types;
    Codec<T>::type(types);
    return types;
}

// The first definition is the document, the others its "definitions".
Json json_schema(const Types& types);

template <class T>
Json schema_of() {
    return json_schema(types_of<T>());
}

}  // namespace models::spec
