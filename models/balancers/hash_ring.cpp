#include "models/balancers/hash_ring.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace models {

void HashRing::build(std::span<const Candidate> candidates) {
    points_.clear();
    if (candidates.empty()) return;
    if (plan_.layout == RingLayout::envoy) {
        add_envoy_points(candidates);
    } else {
        add_nginx_points(candidates);
    }
    const auto same = [](const Point& one, const Point& other) { return one.hash == other.hash; };
    std::ranges::stable_sort(points_, {}, &Point::hash);
    points_.erase(std::unique(points_.begin(), points_.end(), same), points_.end());
}

// The lightest gets a whole number of points, so many that all together are at least the minimum;
// the others in proportion, by running sums. With a number of virtual nodes a backend's points do
// not depend on who else is there.
void HashRing::add_envoy_points(std::span<const Candidate> candidates) {
    double total = 0;
    double least = candidates.front().weight;
    for (const Candidate& candidate : candidates) {
        total += candidate.weight;
        least = std::min(least, candidate.weight);
    }
    const double minimum = static_cast<double>(plan_.minimum_size);
    const double wanted = plan_.virtual_nodes > 0
                              ? plan_.virtual_nodes * total
                              : std::ceil(least / total * minimum) / (least / total);
    const double scale = std::min(wanted, static_cast<double>(plan_.maximum_size));
    double placed = 0;
    double target = 0;
    for (std::uint32_t index = 0; index < candidates.size(); ++index) {
        target += scale * (candidates[index].weight / total);
        const std::string prefix = std::string(candidates[index].name) + "_";
        for (std::uint64_t number = 0; placed < target; ++number, ++placed) {
            points_.push_back({xxhash64(prefix + std::to_string(number)), index});
        }
    }
}

// crc32(HOST \0 PORT PREVIOUS), where PREVIOUS is the point before, as four bytes.
void HashRing::add_nginx_points(std::span<const Candidate> candidates) {
    double total = 0;
    for (const Candidate& candidate : candidates) total += candidate.weight;
    const double each = std::min(plan_.virtual_nodes > 0 ? plan_.virtual_nodes : 160.0,
                                 static_cast<double>(plan_.maximum_size) / total);
    for (std::uint32_t index = 0; index < candidates.size(); ++index) {
        const std::string_view name = candidates[index].name;
        const std::size_t digits = name.find_last_not_of("0123456789");
        const bool has_port = digits != std::string_view::npos && name[digits] == ':';
        const std::string_view host = has_port ? name.substr(0, digits) : name;
        const std::string_view port = has_port ? name.substr(digits + 1) : std::string_view();
        const Crc32 base = Crc32().add(host).add(std::string_view("", 1)).add(port);
        const double count = std::max(1.0, each * candidates[index].weight);
        std::uint32_t previous = 0;
        for (double number = 0; number < count; ++number) {
            previous = Crc32(base).add_bytes(previous).value();
            points_.push_back({previous, index});
        }
    }
}

std::uint64_t HashRing::hash(std::uint64_t number) const {
    return plan_.layout == RingLayout::envoy ? xxhash64(number) : Crc32().add(number).value();
}

std::uint64_t HashRing::hash(std::string_view text) const {
    return plan_.layout == RingLayout::envoy ? xxhash64(text) : Crc32().add(text).value();
}

std::size_t HashRing::find(std::uint64_t hash) const {
    const auto point = std::ranges::lower_bound(points_, hash, {}, &Point::hash);
    return point == points_.end() ? 0 : static_cast<std::size_t>(point - points_.begin());
}

}  // namespace models
