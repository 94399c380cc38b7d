#include "models/log_stores/log_machine.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "models/causes.h"
#include "models/network/crossing.h"
#include "sim/race.h"
#include "sim/sleep.h"

namespace models {

LogMachine::LogMachine(const Context& context, Service& node, MemberPlaces& places,
                       std::uint32_t number, std::uint32_t cores)
    : cpu(context.scheduler(), sim::Discipline::processor_sharing, cores),
      world_(context.world),
      node_(node),
      name_(fmt::format("{}[{}]", context.name, number)),
      place_(places.add(name_)),
      dies_(context.scheduler(), false),
      can_die_(context.world.can_fail) {
    if (context.is_injected) injection_.emplace(context.scheduler());
}

void LogMachine::take_down() {
    if (!up_.take_down()) return;
    dies_.pulse();
}

sim::Task<LogMachine::Took> LogMachine::visit(Request request, Sent sent, sim::Task<Took> work) {
    if (sent.from == place_) co_return co_await guarded(std::move(work));
    const Took lost{{Outcome::timed_out, Cause::none}};
    const bool has_way = world_.network != nullptr && sent.from != kNowhere;
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    const auto bytes = static_cast<std::uint32_t>(std::min(sent.bytes, kMost));
    const sim::Time left = world_.scheduler.now();
    if (has_way && !co_await cross(world_, {sent.from, place_, bytes, sent.key})) co_return lost;
    const sim::Time came = world_.scheduler.now();
    ++requests;
    Took took = co_await guarded(met(request, std::move(work)));
    const sim::Time answered = world_.scheduler.now();
    if (has_way && !co_await cross(world_, {place_, sent.from, 0, sent.key, true})) co_return lost;
    took.travelled += (came - left) + (world_.scheduler.now() - answered);
    co_return took;
}

sim::Task<LogMachine::Took> LogMachine::guarded(sim::Task<Took> work) {
    if (!is_up()) co_return Took{{Outcome::failed, cause::refused}};
    if (!can_die_) co_return co_await std::move(work);
    std::vector<sim::Task<Took>> either;
    either.push_back(std::move(work));
    either.push_back(death());
    auto won = co_await sim::race(std::move(either));
    co_return won.value;
}

sim::Task<LogMachine::Took> LogMachine::met(Request request, sim::Task<Took> work) {
    if (injection_) {
        while (injection_->hangs()) co_await injection_->answers().pass();
        const Cause cause = injection_->cause_of(request);
        if (cause != Cause::none) co_return Took{{Outcome::failed, cause}};
        co_await sim::sleep(world_.scheduler, injection_->time_of(request));
    }
    co_return co_await std::move(work);
}

sim::Task<LogMachine::Took> LogMachine::death() {
    co_await dies_.pass();
    co_return Took{{Outcome::failed, cause::reset}};
}

}  // namespace models
