// The family of shedders. A new one is a file, its line in shedders.cpp, a test and a scenario.
#pragma once

#include <memory>
#include <vector>

#include "models/family.h"
#include "models/shedding/shedder.h"

namespace models {

struct Shedders : Family<Shedders, Shedder, std::uint64_t> {  // its stream of chance
    static const List& list();
};
using ShedderChoice = spec::Choice<Shedders>;

// All rules of one line together: the shortest patience, and whatever any of them says.
class LineRules final : public Shedder {
public:
    LineRules(const std::vector<ShedderChoice>& choices, std::uint64_t stream);

    bool empty() const { return rules_.empty(); }

    sim::Duration patience(sim::Time now, std::size_t waiting) override;
    bool drops(sim::Time now, sim::Duration waited, std::size_t waiting) override;
    bool newest_first(std::size_t waiting) const override;
    bool by_priority() const override;

private:
    std::vector<std::unique_ptr<Shedder>> rules_;
};

}  // namespace models
