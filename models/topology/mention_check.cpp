#include "models/topology/mention_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

namespace {

class MentionCheck {
public:
    MentionCheck(std::span<const std::string> names, std::span<const NodeFacts> parts,
                 DocumentProblems& problems)
        : names_(names), parts_(parts), problems_(problems) {}

    void check(std::size_t from) {
        for (const FollowedReading& each : parts_[from].follow) check_reading(from, each);
        for (const NumberedInstances& each : parts_[from].numbered) check_numbers(from, each);
    }

private:
    std::size_t find(std::string_view name) const {
        return static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
    }
    std::string place_of(std::size_t from, const std::string& pointer) const {
        return spec::pointer_to("/nodes", std::string_view(names_[from])) + pointer;
    }

    void check_reading(std::size_t from, const FollowedReading& followed) {
        const std::size_t of = followed.node.empty() ? from : find(followed.node);
        const auto known = parts_[of].kind->external_metrics;
        if (std::ranges::find(known, followed.reading) != known.end()) return;
        const auto has_any = [](const NodeFacts& each) {
            return !each.kind->external_metrics.empty();
        };
        const std::vector<std::string> names(known.begin(), known.end());
        problems_.add(place_of(from, followed.pointer),
                      fmt::format("\"{}\" has no reading \"{}\"", names_[of], followed.reading),
                      names.empty()
                          ? "nodes of these kinds have readings: " + Nodes::kinds_that(has_any)
                          : problems_.suggestion(followed.reading, names));
    }

    // How many come later, nobody knows before the run.
    void check_numbers(std::size_t from, const NumberedInstances& numbered) {
        const NodeFacts& behind = parts_[find(parts_[from].behind->node)];
        if (behind.come_and_go || numbered.numbers.last < behind.instances) return;
        const std::string& name = parts_[from].behind->node;
        problems_.add(place_of(from, numbered.pointer),
                      fmt::format("there is no instance {}[{}]", name, numbered.numbers.last),
                      behind.instances == 1 ? fmt::format("there is {}[0] only", name)
                                            : fmt::format("there are {0}[0] to {0}[{1}]", name,
                                                          behind.instances - 1));
    }

    std::span<const std::string> names_;
    std::span<const NodeFacts> parts_;
    DocumentProblems& problems_;
};

}  // namespace

void check_mentions(std::span<const std::string> names, std::span<const NodeFacts> parts,
                    DocumentProblems& problems) {
    MentionCheck check(names, parts, problems);
    for (std::size_t node = 0; node < parts.size(); ++node) check.check(node);
}

}  // namespace models
