// Everything a declaration needs, and what can be done with a declared type.
//
//     Problems problems;
//     Json document = read_file("shop.json", problems);          // source_file.h
//     set(document, "nodes.web.replicas", "20", problems);       // overlay.h
//     Scenario scenario = parse<Scenario>(document, problems);
//     if (!problems.empty()) fmt::print(stderr, "{}", problems.render());
#pragma once

#include <string>

#include "models/spec/declaration/choice.h"
#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/containers.h"
#include "models/spec/declaration/distribution.h"
#include "models/spec/declaration/fields.h"
#include "models/spec/declaration/param.h"
#include "models/spec/declaration/scalars.h"
#include "models/spec/declaration/tagged.h"

namespace models::spec {

// What could not be read keeps its default; look at the problems before using it. A document that
// could not even be read has its problem already.
template <class T>
T parse(const Json& document, Problems& problems) {
    T value{};
    if (!(document.is_null() && !problems.empty())) {
        Codec<T>::parse(Cursor(document, problems), value);
    }
    return value;
}

// With every default filled in; parses back to an equal value.
template <class T>
Json echo(const T& value) {
    return Codec<T>::echo(value);
}

template <class T>
T random_value(Random& random) {
    return Codec<T>::random(random, T{}, {});
}

// Calls visitor(reference) for every node that is referred to, in the order of the parameters.
// Pointers begin with `pointer`.
template <class T>
void visit(const T& value, const Visitor& visitor, const std::string& pointer = {}) {
    Codec<T>::visit(value, pointer, visitor);
}

}  // namespace models::spec
