#include "tools/import/wiring.h"

#include <fmt/format.h>

#include <algorithm>

namespace tools::imports {

namespace {

bool takes_requests(const Part& part) {
    return part.trade == Trade::service || part.trade == Trade::proxy;
}

bool is_callable(const Part& part) {
    return part.trade != Trade::tool && !is_broker(part.trade);
}

// A proxy's targets, where nothing says them: services that nobody else calls.
void guess_targets(System& system, const std::set<std::string>& called) {
    for (Part& proxy : system.parts) {
        if (proxy.trade != Trade::proxy || !proxy.uses.empty() || !proxy.paths.empty()) continue;
        for (const Part& each : system.parts) {
            // In a cluster an Ingress says what is behind.
            if (proxy.in_cluster) break;
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
        for (const Use& use : uses_of(part)) called.insert(use.to);
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
        for (const Use& use : uses_of(*part)) visit(use.to);
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
        const auto uses = uses_of(part);
        const bool takes_work = std::ranges::any_of(uses, [&](const Use& use) {
            const auto to = std::ranges::find(system.parts, use.to, &Part::name);
            return to != system.parts.end() && is_broker(to->trade);
        });
        return !called.contains(part.name) && !takes_work;
    });
    add([&](const Part& part) { return !called.contains(part.name); });
    add([](const Part&) { return true; });
    // There are stores alone.
    if (!wiring.entries.empty()) return;
    for (const Part& part : system.parts) {
        if (is_callable(part)) wiring.entries.push_back(part.name);
    }
}

void find_roles(System& system, Wiring& wiring) {
    std::vector<std::string> left = wiring.entries;
    std::set<std::string> reached(left.begin(), left.end());
    while (!left.empty()) {
        const Part* const part = system.find(left.back());
        left.pop_back();
        if (part == nullptr) continue;
        for (const Use& use : uses_of(*part)) {
            const Part* const to = system.find(use.to);
            if (to == nullptr || !takes_requests(*to)) continue;
            if (reached.insert(use.to).second) left.push_back(use.to);
        }
    }
    std::set<std::string> published;
    for (const std::string& each : reached) {
        for (const Use& use : uses_of(*system.find(each))) published.insert(use.to);
    }
    for (const Part& part : system.parts) {
        if (!takes_requests(part) || reached.contains(part.name)) continue;
        for (const Use& use : uses_of(part)) {
            const bool is_fed = is_broker(system.find(use.to)->trade) && published.contains(use.to);
            if (is_fed) wiring.consumers.insert({part.name, use.to});
        }
        if (!wiring.consumes(part.name)) wiring.unreached.insert(part.name);
    }
}

}  // namespace

bool is_broker(Trade trade) {
    return trade == Trade::rabbitmq || trade == Trade::kafka;
}

bool has_callable(const System& system) {
    return std::ranges::any_of(system.parts, is_callable);
}

bool Wiring::consumes(const std::string& part) const {
    const auto first = consumers.lower_bound({part, ""});
    return first != consumers.end() && first->first == part;
}

std::vector<Use> uses_of(const Part& part) {
    std::vector<Use> all = part.uses;
    for (const Path& each : part.paths) all.push_back({each.to, each.path});
    return all;
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
