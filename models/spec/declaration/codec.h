// What the declarations know about a type, one specialisation a type.
//
// Each Codec<T> has five functions, and everything a spec can do is one of them applied all the way
// down. `Bound` is T for numbers and quantities, the element's for lists, else nothing.
//
//     static bool parse(const Cursor&, T& out);     // into what is already there; false: problems
//     static Json echo(const T&);                   // parses back to an equal value
//     static Type type(Types&);                     // for the schema and the reference
//     static T random(Random&, const T& around, const Limits<Bound>&);
//     static void visit(const T&, const std::string& pointer, const Visitor&);   // its NodeRefs
#pragma once

#include <string>

#include "models/spec/declaration/limits.h"
#include "models/spec/declaration/node_ref.h"
#include "models/spec/declaration/random_spec.h"
#include "models/spec/declaration/types.h"
#include "models/spec/json/cursor.h"
#include "models/spec/json/json.h"

namespace models::spec {

template <class T>
struct Codec;

template <class T>
using LimitsOf = Limits<typename BoundOf<T>::type>;

// A value that holds no references to nodes.
template <class T>
struct Leaf {
    static void visit(const T&, const std::string&, const Visitor&) {}
};

}  // namespace models::spec
