// A zone as a scenario writes it: "b", or 1, by its name or by its number where zones are numbered.
#pragma once

#include <string>

#include "models/spec/declaration/codec.h"

namespace models {

struct ZoneName {
    std::string name;
    bool operator==(const ZoneName&) const = default;
};

namespace spec {

template <>
struct Codec<ZoneName> : Leaf<ZoneName> {
    static bool parse(const Cursor& cursor, ZoneName& out);
    static Json echo(const ZoneName& zone) { return zone.name; }
    static Type type(Types&);
    static ZoneName random(Random&, const ZoneName& around, const LimitsOf<ZoneName>&) {
        return around;
    }
};

}  // namespace spec

}  // namespace models
