// Who takes the next request: the decision alone. Counting, health and draining are the pool's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/service.h"

namespace models {

struct Candidate {
    std::uint32_t active = 0;  // requests it has now
};

class Balancer {
public:
    static constexpr std::string_view family = "balancers";
    static constexpr std::string_view family_doc = "Which backend takes a request.";

    virtual ~Balancer() = default;

    // The index of one of the candidates, of which there is at least one.
    virtual std::size_t pick(std::span<const Candidate> candidates, const Request& request) = 0;
};

}  // namespace models
