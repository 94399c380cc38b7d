#include "models/quorum/quorum.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "models/engines/engine_usages.h"
#include "models/quorum/quorum_member.h"

namespace models {

// Alone, there is nobody it could not reach.
Abilities QuorumSpec::suffers() const {
    const Abilities all = suffers_as(abilities_of<QuorumMember>());
    return machines > 1 ? all : all.without(Abilities::partition());
}

void QuorumSpec::check(spec::Check& check) const {
    check_members(check, instances, machines);
    check.that(n <= machines, "n", "more copies than there are machines");
    check.that(r <= n, "r", "more answers than there are copies");
    check.that(w <= n, "w", "more answers than there are copies");
    check.that(
        liars == 0 || r + w > n + 2 * liars, "liars",
        fmt::format("reads with R = {} and writes with W = {} have {} of {} copies in common "
                    "at least, and {} that lie need {}",
                    r, w, r + w > n ? r + w - n : 0, n, liars, 2 * liars + 1),
        "raise \"r\" and \"w\": of five copies four each bear one");
    check.that(read_repair_chance.value == 0 || read_repair != ReadRepair::none,
               "read_repair_chance", "nobody is repaired", "set \"read_repair\" to background");
}

Quorum::Quorum(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      fencing_(context, spec.fencing_tokens),
      places_(context),
      choice_draws_(context.stream("who is asked")),
      coordinator_draws_(context.stream("who coordinates")),
      tallies_(context) {
    for (std::uint32_t index = 0; index < spec.machines; ++index) {
        members_.push_back(std::make_unique<QuorumMember>(*this, index));
        instances_.push_back(members_.back().get());
    }
    Engine::add_resources(context.meter, spec, [this] {
        std::vector<const Engine*> engines;
        for (const auto& member : members_) engines.push_back(&member->engine());
        return engines;
    });
}

Quorum::~Quorum() = default;

void Quorum::dismiss() {
    for (const auto& member : members_) member->dismiss();
}

// A driver has connections to all machines, and notices at once when one is closed: it asks one at
// random, or the next that is up.
QuorumMember& Quorum::coordinator_of(const Request& request) {
    sim::Draws draws(sim::request_key(coordinator_draws_, request.identity));
    const std::size_t first = draws.below(members_.size());
    for (std::size_t step = 0; step < members_.size(); ++step) {
        QuorumMember& member = *members_[(first + step) % members_.size()];
        if (member.is_up()) return member;
    }
    return *members_[first];
}

Go Quorum::enter(Call& call) {
    return coordinator_of(call.request).enter(call);
}

std::vector<std::uint32_t> Quorum::ring_from(std::uint64_t key) const {
    std::vector<std::uint32_t> ring(members_.size());
    const std::size_t first = sim::mix(key + context_.world.scatter) % members_.size();
    for (std::size_t step = 0; step < ring.size(); ++step) {
        ring[step] = static_cast<std::uint32_t>((first + step) % members_.size());
    }
    return ring;
}

// --- the report ---

void Quorum::begin_measuring() {
    for (const auto& member : members_) member->engine().begin_measuring();
}

void Quorum::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const auto count = static_cast<double>(members_.size());
    record.instances = count;
    fencing_.finish(record);
    use_engines(context_, spec_, count);
    double busy = 0;
    for (const auto& member : members_) {
        const double utilisation = member->engine().utilisation();
        busy += utilisation / count;
        record.machines.push_back(
            {fmt::format("{}[{}]", context_.name, member->index()), member->requests, utilisation});
    }
    record.utilisation = busy;
    count_differences(record);
}

// At the end: copies that are not the newest there is, and items whose last acknowledged write none
// of the machines shows.
void Quorum::count_differences(sim::NodeRecord& record) const {
    std::unordered_map<std::uint64_t, Cell> newest;
    for (const auto& member : members_) {
        for (const auto& [key, cell] : member->cells()) {
            Cell& known = newest[key];
            if (cell.written > known.written) known = cell;
        }
    }
    std::uint64_t behind = 0;
    std::uint64_t lost = 0;
    for (const auto& [key, cell] : newest) {
        const std::vector<std::uint32_t> ring = ring_from(key);
        for (std::uint32_t copy = 0; copy < spec_.n; ++copy) {
            behind += members_[ring[copy]]->cell(key).written < cell.written;
        }
        lost += cell.version < ledger_.acknowledged(key);
    }
    record.measures.push_back({"copies_behind", "", static_cast<double>(behind)});
    record.measures.push_back({"lost_items", "", static_cast<double>(lost)});
}

}  // namespace models
