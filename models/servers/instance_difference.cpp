#include "models/servers/instance_difference.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace models {

std::optional<std::string> problem_of(const InstanceDifferences& all,
                                      std::optional<std::uint32_t> most) {
    std::vector<InstanceNumbers> known;
    for (const auto& [text, difference] : all) {
        const std::optional<InstanceNumbers> numbers = instance_numbers(text);
        if (!numbers) return fmt::format("\"{}\" is no instance's number", text);
        for (const InstanceNumbers& each : known) {
            if (each.first <= numbers->last && numbers->first <= each.last) {
                return fmt::format("instance {} is named twice",
                                   std::max(each.first, numbers->first));
            }
        }
        if (most && numbers->last >= *most) {
            return fmt::format("there is no instance {}: the last is {}", numbers->last, *most - 1);
        }
        known.push_back(*numbers);
    }
    return std::nullopt;
}

}  // namespace models
