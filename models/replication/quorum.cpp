#include "models/replication/quorum.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/replication/quorum_member.h"
#include "models/spans.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

Abilities Quorum::Spec::suffers() const {
    return suffers_as(abilities_of<QuorumMember>());
}

Quorum::Quorum(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      visit_(context),
      coordinate_(*this),
      network_time_(spec.network_time.build()),
      network_draws_(context.stream("network time")),
      choice_draws_(context.stream("who is asked")),
      stale_reads_(context, "stale_reads"),
      too_few_answers_(context, "too_few_answers"),
      repairs_(context, "read_repairs"),
      hints_(context, "hints"),
      handed_over_(context, "handed_over") {
    visit_.link(&coordinate_);
    coordinate_.link(visit_.inside(), nullptr);
    for (std::uint32_t index = 0; index < spec.machines; ++index) {
        members_.push_back(std::make_unique<QuorumMember>(*this, index));
        instances_.push_back(members_.back().get());
    }
}

Quorum::~Quorum() = default;

// The N machines from the item's place on the ring; when they are sloppy, machines that are reached
// stand in for those that are not.
std::vector<Quorum::Target> Quorum::targets_for(std::uint64_t key) {
    const std::size_t first = sim::mix(key) % members_.size();
    const auto at = [&](std::size_t step) {
        return members_[(first + step) % members_.size()].get();
    };
    std::vector<Target> targets;
    std::size_t next = spec_.n;
    for (std::size_t step = 0; step < spec_.n; ++step) {
        QuorumMember* const owner = at(step);
        QuorumMember* member = owner;
        while (spec_.sloppy && !member->is_reached() && next < members_.size()) member = at(next++);
        targets.push_back({member->is_reached() ? member : owner, owner});
    }
    return targets;
}

// At random, by the first draws of a shuffle (Fisher and Yates).
std::vector<Quorum::Target> Quorum::some_of(std::vector<Target> targets, AskedMachines who,
                                            std::uint32_t needed, std::uint64_t identity) const {
    if (who == AskedMachines::all) return targets;
    sim::Draws draws(sim::request_key(choice_draws_, identity));
    for (std::size_t i = 0; i < needed; ++i) {
        std::swap(targets[i], targets[i + draws.below(targets.size() - i)]);
    }
    targets.resize(needed);
    return targets;
}

// --- asking ---

Reply Quorum::coordinate(Request request) {
    const std::uint64_t expected = ledger_.acknowledged(request.key);
    if (request.is_write && request.version == 0) request.version = ledger_.reserve();
    const auto gathering = co_await gather(request);
    if (gathering->answered < gathering->needed) {
        too_few_answers_.add();
        co_return Response{Outcome::failed, Cause::unavailable};
    }
    Response response = members_.front()->engine().answer_about(request.key);
    if (request.is_write) {
        response.missing = false;
        response.version = ledger_.commit(request.key, request.version);
        if (!request.is_relayed) ledger_.acknowledge(request.key, response.version);
        co_return response;
    }
    response.version = gathering->newest;
    response.stale = !request.is_relayed && response.version < expected;
    if (response.stale) stale_reads_.add();
    if (spec_.read_repair) repair_old(*gathering, request);
    co_return response;
}

// Until enough have answered, or so many have not that it cannot be any more.
sim::Task<std::shared_ptr<Quorum::Gathering>> Quorum::gather(Request request) {
    auto gathering = std::make_shared<Gathering>(context_.scheduler());
    gathering->needed = request.is_write ? spec_.w : spec_.r;
    const std::vector<Target> targets =
        some_of(targets_for(request.key), request.is_write ? spec_.write_to : spec_.read_from,
                gathering->needed, request.identity);
    gathering->asked = static_cast<std::uint32_t>(targets.size());
    for (const Target& target : targets) crew_.run(ask(target, request, gathering));
    const auto wait = [](std::shared_ptr<Gathering> all) -> sim::Task<bool> {
        co_await all->done.pass();
        co_return true;
    };
    co_await sim::within(context_.scheduler(), spec_.timeout, wait(gathering));
    co_return gathering;
}

// There, a query, and back; false when the machine was not reached, or did not manage it.
sim::Task<bool> Quorum::visit(QuorumMember& member, const Request& request) {
    sim::Draws draws(sim::request_key(network_draws_ + member.index(), request.identity));
    co_await sim::sleep(context_.scheduler(), network_time_.sample_duration(draws));
    if (!member.is_reached()) co_return false;
    if (context_.now() >= context_.world.recorder.measured_from()) ++member.requests;
    Request there = request.onward(member.index(), request.endpoint);
    there.deadline = sim::kForever;
    const Response response = co_await models::ask(context_.world, member.queries(), there);
    co_return response.ok();
}

sim::Task<void> Quorum::ask(Target target, Request request, std::shared_ptr<Gathering> gathering) {
    CallSpan span(context_.world, context_.meter, request, {"replica"});
    const bool managed = co_await visit(*target.member, request);
    span.end(managed ? Response{} : Response{Outcome::failed, Cause::unavailable});
    QuorumMember& member = *target.member;
    if (managed && request.is_write) {
        member.store(request.key, request.version);
        if (target.owner != target.member) {
            hints_.add();
            std::uint64_t& hint = member.hints_for(target.owner->index())[request.key];
            hint = std::max(hint, request.version);
        }
    }
    const std::uint64_t version = member.version_of(request.key);
    sim::Draws draws(
        sim::request_key(network_draws_ + spec_.machines + member.index(), request.identity));
    co_await sim::sleep(context_.scheduler(), network_time_.sample_duration(draws));
    ++(managed ? gathering->answered : gathering->failed);
    if (managed) {
        gathering->newest = std::max(gathering->newest, version);
        gathering->versions.emplace_back(&member, version);
    }
    const bool enough = gathering->answered >= gathering->needed;
    const bool hopeless = gathering->failed + gathering->needed > gathering->asked;
    if (enough || hopeless) gathering->done.open();
}

// --- bringing copies together ---

void Quorum::repair_old(const Gathering& gathering, const Request& request) {
    for (const auto& [member, version] : gathering.versions) {
        if (version < gathering.newest) crew_.run(repair(*member, request, gathering.newest));
    }
}

sim::Task<void> Quorum::repair(QuorumMember& member, Request request, std::uint64_t version) {
    Request write = request.onward(member.index() + spec_.machines, request.endpoint);
    write.is_write = true;
    const bool managed = co_await visit(member, write);
    if (!managed) co_return;
    member.store(request.key, version);
    repairs_.add();
}

void Quorum::back(QuorumMember& member) {
    if (!spec_.hinted_handoff || !member.is_reached()) return;
    for (const auto& each : members_) {
        if (each.get() != &member) crew_.run(hand_over(*each, member));
    }
}

// One after another; what fails stays for the next time.
sim::Task<void> Quorum::hand_over(QuorumMember& from, QuorumMember& to) {
    auto& hints = from.hints_for(to.index());
    while (!hints.empty() && from.is_reached()) {
        const auto [key, version] = *hints.begin();
        Request write;
        write.key = key;
        write.is_write = true;
        write.identity = sim::mix(version);
        const bool managed = co_await visit(to, write);
        if (!managed) co_return;
        to.store(key, version);
        handed_over_.add();
        const auto kept = hints.find(key);
        if (kept != hints.end() && kept->second == version) hints.erase(kept);
    }
}

// --- the report ---

void Quorum::begin_measuring() {
    for (const auto& member : members_) member->engine().begin_measuring();
}

void Quorum::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const auto count = static_cast<double>(members_.size());
    record.instances = count;
    record.cost_usd = spec_.price.usd_per_hour * count * measured / 3600;
    double busy = 0;
    std::unordered_map<std::uint64_t, std::uint64_t> newest;
    for (const auto& member : members_) {
        const double utilisation = member->engine().utilisation();
        busy += utilisation / count;
        record.machines.push_back(
            {fmt::format("{}[{}]", context_.name, member->index()), member->requests, utilisation});
        for (const auto& [key, version] : member->versions()) {
            newest[key] = std::max(newest[key], version);
        }
    }
    record.utilisation = busy;
    std::uint64_t behind = 0;
    for (const auto& [key, version] : newest) {
        for (const Target& target : targets_for(key)) {
            behind += target.owner->version_of(key) < version;
        }
    }
    record.measures.push_back({"copies_behind", "", static_cast<double>(behind)});
}

}  // namespace models
