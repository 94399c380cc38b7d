// What a caller does about trouble: a block around its call. They stack in any order.
#pragma once

#include <vector>

#include "models/blocks/block.h"
#include "models/family.h"
#include "models/times.h"

namespace models {

class Policy : public Block {
public:
    static constexpr std::string_view family = "policies";
    static constexpr std::string_view family_doc =
        "Resilience policies of a caller; they stack in any order.";

    // What the blocks inside it go back to: itself, when it stays around; what is around it, when
    // it does not; the end of the frame, when they are in one of their own. Asked once, when it is
    // linked, so that it links blocks of its own here.
    virtual Block* inside() { return this; }
};

struct Context;

// The family of call policies. A new one is a file, its line in policies.cpp, a test and a
// scenario.
struct Policies : Family<Policies, Policy, const Context&> {
    static const List& list();
};
using PolicyChoice = spec::Choice<Policies>;

// Whether a call with these policies may be answered with something that nobody computed for it.
bool makes_up_answers(const std::vector<PolicyChoice>& policies);

// Of what a call with these policies refers to: with a fallback it is answered without that.
spec::Around around_call(const std::vector<PolicyChoice>& policies, const Times& latency);

}  // namespace models
