// How a failure shows itself to those who call what it strikes: the classes of failures, whatever
// their causes are.
//
// Cristian, "Understanding fault-tolerant distributed systems" (CACM 1991): crash, omission,
// timing, response (here byzantine, after Lamport, Shostak and Pease, 1982). Three more say how
// much is struck: a part of what a service does, a resource that runs out, several things at once.
#pragma once

#include <array>
#include <cstdint>

#include "models/spec/declaration/scalars.h"

namespace models {

enum class FailureClass : std::uint8_t {
    crash,
    omission,
    timing,
    byzantine,
    partial,
    exhaustion,
    correlated
};
constexpr auto names_of(FailureClass) {
    using spec::Word;
    return std::array{
        Word{"crash", FailureClass::crash, "It stops, and callers are refused at once."},
        Word{"omission", FailureClass::omission, "Answers or messages do not come: callers wait."},
        Word{"timing", FailureClass::timing, "It is right, but at the wrong time."},
        Word{"byzantine", FailureClass::byzantine, "Its values are wrong, and look right."},
        Word{"partial", FailureClass::partial, "A part of what it does fails, and the rest not."},
        Word{"exhaustion", FailureClass::exhaustion,
             "A resource runs out: it fails under load, and not without."},
        Word{"correlated", FailureClass::correlated,
             "Several that should be independent fail at the same time."}};
}

}  // namespace models
