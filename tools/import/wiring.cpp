#include "tools/import/wiring.h"

#include <fmt/format.h>

#include <algorithm>

namespace tools::imports {

namespace {

bool takes_requests(const Part& part) {
    return part.trade == Trade::service || part.trade == Trade::proxy;
}

// A proxy's targets, where nothing says them: services that nobody else calls.
void guess_targets(System& system, const std::set<std::string>& called) {
    for (Part& proxy : system.parts) {
        if (proxy.trade != Trade::proxy || !proxy.uses.empty()) continue;
        for (const Part& each : system.parts) {
            if (each.trade != Trade::service || called.contains(each.name)) continue;
            const bool has_door = each.is_entered || !proxy.is_entered;
            if (has_door) proxy.uses.push_back({each.name, "nobody else calls it"});
        }
        // It has nobody to pass requests on to: it answers them itself, as one with files does.
        if (proxy.uses.empty()) proxy.trade = Trade::service;
    }
}

std::set<std::string> called_parts(const System& system) {
    std::set<std::string> called;
    for (const Part& part : system.parts) {
        for (const Use& use : part.uses) called.insert(use.to);
    }
    return called;
}

// Depth first; a use that leads back to where one came from is left out.
class CircleBreaker {
public:
    explicit CircleBreaker(System& system) : system_(system) {}

    void run() {
        for (const Part& part : system_.parts) visit(part.name);
    }

private:
    void visit(const std::string& name) {
        if (!done_.insert(name).second) return;
        Part* const part = system_.find(name);
        if (part == nullptr) return;
        way_.insert(name);
        prune(*part, part->uses);
        for (const Use& use : part->uses) visit(use.to);
        way_.erase(name);
    }

    void prune(const Part& part, std::vector<Use>& uses) {
        std::erase_if(uses, [&](const Use& use) {
            const Part* const to = system_.find(use.to);
            std::string why;
            if (to == nullptr || to->trade == Trade::tool) {
                why = "it is no part of the scenario";
            } else if (way_.contains(use.to) && !is_broker(to->trade)) {
                why = "calls would go round in a circle and wait for each other";
            }
            if (why.empty()) return false;
            system_.leave_out(part.place, fmt::format("{} calls {}", part.name, use.to), why);
            return true;
        });
    }

    System& system_;
    std::set<std::string> done_;
    std::set<std::string> way_;
};

void find_entries(const System& system, const std::set<std::string>& called, Wiring& wiring) {
    const auto add = [&](auto&& is_one) {
        if (!wiring.entries.empty()) return;
        for (const Part& part : system.parts) {
            if (takes_requests(part) && is_one(part)) wiring.entries.push_back(part.name);
        }
    };
    add([](const Part& part) { return part.is_entered && part.trade == Trade::proxy; });
    add([](const Part& part) { return part.is_entered; });
    wiring.entries_are_said = !wiring.entries.empty();
    add([&](const Part& part) {
        const bool takes_work = std::ranges::any_of(part.uses, [&](const Use& use) {
            const auto to = std::ranges::find(system.parts, use.to, &Part::name);
            return to != system.parts.end() && is_broker(to->trade);
        });
        return !called.contains(part.name) && !takes_work;
    });
    add([&](const Part& part) { return !called.contains(part.name); });
    add([](const Part&) { return true; });
}

void find_roles(System& system, Wiring& wiring) {
    std::vector<std::string> left = wiring.entries;
    std::set<std::string> reached(left.begin(), left.end());
    while (!left.empty()) {
        const Part* const part = system.find(left.back());
        left.pop_back();
        if (part == nullptr) continue;
        for (const Use& use : part->uses) {
            const Part* const to = system.find(use.to);
            if (to == nullptr || !takes_requests(*to)) continue;
            if (reached.insert(use.to).second) left.push_back(use.to);
        }
    }
    for (const Part& part : system.parts) {
        if (!takes_requests(part)) continue;
        if (!reached.contains(part.name)) wiring.unreached.insert(part.name);
        for (const Use& use : part.uses) {
            if (!is_broker(system.find(use.to)->trade)) continue;
            (reached.contains(part.name) ? wiring.publishers : wiring.consumers).insert(part.name);
        }
    }
    for (const std::string& each : wiring.consumers) wiring.unreached.erase(each);
}

}  // namespace

bool is_broker(Trade trade) {
    return trade == Trade::rabbitmq || trade == Trade::kafka;
}

Wiring wire(System& system) {
    guess_targets(system, called_parts(system));
    CircleBreaker(system).run();
    Wiring wiring;
    find_entries(system, called_parts(system), wiring);
    find_roles(system, wiring);
    return wiring;
}

}  // namespace tools::imports
