// Who takes the next request: the decision alone. Who is there, health, draining and counting are
// the machinery's (backends.h) and the pool's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "models/service.h"

namespace models {

class Instance;

// A backend as a balancer sees it.
struct Candidate {
    static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t id = 0;      // its own for the whole run, in the order they were added: 0, 1, ...
    std::uint32_t active = 0;  // requests it has now, as far as this balancer knows
    double weight = 1;         // above 0
    std::uint32_t limit = kUnlimited;    // requests it should have at most
    std::uint16_t zone = 0;              // where it stands
    bool is_full = false;                // takes none for now, and will again (Balancer::WhenFull)
    const Instance* instance = nullptr;  // whom an oracle or a probe asks
    std::string_view name;               // what hashes place it by
};

// Who there is: `servable` is what pick() chooses from, `configured` also has those that take no
// requests now. Both in the order in which they were added.
struct Roster {
    std::span<const Candidate> servable;
    std::span<const Candidate> configured;
};

// How a request that was placed came to its end, as its balancer saw it.
struct Answer {
    sim::Duration latency{};
    std::uint32_t found = 0;  // requests that were there already when it came
    bool given_up = false;    // nobody waited for the answer any more
    Outcome outcome = Outcome::succeeded;
};

class Balancer {
public:
    static constexpr std::string_view family = "balancers";
    static constexpr std::string_view family_doc =
        "Load balancing algorithms: which backend takes a request.";

    virtual ~Balancer() = default;

    // The index of one of the candidates: all can take requests, and there is at least one.
    virtual std::size_t pick(std::span<const Candidate> candidates, const Request& request) = 0;

    // Before the first pick, and before the first one after any number of changes: a candidate came
    // or went (so indices mean others now), or has another weight, limit or zone. What is built
    // from these is built here and not per pick. What is kept by `id` is still of the same backend.
    virtual void changed(const Roster&) {}

    // What becomes of a backend that has as many requests as it may have, for as long.
    enum class WhenFull : std::uint8_t {
        gone,   // it is no candidate: who comes back is new to the policy
        again,  // it stays one: when it is picked, the next pick counts
        passed  // it stays one, and the policy passes over it by itself
    };

    // What it is told of requests; nobody pays for what is not asked for.
    struct Wants {
        bool loads = false;    // loaded()
        bool answers = false;  // answered()
        bool keys = false;     // nothing: it chooses by a key(), and whether keys move is counted
        WhenFull when_full = WhenFull::gone;
    };
    virtual Wants wants() const { return {}; }

    // With wants().keys: what it hashes.
    virtual std::uint64_t key(const Request&) const { return 0; }

    // With wants().loads: candidates[index].active is not what it was.
    virtual void loaded(std::span<const Candidate>, std::size_t) {}

    // With wants().answers: a request came to its end at this backend, which need not be a
    // candidate any more.
    virtual void answered(const Candidate&, const Answer&) {}
};

}  // namespace models
