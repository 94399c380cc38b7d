#include "tools/relieve.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/node_list.h"

namespace tools {

namespace {

// Far below what any parameter may be, so that a relieved scenario is a right one.
constexpr std::uint32_t kMost = 1000;

class Relief {
public:
    Relief(std::string node, std::uint32_t factor) : node_(std::move(node)), factor_(factor) {}

    void multiply(std::string_view name, std::uint32_t& value) {
        const std::uint32_t more = std::max(value, std::min(value * factor_, kMost));
        if (more == value) return;
        what_ += fmt::format("{}nodes.{}.{} {} -> {}", what_.empty() ? "" : ", ", node_, name,
                             value, more);
        value = more;
    }
    const std::string& what() const { return what_; }

private:
    std::string node_;
    std::uint32_t factor_;
    std::string what_;
};

template <class Spec>
void multiply(Spec& spec, Relief& relief) {
    if constexpr (requires { spec.replicas = 1u; }) {
        relief.multiply("replicas", spec.replicas);
        return;
    } else if constexpr (requires { spec.instances = 1u; }) {
        relief.multiply("instances", spec.instances);
        return;
    } else {
        if constexpr (requires { spec.cores = 1u; }) relief.multiply("cores", spec.cores);
        if constexpr (requires { spec.threads = 1u; }) relief.multiply("threads", spec.threads);
        if constexpr (requires { spec.connections = 1u; }) {
            relief.multiply("connections", spec.connections);
        }
    }
}

}  // namespace

std::optional<Relieved> relieve(const models::Scenario& scenario, const std::string& node,
                                std::uint32_t factor) {
    Relieved relieved{scenario, {}};
    for (auto& [name, choice] : relieved.scenario.nodes.entries) {
        if (name != node) continue;
        Relief relief(node, factor);
        models::Nodes::visit(models::NodeList(), choice,
                             [&](auto& spec) { multiply(spec, relief); });
        relieved.what = relief.what();
    }
    if (relieved.what.empty()) return std::nullopt;
    return relieved;
}

}  // namespace tools
