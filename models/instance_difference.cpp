#include "models/instance_difference.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

namespace models {

namespace {

// What is wrong with their names: no numbers, or an instance that has two; none: nothing.
std::optional<std::string> problem_with_names(const InstanceDifferences& all,
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

}  // namespace

double speed_of(const InstanceDifferences& all, std::uint32_t number) {
    const InstanceDifference* const own = difference_of(all, number);
    return own == nullptr ? 1 : own->speed;
}

void check_differences(spec::Check& check, const InstanceDifferences& all,
                       std::optional<std::uint32_t> most) {
    const std::optional<std::string> problem = problem_with_names(all, most);
    check.that(!problem, "instances", problem.value_or(""),
               "write the number of an instance, from 0, or the first and last of several: "
               "\"0\", \"3-5\"");
    if (problem) return;
    std::map<Ipv4, std::string> known;
    for (const auto& [numbers, difference] : all) {
        const bool takes_time =
            !difference.work_factor || difference.work_factor->build().mean() > 0;
        check.that(takes_time, "instances", "work that takes no time at all",
                   "a \"work_factor\" has a mean above 0: 2 takes twice as long");
        if (!difference.address) continue;
        const InstanceNumbers range = *instance_numbers(numbers);
        const auto [first, is_new] = known.emplace(*difference.address, numbers);
        check.that(
            range.first == range.last && is_new, "instances",
            fmt::format("{} is the address of several instances", text_of(*difference.address)),
            "an address is one instance's: name each by its own number");
    }
}

void check_members(spec::Check& check, const InstanceDifferences& all, std::uint32_t count) {
    check_differences(check, all, count);
    for (const auto& [numbers, difference] : all) {
        check.that(!difference.work_factor, "instances",
                   "only a server's instances have a \"work_factor\"",
                   "a slower machine has a \"speed\" below 1");
    }
}

}  // namespace models
