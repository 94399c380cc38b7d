#include "models/lock_service/lock_member.h"

#include <fmt/core.h>

#include "models/lock_service/lock_service.h"
#include "models/registry.h"
#include "models/roles.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

namespace {

// The number of a member is in its sessions' upper half.
constexpr unsigned kMemberShift = 40;
constexpr std::uint32_t kMemberMessageBytes = 128;

}  // namespace

// Who is alone is cut off from nobody; what needs no core time cannot be slowed.
Abilities LockServiceSpec::suffers() const {
    Abilities all = abilities_of<LockMember>();
    if (operation_time == sim::Duration::zero()) all = all.without(Abilities::slowness());
    if (members == 1) all = all.without(Abilities::partition());
    return all;
}

std::vector<std::string> LockServiceSpec::roles() const {
    std::vector<std::string> roles{std::string(kLeaderRole)};
    if (members > 1) roles.emplace_back(kFollowerRole);
    return roles;
}

LockMember::LockMember(LockService& service, Voter self)
    : service_(service),
      self_(self),
      inbox_(service.context().world,
             service.places().add(fmt::format("{}[{}]", service.context().name, self))),
      renewals_(service.context().world, inbox_.place()),
      sender_(service.context(), &service.places().links(), inbox_.place(),
              fmt::format("member {}", self)),
      to_holders_(service.context(), inbox_.place(), fmt::format("answers of {}", self)),
      cpu_(service.context().scheduler(), sim::Discipline::fcfs, 1),
      raft_(*this, service.context().scheduler(), self, service.context().stream("elections"),
            {service.spec().members, service.spec().heartbeat_interval,
             service.spec().election_timeout,
             service.context().world.can_fail || service.spec().discover_via.has_value()}) {
    if (service.context().is_injected) injection_.emplace(service.context().scheduler());
    inbox_.handle([this](const Message& message) {
        if (!stands_still()) return raft_.take(message);
        works_.run(take_later(message));
    });
    renewals_.handle([this](const Renewal& renewal) {
        if (!stands_still()) return take(renewal);
        works_.run(take_later(renewal));
    });
}

std::string LockMember::name() const {
    return fmt::format("{}[{}]", service_.context().name, self_);
}

std::string_view LockMember::role() const {
    return raft_.leads() ? kLeaderRole : kFollowerRole;
}

Go LockMember::enter(Call& call) {
    return service_.acquire().enter(call);
}

Reply LockMember::call(Request request) {
    return service_.acquire().call(request);
}

void LockMember::dismiss() {
    raft_.stop();
    works_.dismiss();
    leases_.dismiss();
}

// --- its clients ---

LockMember::Waiting::Waiting(LockMember& member)
    : number(std::uint64_t{member.self_ + 1} << kMemberShift | ++member.sessions_),
      written(member.service_.context().scheduler(), false),
      answered(member.service_.context().scheduler(), false),
      member_(member) {
    member.waiting_.emplace(number, this);
}

bool LockMember::is_own(LockSession session) const {
    return session >> kMemberShift == self_ + 1;
}

LockMember::Waiting* LockMember::find(LockSession session) {
    const auto found = waiting_.find(session);
    return found == waiting_.end() ? nullptr : found->second;
}

// Of its thread; why it does not answer, if so.
sim::Task<Cause> LockMember::take_turn(Request request) {
    ++requests;
    if (!is_up()) co_return cause::refused;
    const std::uint32_t times = times_down();
    if (injection_) {
        while (stands_still()) co_await injection_->answers().pass();
        const Cause cause = injection_->cause_of(request);
        if (cause != Cause::none) co_return cause;
        co_await sim::sleep(service_.context().scheduler(), injection_->time_of(request));
        if (times != times_down()) co_return cause::reset;
    }
    const Context& context = service_.context();
    const sim::Time began = context.now();
    const sim::Duration waited = co_await cpu_.work(service_.spec().operation_time);
    context.meter.spent(Spent::queueing, waited);
    context.meter.spent(Spent::service, context.now() - began - waited);
    worked_in(context.world, request, began, waited);
    co_return times == times_down() ? Cause::none : cause::reset;
}

