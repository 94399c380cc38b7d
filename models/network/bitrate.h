// Bits a second, as networks and videos are measured: "5Mbit/s".
#pragma once

#include "models/spec/declaration/codec.h"

namespace models {

struct Bitrate {
    double bits_per_second = 0;
    bool operator==(const Bitrate&) const = default;

    // How long so many bytes take; no time at all without a rate.
    double seconds_for(double bytes) const {
        return bits_per_second > 0 ? bytes * 8 / bits_per_second : 0;
    }
};

}  // namespace models

namespace models::spec {

template <>
struct Codec<Bitrate> : Leaf<Bitrate> {
    static bool parse(const Cursor& cursor, Bitrate& out);
    static Json echo(const Bitrate& bitrate);
    static Type type(Types& types);
    static Bitrate random(Random& random, const Bitrate& around, const Limits<Unordered>&);
};

}  // namespace models::spec
