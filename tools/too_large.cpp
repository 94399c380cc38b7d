// Whether a scenario fits into memory, told before it is played.
#include <fmt/format.h>

#include "models/nodes.h"
#include "tools/command.h"

namespace tools {

namespace {

// Bytes that a request in flight, or a user, needs at most; measured, with room to spare.
constexpr double kBytesEach = 1024;

}  // namespace

// An open-loop client can have as many requests in flight as it sends in a second, even when all is
// well; a population always has as many as there are users.
std::string why_too_large(const models::Scenario& scenario) {
    double needed = 0;
    for (const auto& [name, node] : scenario.nodes) {
        const models::NodeKind& kind = models::Nodes::kind_of(node);
        if (kind.sends == nullptr) continue;
        needed += kind.sends(node.any().spec(), scenario.run.starts).most_at_once * kBytesEach;
    }
    const auto memory = static_cast<double>(memory_available());
    if (needed <= memory * 0.8) return {};
    return fmt::format(
        "the scenario's clients would need about {:.3g} GB of memory for a second of their "
        "requests; there is {:.3g} GB\n    lower the rates or the number of users",
        needed / 1e9, memory / 1e9);
}

}  // namespace tools