// False when that did not happen for as long as it takes to miss a leader and to elect another. It
// may happen later.
sim::Task<bool> LockMember::write(Waiting& waiting, LockCommand command) {
    command.session = waiting.number;
    if (!raft_.propose(command)) co_return false;
    co_return co_await waiting.written.pass_within(2 * service_.spec().election_timeout);
}

Reply LockMember::acquire(Request request) {
    const Cause trouble = co_await take_turn(request);
    if (trouble != Cause::none) co_return Response{Outcome::failed, trouble};
    const std::uint32_t times = times_down();
    const Context& context = service_.context();
    const sim::Time began = context.now();
    Waiting waiting(*this);
    if (!co_await write(waiting, {LockCommand::Kind::acquire, request.key, 0, 0})) {
        co_return Response{Outcome::failed, cause::unavailable};
    }
    if (times == times_down()) {
        const Contention::Wait in_line(service_.contention(), waiting.token == 0);
        co_await waiting.answered.pass();
    }
    context.meter.spent(Spent::lock, context.now() - began);
    spent_in(context.world, request, Spent::lock, began, context.now());
    // One that was cut off may hear of its grant with that of its end.
    const LockTable::Wanted* const holder = table_.holder(request.key);
    const bool is_held = holder != nullptr && holder->token == waiting.token;
    if (!is_held) co_return Response{Outcome::failed, cause::reset};
    Response response;
    response.version = waiting.token;
    co_return response;
}

Reply LockMember::release(Request request) {
    const Cause trouble = co_await take_turn(request);
    if (trouble != Cause::none) co_return Response{Outcome::failed, trouble};
    const FencingToken token = service_.context().world.transactions.token_of(request.within);
    const std::uint32_t times = times_down();
    Waiting waiting(*this);
    if (!co_await write(waiting, {LockCommand::Kind::release, request.key, 0, token})) {
        co_return Response{Outcome::failed, cause::unavailable};
    }
    co_return times == times_down() ? Response{} : Response{Outcome::failed, cause::reset};
}

// --- what the log says ---

void LockMember::apply(std::uint64_t index, const LockCommand& command) {
    const bool is_first = service_.is_first_to_apply(index);
    const auto token = static_cast<FencingToken>(index);
    const LockTable::Wanted* const before = table_.holder(command.lock);
    const FencingToken held_before = before == nullptr ? 0 : before->token;
    if (command.kind == LockCommand::Kind::acquire) {
        table_.acquire(command.lock, {token, command.session});
    } else {
        const bool was_there = table_.release(command.lock, command.token);
        const bool expires = command.kind == LockCommand::Kind::expire;
        if (is_first && expires && was_there) service_.tallies().expired.add();
        if (is_first && !expires && !was_there) service_.tallies().late_releases.add();
    }
    if (Waiting* const waiting = find(command.session)) waiting->written.open();
    const LockTable::Wanted* const holder = table_.holder(command.lock);
    if (holder == nullptr || holder->token == held_before) return;
    if (is_first) service_.tallies().leases.add();
    grant(command.lock);
}

// To the first in line. Who does not wait for it any more gives it back at once.
void LockMember::grant(LockKey lock) {
    const LockTable::Wanted holder = *table_.holder(lock);
    if (in_office_) watch_lease(lock, holder.token);
    if (!is_own(holder.session)) return;
    Waiting* const waiting = find(holder.session);
    if (waiting == nullptr) {
        raft_.propose({LockCommand::Kind::release, lock, 0, holder.token});
        return;
    }
    waiting->token = holder.token;
    waiting->answered.open();
}

// --- leases ---

void LockMember::leads_now() {
    in_office_ = true;
    service_.led_by(*this);
    for (const auto& [lock, line] : table_.lines()) watch_lease(lock, line.front().token);
}

void LockMember::leads_no_more() {
    in_office_ = false;
    renewed_.clear();
    service_.led_no_more(*this);
}

