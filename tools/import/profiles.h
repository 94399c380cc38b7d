// What an endpoint does in general, of what it did request by request.
//
// Calls of one kind go to one target. Of each kind it is known how often a request makes it; kinds
// that come together, or never do, more often than by chance are drawn together (phi coefficient,
// beyond four standard errors), as a cache that is asked and a database that is asked after a miss.
// Calls that overlap in most requests run in parallel, others one after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/import/executions.h"

namespace tools::imports {

struct CallKind {
    std::size_t target = 0;
    bool is_async = false;
    bool overlaps_itself = false;
    std::size_t calls = 0;
    std::size_t attempts = 0;
    std::size_t most_attempts = 1;
    std::size_t failed = 0;     // after all attempts
    std::size_t tolerated = 0;  // of these, in requests that succeeded
    double position = 0;        // mean time from the request's beginning, ns
    double between_attempts_ns = 0;
    std::optional<double> beyond_ns{};  // mean
    std::vector<double> seconds{};      // of each attempt, as the caller waited for it
};

// Of each kind of a unit so many calls, and in how many requests.
struct CallPattern {
    std::vector<std::uint32_t> counts;
    std::size_t requests = 0;
};

// Kinds that are drawn together, and what was seen of them, the commonest first.
struct CallUnit {
    std::vector<std::size_t> kinds;  // in order of position
    std::vector<CallPattern> patterns;
};

struct EndpointProfile {
    std::size_t target = 0;
    std::size_t requests = 0;
    std::size_t failed = 0;
    std::size_t failed_alone = 0;   // without a call of theirs that failed
    std::size_t failed_unsaid = 0;  // of these, without a status
    bool fails_early = false;       // before its calls
    std::vector<double> own_seconds{};
    std::vector<double> seconds{};
    std::vector<CallKind> kinds{};  // in order of position
    std::vector<CallUnit> units{};
    std::vector<std::vector<bool>> overlaps{};  // of kinds, of the first ones of very many
    std::vector<std::string> not_drawn_together{};
    models::spec::SourceLocation place{};

    bool overlap(std::size_t a, std::size_t b) const {
        return a < overlaps.size() && b < overlaps.size() && overlaps[a][b];
    }
};

// Of those executions, all of one target.
EndpointProfile profile_of(const std::vector<const Execution*>& runs, const Executions& all);

}  // namespace tools::imports
