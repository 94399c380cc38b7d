// The family of failures. A new one is a file, its line in failures.cpp, a test and a scenario.
#pragma once

#include <string>
#include <vector>

#include "models/failures/failure.h"
#include "models/family.h"

namespace models {

// Made with the key of a stream of its own.
struct Failures : Family<Failures, Failure, std::uint64_t> {
    static const List& list();

    // Whom, when and for how long.
    static const Outage& outage_of(const spec::Choice<Failures>& choice);

    // What it needs of each instance it is to strike.
    static Abilities needs_of(const spec::Choice<Failures>& choice);

    // How it shows itself; of failures with a common cause, correlated.
    static std::string_view class_of(const spec::Choice<Failures>& choice);

    // Whether those who call what it strikes meet nobody there.
    static bool takes_away(const spec::Choice<Failures>& choice);

    // The kind that callers cannot tell it from; empty: none.
    static std::string_view same_to_callers(const spec::Choice<Failures>& choice);

    // The failures that instances with these abilities can have.
    static std::vector<std::string_view> known_to(Abilities abilities);
};
using FailureChoice = spec::Choice<Failures>;

}  // namespace models
