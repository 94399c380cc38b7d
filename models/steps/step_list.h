// A list of steps, which may have lists within them.
//
// Which steps there are is seen by steps.cpp alone: whoever carries a list, or asks one of the
// questions below, is compiled without the family, and not again when it grows.
#pragma once

#include <string>
#include <vector>

#include "models/audience.h"
#include "models/costing.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct Step;
class StepCompiler;

class Steps {
public:
    Steps();
    Steps(const Steps&);
    Steps(Steps&&) noexcept;
    Steps& operator=(const Steps&);
    Steps& operator=(Steps&&) noexcept;
    ~Steps();

    bool empty() const;
    const std::vector<Step>& all() const { return all_; }
    std::vector<Step>& all() { return all_; }

private:
    std::vector<Step> all_;
};

// What one step after another costs.
Cost cost_of(const Steps& steps, Costing& of);

// Puts one step after another into a server's program.
void compile_each(const Steps& steps, StepCompiler& into);

// Of the branches, wherever they are among the steps.
void find_audiences(const Steps& steps, const std::string& pointer, std::vector<Audience>& found);

// Whether the list itself goes back to its first step.
bool has_again(const Steps& steps);
// Whether there is one, in it or in a list within it.
bool has_experiment(const Steps& steps);
bool has_lock(const Steps& steps);
// Whether any of its work may be what a trace says.
bool has_traced_work(const Steps& steps);
bool has_transaction_of(const std::string& node, const Steps& steps);

template <>
struct spec::Codec<Steps> {
    static bool parse(const Cursor& cursor, Steps& out);
    static Json echo(const Steps& steps);
    static Type type(Types& types);
    static Steps random(Random& random, const Steps& around, const Limits<Unordered>& limits);
    static void visit(const Steps& steps, const std::string& pointer, const Visitor& visitor);
};

}  // namespace models
