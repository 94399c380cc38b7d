// A part of a system that is played in its stead: as large a share of its users as of all that
// there are several of, so that each instance has as much to do as in the whole. What cannot be
// divided is refused: half an instance is none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/nodes.h"
#include "sim/quantity.h"

namespace models {

class Scaling {
public:
    // Of a parameter of the node.
    struct Refusal {
        std::string parameter;
        std::string message;
        std::string hint;
    };

    explicit Scaling(sim::Fraction share) : share_(share) {}

    double share() const { return share_.value; }
    // So many of the share; refused unless that is a whole number above zero. Of none it is none.
    void count(std::string_view parameter, std::uint32_t& count);
    void rate(sim::Rate& rate) const { rate.per_second *= share_.value; }
    // Of what does not follow from how much there is of the rest.
    void refuse(std::string_view parameter, std::string message, std::string hint);
    void refuse_if(bool is_there, std::string_view parameter, std::string_view message);
    // What is true of the part only roughly.
    void warn(std::string warning) { warnings_.push_back(std::move(warning)); }

    const std::vector<Refusal>& refusals() const { return refusals_; }
    const std::vector<std::string>& warnings() const { return warnings_; }

private:
    sim::Fraction share_;
    std::vector<Refusal> refusals_;
    std::vector<std::string> warnings_;
};

// Makes a node a part of what it is. False: a part of its kind would be something else, and nothing
// has been done.
bool scale(NodeChoice& node, Scaling& scaling);

}  // namespace models
