// An endpoint's steps made ready to run: one flat list of operations with jumps, so that a request
// needs one coroutine for the whole visit and not one for each step.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/calls/edge.h"
#include "models/servers/step.h"
#include "sim/distribution.h"

namespace models {

// Who asks, as far as that decides which way a program takes.
struct Asker {
    std::uint32_t user = 0;
    std::uint16_t segment = Words::kNone;
};

struct Operation {
    enum class Kind : std::uint8_t {
        work,
        wait,
        fail,
        call,
        parallel,
        choose,
        jump,
        async,
        count,
        items,
        end
    };

    Kind kind = Kind::end;
    bool by_user = false;        // choose
    std::uint32_t step = 0;      // its number in the endpoint: names the calls it makes
    std::uint32_t number = 0;    // call: of the pool it needs, from 1; choose: of the experiment,
                                 // from 1; count: of the counter
    double share = 0;            // fail
    sim::Distribution times;     // work, wait: seconds
    std::unique_ptr<Edge> edge;  // call
    std::vector<double> shares;  // choose: cumulative, the last is 1
    std::vector<std::uint32_t> to;  // choose, parallel: where each branch begins; jump: the target
    std::uint32_t count = 0;        // items
    ItemsAs as{};                   // items
    std::unique_ptr<KeyLaw> keys;   // items

    std::string name;                 // call: whom; choose: the experiment; count: what
    std::uint64_t stream = 0;         // choose by user
    std::vector<std::string> labels;  // choose: of the branches
    std::vector<std::vector<std::uint16_t>> segments;  // choose: whose branch it is; empty: none's

    // choose: the branch of this user; what is left to chance is drawn.
    std::size_t branch_of(Asker asker, sim::Draws& draws) const {
        if (by_user || !segments.empty()) [[unlikely]]
            return branch_of_user(asker, draws);
        return branch(draws.uniform());
    }
    std::size_t branch_of_user(Asker asker, sim::Draws& draws) const;
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
double work_ahead(const Program& program, std::uint32_t at, sim::Draws draws, Asker asker);

}  // namespace models
