#include "models/topology/pricing.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "models/failures/crash.h"
#include "models/failures/machine_down.h"
#include "models/prices/paid_hours.h"
#include "models/prices/usages.h"
#include "models/topology/document_problems.h"

namespace models {

namespace {

const PricesSpec* book_of(const Scenario& scenario) {
    return scenario.prices ? &*scenario.prices : nullptr;
}

std::uint32_t cores_of(const Scenario& scenario, const std::string& node) {
    const NodeChoice* const choice = scenario.nodes.find(node);
    return choice == nullptr ? 0 : Nodes::kind_of(*choice).capacity(choice->any().spec()).cores;
}

// Instances that are paid for by a family are of its size for the cores they have to begin with.
void name_sizes(const Scenario& scenario, const PricesSpec& book, sim::Recording& recording) {
    for (sim::NodeRecord& node : recording.nodes) {
        const std::uint32_t cores = cores_of(scenario, node.name);
        for (sim::Usage& usage : node.usages) {
            if (usage.usd_each || usage.item != kInstanceHours.item || usage.of.empty()) continue;
            if (auto found = size_of(book, usage.of, cores)) usage.of = std::move(found->name);
        }
    }
}

void add_price(const PricesSpec* book, sim::Usage& usage) {
    if (usage.usd_each) return;
    const auto found = price_of(book, usage.item, usage.of);
    if (!found) return;
    usage.usd_each = found->usd;
    usage.source = found->source;
}

// Of a month of so many hours.
sim::Usage upkeep_of(sim::Duration a_month, double measured_h) {
    const double hours = sim::seconds(a_month) / 3600 / sim::kHoursPerMonth * measured_h;
    return {std::string(kPeopleHours.item), "", hours, "h", {}, {}};
}

template <class Spec>
FailureChoice interruption(const std::string& node, const InterruptionSpec& said) {
    Spec spec;
    spec.target.node.node = node;
    spec.time_to_fail = said.time_to_fail;
    spec.time_to_repair = said.time_to_repair;
    spec.common_cause = said.common_cause;
    spec.is_interruption = true;
    return FailureChoice(std::move(spec));
}

class PriceChecker {
public:
    PriceChecker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario), problems_(document, problems) {}

    void check() {
        check_sizes_of_nodes();
        if (!scenario_.prices) return;
        check_date();
        check_items();
        check_sizes();
        check_upkeep();
    }

private:
    void check_date() {
        const std::string& date = scenario_.prices->date;
        if (date.size() == 10 && calendar_time_of(date)) return;
        problems_.add("/prices/date", fmt::format("\"{}\" is not a date", date),
                      "write \"2026-11-23\"");
    }

    void check_source(const std::string& pointer, const std::string& own) {
        if (!own.empty() || !scenario_.prices->source.empty()) return;
        problems_.add(pointer, "nobody says where this price is from",
                      "give it a \"source\", or the whole book: a price list's address, a "
                      "contract, \"an assumption\"");
    }

    void check_reserved(const std::string& size, const SizeSpec& spec) {
        const std::string pointer = "/prices/sizes/" + size + "/reserved";
        check_source(pointer, spec.reserved->source);
        if (spec.interruption) {
            problems_.add(pointer, "spot instances cannot be reserved",
                          "give what is reserved a size of its own");
        }
        for (const auto& [name, choice] : scenario_.nodes) {
            const Capacity all = Nodes::kind_of(choice).capacity(choice.any().spec());
            for (const PaidInstances& paid : all.paid) {
                const auto found = size_of(*scenario_.prices, paid.price.size, all.cores);
                if (found && found->name == size) return;
            }
        }
        problems_.add(pointer, fmt::format("no node is of the size \"{}\"", size),
                      fmt::format(R"(let a node say "price": "{}")", size));
    }

    void check_sizes() {
        const auto& sizes = scenario_.prices->sizes;
        for (const auto& [size, spec] : sizes) {
            const std::string pointer = "/prices/sizes/" + size;
            check_source(pointer, spec.source);
            if (spec.reserved) check_reserved(size, spec);
            if (spec.family.empty()) continue;
            if (!spec.cores) {
                problems_.add(pointer, "a size of a family is chosen by its cores, and has none",
                              "give it \"cores\"");
            }
            if (sizes.find(spec.family) != nullptr) {
                problems_.add(pointer + "/family",
                              fmt::format("\"{}\" is a size, too", spec.family),
                              "call the family something else");
            }
        }
    }

