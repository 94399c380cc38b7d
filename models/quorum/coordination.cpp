#include "models/quorum/coordination.h"

#include <algorithm>

#include "models/data/judging.h"
#include "models/quorum/quorum_member.h"
#include "models/spans.h"

namespace models {

namespace {

// A repair's draws are not those of the read that saw the need.
constexpr std::uint32_t kRepairOfRead = 0x72657061;

}  // namespace

Coordination::Coordination(Quorum& store, QuorumMember& member)
    : store_(store), member_(member), visit_(store.context()), coordinate_(*this, &member) {
    if (store.context().world.network != nullptr) {
        door_.emplace(store.context(), member);
        door_->link(&Return::block(), visit_.enter().to);
        visit_.link(&coordinate_, &*door_, door_->state_bytes());
    } else {
        visit_.link(&coordinate_);
    }
    coordinate_.link(visit_.inside(), nullptr);
}

std::optional<Hop::Ends> Coordination::Door::ends_of(Call& call) const {
    return between(call.request.place, member_.place());
}

// --- whom it asks ---

// A machine that it takes to be down is not asked: the next of the ring stands in for it, if that
// is allowed.
Coordination::Targets Coordination::targets_for(std::uint64_t key) {
    const std::vector<std::uint32_t> ring = store_.ring_from(key);
    Targets targets;
    std::size_t next = store_.spec().n;
    for (std::size_t copy = 0; copy < store_.spec().n; ++copy) {
        std::uint32_t machine = ring[copy];
        while (store_.spec().sloppy && member_.suspects(machine) && next < ring.size()) {
            machine = ring[next++];
        }
        if (member_.suspects(machine)) {
            targets.missed.push_back(ring[copy]);
        } else {
            targets.asked.push_back({machine, ring[copy]});
        }
    }
    return targets;
}

// At random, by the first draws of a shuffle (Fisher and Yates).
void Coordination::choose(std::vector<Asked>& targets, std::size_t needed,
                          std::uint64_t identity) const {
    sim::Draws draws(sim::request_key(store_.choice_draws(), identity));
    for (std::size_t i = 0; i < needed; ++i) {
        std::swap(targets[i], targets[i + draws.below(targets.size() - i)]);
    }
    targets.resize(needed);
}

bool Coordination::asks_all(const Request& request) const {
    const QuorumSpec& spec = store_.spec();
    if (request.is_write) return spec.write_to == AskedMachines::all;
    if (spec.read_from == AskedMachines::all) return true;
    if (spec.read_repair_chance.value == 0) return false;
    sim::Draws draws(sim::request_key(store_.choice_draws(), ~request.identity));
    return draws.chance(spec.read_repair_chance.value);
}

// --- the story ---

Reply Coordination::coordinate(Request request) {
    served_by(store_.context(), request, {member_.index(), "coordinator"});
    if (!member_.is_up()) co_return Response{Outcome::failed, cause::refused};
    co_await member_.until_it_answers();
    if (request.is_write) co_return co_await write(request);
    co_return co_await read(request);
}

Response Coordination::too_few() {
    store_.tallies().too_few_answers.add();
    return {Outcome::failed, cause::unavailable};
}

// With too few machines to ask, nobody is asked (Cassandra's UnavailableException).
Reply Coordination::write(Request request) {
    Ledger& ledger = *store_.ledger();
    if (request.version == 0) request.version = ledger.reserve();
    Targets targets = targets_for(request.key);
    const std::size_t needed = store_.spec().w;
    if (targets.asked.size() < needed) co_return too_few();
    if (!asks_all(request)) choose(targets.asked, needed, request.identity);
    const sim::Time until = store_.context().now() + store_.spec().timeout;
    const Cell cell{member_.stamp(), request.version, store_.fencing().token_of(request)};
    QuorumMessage message{.kind = QuorumMessage::Kind::write};
    message.request = request;
    message.until = until;
    message.cell = cell;
    const Answers answers = member_.gather(targets.asked, needed, message);
    const auto keep_for_missed = [&] {
        for (const std::uint32_t owner : targets.missed) member_.keep_for(owner, request.key, cell);
    };
    // What is refused shall not come to those who were down by another way.
    const bool may_be_refused = cell.token != 0 && store_.fencing().refuses();
    if (!may_be_refused) keep_for_missed();
    const bool came = co_await member_.enough(answers, until);
    const bool is_refused = !came && answers->fenced() > 0;
    if (came || is_refused) {
        store_.fencing().decided(answers->last_token(), request, is_refused);
    }
    if (is_refused) co_return Response{Outcome::failed, cause::stale_token};
    if (may_be_refused) keep_for_missed();
    if (!answers->is_whole() || !answers->failed().empty()) {
        member_.run(keep_for_others(answers, request.key, cell, until));
    }
    if (!came) co_return too_few();
    Response response;
    response.version = ledger.commit(request.key, request.version);
    response.bytes = member_.engine().answer_about(request.key).bytes;
    acknowledge(ledger, request, response.version);
    co_return response;
}

Reply Coordination::read(Request request) {
    const QuorumSpec& spec = store_.spec();
    const std::uint64_t due = version_due(*store_.ledger(), request, request.key);
    Targets targets = targets_for(request.key);
    if (targets.asked.size() < spec.r) co_return too_few();
    if (!asks_all(request)) choose(targets.asked, spec.r, request.identity);
    const sim::Time until = store_.context().now() + spec.timeout;
    QuorumMessage message{.kind = QuorumMessage::Kind::read};
    message.request = request;
    message.until = until;
    const Answers answers = member_.gather(targets.asked, spec.r, message);
    if (!co_await member_.enough(answers, until)) co_return too_few();
    const std::optional<Cell> newest = answers->newest(spec.liars);
    if (!newest) {
        store_.tallies().disputed.add();
        co_return Response{Outcome::failed, cause::unavailable};
    }
    const bool has_newer = std::ranges::any_of(
        answers->answers(), [&](const auto& each) { return each.cell.written > newest->written; });
    if (has_newer) store_.tallies().outvoted.add();
    std::size_t repaired = 0;
    if (spec.read_repair == ReadRepair::blocking) {
        repaired = answers->answers().size();
        const Answers told = repair(*answers, request, {0, until});
        if (told != nullptr && !co_await member_.enough(told, until)) co_return too_few();
    }
    if (spec.read_repair != ReadRepair::none) {
        member_.run(repair_later(answers, request, {repaired, until}));
    }
    Response response = member_.engine().answer_about(request.key);
    response.version = newest->version;
    response.wrong = newest->wrong;
    if (judge_read(response, response.version, due)) store_.tallies().stale_reads.add();
    co_return response;
}

// --- bringing copies together ---

// Those who have not taken the write in time get it from here later.
sim::Task<void> Coordination::keep_for_others(Answers answers, std::uint64_t key, Cell cell,
                                              sim::Time until) {
    co_await member_.all(answers, until);
    for (const Asked& each : answers->failed()) member_.keep_for(each.owner, key, cell);
    for (const Asked& each : answers->owing()) member_.keep_for(each.owner, key, cell);
}

sim::Task<void> Coordination::repair_later(Answers answers, Request request, Repairs repairs) {
    co_await member_.all(answers, repairs.until);
    if (repairs.first == answers->answers().size()) co_return;
    repair(*answers, request, {repairs.first, repairs.until + store_.spec().timeout});
}

// The newest of the answers to those who have given an older one; null when nobody has.
Coordination::Answers Coordination::repair(const Gathering& answers, const Request& request,
                                           Repairs repairs) {
    const std::optional<Cell> newest = answers.newest(store_.spec().liars);
    if (!newest) return nullptr;
    std::vector<Asked> old;
    for (std::size_t i = repairs.first; i < answers.answers().size(); ++i) {
        const Gathering::Answer& each = answers.answers()[i];
        if (each.cell.written < newest->written) old.push_back({each.machine, each.machine});
    }
    if (old.empty()) return nullptr;
    QuorumMessage message{.kind = QuorumMessage::Kind::write};
    message.request = request.again(kRepairOfRead);
    message.until = repairs.until;
    message.cell = *newest;
    store_.tallies().repairs.add(static_cast<double>(old.size()));
    return member_.gather(old, old.size(), message);
}

}  // namespace models