void LockMember::watch_lease(LockKey lock, FencingToken token) {
    leases_.run(expire(lock, token));
}

// A leader of another term than then leaves it to its own watch.
sim::Task<void> LockMember::expire(LockKey lock, FencingToken token) {
    const Term term = raft_.term();
    sim::Time begin = service_.context().now();
    for (;;) {
        const sim::Time end = begin + service_.spec().lease;
        co_await sim::sleep_until(service_.context().scheduler(), end);
        while (stands_still()) co_await injection_->answers().pass();
        if (!in_office_ || term != raft_.term()) co_return;
        const auto renewed = renewed_.find(token);
        if (!is_held(lock, token) || renewed == renewed_.end() || renewed->second <= begin) break;
        begin = renewed->second;
    }
    renewed_.erase(token);
    if (is_held(lock, token)) raft_.propose({LockCommand::Kind::expire, lock, 0, token});
}

bool LockMember::is_held(LockKey lock, FencingToken token) const {
    const LockTable::Wanted* const holder = table_.holder(lock);
    return holder != nullptr && holder->token == token;
}

// Who comes too late is answered, too: he has to know nothing of it here.
void LockMember::take(const Renewal& renewal) {
    if (!in_office_) {
        const std::optional<Voter> leader = raft_.leader();
        if (!leader || *leader == self_) return;
        sender_.send(service_.member(*leader).renewals(), renewal, kRenewalBytes);
        return;
    }
    if (is_held(renewal.lock, renewal.token)) {
        renewed_[renewal.token] = service_.context().now();
        service_.renewed();
    }
    LeaseKeeper* const keeper = service_.keeper(renewal.token);
    if (keeper != nullptr) to_holders_.send(keeper->answers(), renewal.token, kRenewalBytes);
}

// It dies with the process.
sim::Task<void> LockMember::take_later(Renewal renewal) {
    while (stands_still()) co_await injection_->answers().pass();
    take(renewal);
}

// --- among themselves ---

// It dies with the process.
sim::Task<void> LockMember::take_later(Message message) {
    while (stands_still()) co_await injection_->answers().pass();
    raft_.take(message);
}

void LockMember::start() {
    if (knows_.empty()) return raft_.start();
    raft_.start_without_leader();
}

// It knows itself only.
void LockMember::find_others(Registry& registry) {
    knows_.assign(service_.spec().members, false);
    registry.subscribe({service_, service_.context().name, *this, place(), true});
}

void LockMember::joined(Instance& other) {
    for (Voter each = 0; each < knows_.size(); ++each) {
        if (static_cast<Instance*>(&service_.member(each)) == &other) knows_[each] = true;
    }
    service_.know_each_other();
}

std::size_t LockMember::others_known() const {
    std::size_t others = 0;
    for (Voter each = 0; each < knows_.size(); ++each) others += each != self_ && knows_[each];
    return others;
}

bool LockMember::knows_majority() const {
    return knows_.empty() || others_known() + 1 >= majority_of(knows_.size());
}

void LockMember::send(Voter to, Message message) {
    if (!knows_.empty() && !knows_[to]) return;
    sender_.send(service_.member(to).inbox(), std::move(message), kMemberMessageBytes);
}

// --- coming and going ---

// Its clients' connections are gone; what it has written for them stays.
void LockMember::take_down() {
    if (!up_.take_down()) return;
    inbox_.close();
    renewals_.close();
    renewed_.clear();
    works_.dismiss();
    leases_.dismiss();
    raft_.crash();
    service_.know_each_other();
    for (const auto& [number, waiting] : waiting_) {
        waiting->written.open();
        waiting->answered.open();
    }
}

void LockMember::bring_up() {
    if (!up_.bring_up()) return;
    inbox_.open();
    renewals_.open();
    raft_.restart();
    service_.know_each_other();
}

Partitionable::Ways LockMember::ways_to_others() {
    return service_.places().ways_from(place());
}

}  // namespace models