    // Everything that any kind of node may use, whether this scenario has one or not: a book is
    // for many scenarios.
    static std::vector<std::string> all_items() {
        std::set<std::string> items;
        for (const spec::Kind* kind : Nodes::kinds()) {
            for (const sim::UsageRow& row : kind->usages) items.emplace(row.item);
        }
        for (const sim::UsageRow& row : kNetworkUsages) items.emplace(row.item);
        items.emplace(kPeopleHours.item);
        return {items.begin(), items.end()};
    }

    void check_items() {
        const std::vector<std::string> known = all_items();
        for (const auto& [item, spec] : scenario_.prices->items) {
            const std::string pointer = "/prices/items/" + item;
            check_source(pointer, spec.source);
            if (std::ranges::find(known, item) == known.end()) {
                problems_.add(pointer, fmt::format("nothing uses \"{}\"", item),
                              problems_.suggestion(item, known));
            }
            for (const auto& [region, usd] : spec.of) check_region(pointer, region, usd);
        }
    }

    void check_region(const std::string& pointer, const std::string& region, double usd) {
        const std::string at = pointer + "/of/" + region;
        if (!(usd >= 0)) problems_.add(at, "must be at least 0");
        std::vector<std::string> regions;
        if (scenario_.network) {
            for (const auto& [name, each] : scenario_.network->regions) regions.push_back(name);
        }
        if (std::ranges::find(regions, region) != regions.end()) return;
        problems_.add(
            at, fmt::format("there is no region \"{}\"", region),
            regions.empty() ? "regions are the network's" : problems_.suggestion(region, regions));
    }

    void check_upkeep() {
        const PricesSpec& prices = *scenario_.prices;
        std::vector<std::string> nodes;
        for (const auto& [name, choice] : scenario_.nodes) nodes.push_back(name);
        for (const auto& [node, time] : prices.upkeep) {
            const std::string pointer = "/prices/upkeep/" + node;
            if (scenario_.nodes.find(node) == nullptr) {
                problems_.add(pointer, fmt::format("there is no node \"{}\"", node),
                              problems_.suggestion(node, nodes));
            }
            if (prices.items.find(kPeopleHours.item) == nullptr) {
                problems_.add(pointer, "an hour of people has no price",
                              R"(give it one: "items": {"people_hours": {"usd": 60}})");
            }
        }
    }

    void check_sizes_of_nodes() {
        std::vector<std::string> sizes;
        if (scenario_.prices) {
            for (const auto& [name, size] : scenario_.prices->sizes) {
                sizes.push_back(name);
                if (!size.family.empty()) sizes.push_back(size.family);
            }
        }
        for (const auto& [name, choice] : scenario_.nodes) {
            const Capacity all = Nodes::kind_of(choice).capacity(choice.any().spec());
            for (const PaidInstances& paid : all.paid) check_size(name, paid, all.cores, sizes);
            check_spot(name, choice, all);
        }
    }

    // All instances of a node are taken back alike, or none.
    void check_spot(const std::string& name, const NodeChoice& choice, const Capacity& all) {
        const auto is_spot = [&](const PaidInstances& paid) {
            if (!scenario_.prices) return false;
            const auto size = size_of(*scenario_.prices, paid.price.size, all.cores);
            return size && size->spec->interruption.has_value();
        };
        const auto spot = std::ranges::find_if(all.paid, is_spot);
        if (spot == all.paid.end()) return;
        std::string pointer = "/nodes/" + name + "/" + spot->parameter;
        std::ranges::replace(pointer, '.', '/');
        const bool are_alike = std::ranges::all_of(
            all.paid, [&](const PaidInstances& each) { return each.price == spot->price; });
        const Abilities suffers = Nodes::kind_of(choice).instances(choice.any().spec()).suffers;
        if (!are_alike) {
            problems_.add(pointer, "some of its instances are spot instances, and others are not",
                          "give those that are a node of their own");
        } else if (!suffers.has(Abilities::crash()) && !suffers.has(Abilities::power_loss())) {
            problems_.add(pointer, fmt::format("a {} cannot be taken back", choice.kind()),
                          "give it a size without \"interruption\"");
        }
    }

