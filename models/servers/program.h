// An endpoint's steps made ready to run: one flat list of operations with jumps, so that a request
// needs one coroutine for the whole visit and not one for each step.
#pragma once

#include <memory>
#include <vector>

#include "models/calls/edge.h"
#include "models/servers/step.h"
#include "sim/distribution.h"

namespace models {

struct Operation {
    enum class Kind : std::uint8_t { work, wait, fail, call, parallel, choose, jump, items, end };

    Kind kind = Kind::end;
    std::uint32_t step = 0;         // its number in the endpoint: names the calls it makes
    double share = 0;               // fail
    sim::Distribution times;        // work, wait: seconds
    std::unique_ptr<Edge> edge;     // call
    std::vector<double> shares;     // choose: cumulative, the last is 1
    std::vector<std::uint32_t> to;  // choose, parallel: where each branch begins; jump: the target
    std::uint32_t count = 0;        // items
    ItemsAs as{};                   // items
    std::unique_ptr<KeyLaw> keys;   // items

    // choose: which branch a number of [0, 1) means.
    std::size_t branch(double dice) const {
        std::size_t branch = 0;
        while (branch + 1 < shares.size() && dice >= shares[branch]) ++branch;
        return branch;
    }

    // items: the requests of its branch.
    std::vector<Request> requests(const Request& request, sim::Draws& draws) const;
};

using Program = std::vector<Operation>;

// The program of an endpoint; its entry is operation 0.
Program compile(const Steps& steps, const Context& context);

// Seconds of core time that a request with these draws will want, from an operation on: what comes
// of calls and failures it does not know.
double work_ahead(const Program& program, std::uint32_t at, sim::Draws draws);

}  // namespace models
