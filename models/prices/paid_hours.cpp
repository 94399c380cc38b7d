#include "models/prices/paid_hours.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "models/prices/usages.h"

namespace models {

namespace {

double hours_of(sim::Duration time) {
    return sim::seconds(time) / 3600;
}

// A node's hours of one size, and what of them was paid for when.
struct HoursOf {
    sim::NodeRecord* node;
    std::size_t usage;

    sim::Usage& hours() const { return node->usages[usage]; }
};

std::vector<HoursOf> hours_of(const std::string& size, sim::Recording& recording) {
    std::vector<HoursOf> found;
    for (sim::NodeRecord& node : recording.nodes) {
        for (std::size_t i = 0; i < node.usages.size(); ++i) {
            const sim::Usage& each = node.usages[i];
            if (each.item == kInstanceHours.item && each.of == size) found.push_back({&node, i});
        }
    }
    return found;
}

void cover(const std::string& size, const ReservedSpec& reserved, const std::string& source,
           sim::Recording& recording) {
    const std::vector<HoursOf> all = hours_of(size, recording);
    std::vector<sim::Stay> stays;
    double there = 0;
    for (const HoursOf& each : all) {
        there += each.hours().amount;
        stays.insert(stays.end(), each.hours().stays.begin(), each.hours().stays.end());
    }
    if (there <= 0) return;
    const double paid = reserved.count * hours_of(recording.measured());
    const double covered = std::min({covered_hours(stays, reserved.count), there, paid});
    for (const HoursOf& each : all) {
        const double share = each.hours().amount / there;
        each.hours().amount = std::max(0.0, each.hours().amount - share * covered);
        const auto add = [&](const sim::UsageRow& row, double hours) {
            each.node->usages.push_back({std::string(row.item),
                                         size,
                                         share * hours,
                                         each.hours().unit,
                                         reserved.price.usd_per_hour,
                                         source,
                                         {}});
        };
        add(kReservedHours, covered);
        add(kUnusedReservedHours, paid - covered);
    }
}

}  // namespace

double covered_hours(const std::vector<sim::Stay>& stays, double count) {
    std::map<sim::Time, double> changes;
    for (const sim::Stay& each : stays) {
        changes[each.from] += each.count;
        changes[each.until] -= each.count;
    }
    double hours = 0;
    double there = 0;
    sim::Time since{};
    for (const auto& [at, change] : changes) {
        hours += std::min(there, count) * hours_of(at - since);
        there += change;
        since = at;
    }
    return hours;
}

void cover_reserved(const PricesSpec& book, sim::Recording& recording) {
    for (const auto& [size, spec] : book.sizes) {
        if (!spec.reserved) continue;
        const std::string& own = spec.reserved->source;
        cover(size, *spec.reserved, own.empty() ? book.source : own, recording);
    }
}

void leave_out_interrupted(const std::vector<Interrupted>& all, const PricesSpec& book,
                           sim::Recording& recording) {
    const sim::Time begin(recording.warm_up);
    const sim::Time end(recording.simulated);
    for (const Interrupted& each : all) {
        const sim::Time from = std::clamp(each.stay.from, begin, end);
        const sim::Time until = std::clamp(each.stay.until, begin, end);
        for (sim::NodeRecord& node : recording.nodes) {
            if (node.name != each.node) continue;
            for (sim::Usage& usage : node.usages) {
                const SizeSpec* const size = book.sizes.find(usage.of);
                const bool is_spot = usage.item == kInstanceHours.item && size != nullptr &&
                                     size->interruption.has_value();
                if (!is_spot) continue;
                usage.amount =
                    std::max(0.0, usage.amount - each.stay.count * hours_of(until - from));
            }
        }
    }
}

}  // namespace models