    void check_size(const std::string& node, const PaidInstances& paid, std::uint32_t cores,
                    const std::vector<std::string>& sizes) {
        if (paid.price.size.empty()) return;
        std::string pointer = "/nodes/" + node + "/" + paid.parameter;
        std::ranges::replace(pointer, '.', '/');
        if (is_family(paid.price.size)) return check_family(node, pointer, paid.price.size, cores);
        const SizeSpec* const size =
            scenario_.prices ? scenario_.prices->sizes.find(paid.price.size) : nullptr;
        if (size == nullptr) {
            problems_.add(pointer, fmt::format("there is no size \"{}\"", paid.price.size),
                          sizes.empty() ? "sizes are in \"prices\": {\"sizes\": ...}; a price is "
                                          "written \"$0.10/h\""
                                        : problems_.suggestion(paid.price.size, sizes));
        } else if (size->cores && cores > 0 && *size->cores != cores) {
            problems_.add(pointer,
                          fmt::format("\"{}\" has {} cores, and {} has {}", paid.price.size,
                                      *size->cores, node, cores),
                          "name the size that it is, or change its \"cores\"");
        }
    }

    bool is_family(const std::string& name) const {
        return scenario_.prices &&
               std::ranges::any_of(scenario_.prices->sizes,
                                   [&](const auto& size) { return size.second.family == name; });
    }

    void check_family(const std::string& node, const std::string& pointer,
                      const std::string& family, std::uint32_t cores) {
        if (cores == 0) {
            problems_.add(
                pointer, fmt::format("{} has no cores to choose a size of \"{}\" by", node, family),
                "name one of its sizes");
        } else if (!size_of(*scenario_.prices, family, cores)) {
            problems_.add(
                pointer,
                fmt::format("no size of \"{}\" has the {} cores of {}", family, cores, node),
                "give it fewer cores, or add a size to `prices`");
        }
    }

    const Scenario& scenario_;
    DocumentProblems problems_;
};

}  // namespace

std::vector<FailureChoice> interruptions_of(const Scenario& scenario) {
    std::vector<FailureChoice> all;
    if (!scenario.prices) return all;
    for (const auto& [name, choice] : scenario.nodes) {
        const NodeKind& kind = Nodes::kind_of(choice);
        const Capacity capacity = kind.capacity(choice.any().spec());
        for (const PaidInstances& paid : capacity.paid) {
            const auto found = size_of(*scenario.prices, paid.price.size, capacity.cores);
            if (!found || !found->spec->interruption) continue;
            const SizeSpec* const size = found->spec;
            const Abilities suffers = kind.instances(choice.any().spec()).suffers;
            const bool is_machine = !suffers.has(Abilities::crash());
            all.push_back(is_machine ? interruption<MachineDown::Spec>(name, *size->interruption)
                                     : interruption<Crash::Spec>(name, *size->interruption));
            break;  // all of its instances are alike
        }
    }
    return all;
}

void add_prices(const Scenario& scenario, const std::vector<Interrupted>& interrupted,
                sim::Recording& recording) {
    const PricesSpec* const book = book_of(scenario);
    const double measured_h = sim::seconds(recording.measured()) / 3600;
    if (book != nullptr) {
        name_sizes(scenario, *book, recording);
        leave_out_interrupted(interrupted, *book, recording);
        cover_reserved(*book, recording);
    }
    for (sim::NodeRecord& node : recording.nodes) {
        if (book != nullptr) {
            const sim::Duration* const upkeep = book->upkeep.find(node.name);
            if (upkeep != nullptr) node.usages.push_back(upkeep_of(*upkeep, measured_h));
        }
        for (sim::Usage& usage : node.usages) {
            add_price(book, usage);
            node.cost_usd += usage.usd();
        }
    }
    if (book != nullptr && book->downtime) {
        recording.downtime_usd_per_hour = book->downtime->usd_per_hour;
    }
}

void check_prices(const Scenario& scenario, const spec::Json& document, spec::Problems& problems) {
    PriceChecker(scenario, document, problems).check();
}

}  // namespace models
