// How one unit of a fleet comes, and how it goes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/servers/fleet.h"

#include "models/servers/server_instance.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

namespace {

sim::Task<bool> drained(ServerInstance& server) {
    while (server.visits() > 0) co_await server.idle().pass();
    co_return true;
}

}  // namespace

sim::Duration Fleet::draw(const sim::Distribution& times, const Member& member,
                          std::uint64_t salt) {
    sim::Draws draws(sim::request_key(chances_ + salt, member.id));
    return times.sample_duration(draws);
}

sim::Task<void> Fleet::come(Member& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    if (cluster_ != nullptr) {
        member.binding = co_await cluster_->bind(pod_request(member.size), *member.pod);
        use_machine(member);
    }
    co_await sim::sleep(scheduler, draw(provision_times_, member, 0));
    co_await pull_image(member);
    member.started = member.readiness_changed = scheduler.now();
    member.has_cores = true;
    cores_.add(scheduler.now(), member.size.cpu);
    co_await begin_process(member);
}

// A machine keeps the images it has.
sim::Task<void> Fleet::pull_image(Member& member) {
    const std::string image = fmt::format("{}:{}", context_.name, rollouts_.image());
    if (image_times_.mean() <= 0 || (member.binding && member.binding.has_image(image))) co_return;
    ++pulls_;
    constexpr std::uint64_t kSalt = std::uint64_t{1} << 32U;
    co_await sim::sleep(context_.scheduler(), draw(image_times_, member, kSalt));
    if (member.binding) member.binding.pulled(image);
}

// A process that was started, from its first moment until it is warm.
sim::Task<void> Fleet::begin_process(Member& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    member.state = State::starting;
    prober_.examine(member);
    const std::uint64_t salt = 1 + 2 * member.starts++;
    co_await sim::sleep(scheduler, draw(start_times_, member, salt));
    sim::Draws luck(sim::request_key(chances_ + salt + 1, member.id));
    if (luck.chance(lifecycle_.start_failures.value)) co_return;
    set_cold(member, lifecycle_.warm_up > sim::Duration::zero());
    serve(member);
    const bool is_first = reaction_.decided && !reaction_.ready && member.id >= reaction_.first;
    if (is_first) reaction_.ready = scheduler.now();
    co_await sim::sleep(scheduler, lifecycle_.warm_up);
    set_cold(member, false);
    if (is_first) reaction_.warm = scheduler.now();
}

// One that has not begun has none, and one that is to go stays away.
void Fleet::kill_process(std::uint32_t index) {
    Member& member = *units_[index];
    const bool has_begun = member.state == State::starting || member.state == State::serving;
    if (has_begun && !member.backs_off && member.server->is_up() == !member.is_down)
        kill(member, "killed");
}

void Fleet::kill(Member& member, const std::string& why) {
    ++restarted_;
    context_.world.recorder.incident(context_.name, "restarted",
                                     fmt::format("unit {}: {}", member.id, why));
    member.life.dismiss();
    set_cold(member, false);
    dropped_ += member.server->visits();
    set_down(member, true);
    set_ready(member, false);
    member.life.run(restart(member));
}

// The one that has asked is still running, so its kind is let go of a moment later.
sim::Task<void> Fleet::restart(Member& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    const sim::Duration wait = member.server->restart_wait();
    member.backs_off = true;
    co_await sim::sleep(scheduler, std::max(wait, sim::Duration(1)));
    member.backs_off = false;
    member.probes.dismiss();
    co_await begin_process(member);
}

// With a readiness probe it is for that to say whether it is ready.
void Fleet::serve(Member& member) {
    member.state = State::serving;
    set_down(member, false);
    if (!lifecycle_.readiness_probe && !member.machine_is_down) set_ready(member, true);
}

// Before it ever served nobody was told of it, so nobody needs to be told that it goes.
sim::Task<void> Fleet::vanish(Member& member) {
    stop_billing(member);
    member.state = State::gone;
    vacant_.push_back(&member);
    co_return;
}

// pre_stop, then no new requests, then what is left of the grace period for those it has. Balancers
// hear of it on a clock of their own.
sim::Task<void> Fleet::go(Member& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    const sim::Time told = scheduler.now();
    const sim::Time killed = told + lifecycle_.termination_grace_period;
    const sim::Time heard = told + lifecycle_.endpoint_delay;
    member.life.run(be_heard(member, heard));
    co_await sim::sleep_until(scheduler, std::min(told + lifecycle_.pre_stop, killed));
    member.server->close();
    if (lifecycle_.graceful_shutdown) {
        (void)co_await sim::within(scheduler, killed - scheduler.now(), drained(*member.server),
                                   nullptr);
    }
    dropped_ += member.server->visits();
    set_down(member, true);
    stop_billing(member);
    co_await sim::sleep_until(scheduler, heard);
    member.state = State::gone;
    vacant_.push_back(&member);
}

sim::Task<void> Fleet::be_heard(Member& member, sim::Time when) {
    co_await sim::sleep_until(context_.scheduler(), when);
    set_ready(member, false);
}

void Fleet::stop_billing(Member& member) {
    existing_.add(context_.now(), -1);
    if (member.has_cores) cores_.add(context_.now(), -member.size.cpu);
    member.has_cores = false;
    member.binding.give_back();
    if (std::exchange(member.machine_is_down, false)) member.server->bring_up();
}

void Fleet::set_ready(Member& member, bool ready) {
    if (member.would_be_ready != ready) member.ready_since = context_.now();
    member.would_be_ready = ready;
    if (member.is_ready == ready || (ready && member.is_held)) return;
    member.is_ready = ready;
    member.readiness_changed = context_.now();
    ready_.add(context_.now(), ready ? 1 : -1);
    fewest_ready_ = std::min(fewest_ready_, ready_.value());
    if (draws_) ready_line_->add(context_.now(), ready ? 1 : -1);
    for (Membership* watcher : watchers_) {
        if (ready) {
            watcher->joined(*member.server);
        } else {
            watcher->leaving(*member.server);
        }
    }
}

// As a Deployment counts it: ready for minReadySeconds.
bool Fleet::is_available(const Member& member) const {
    return member.would_be_ready && context_.now() - member.ready_since >= lifecycle_.min_ready;
}

void Fleet::set_down(Member& member, bool down) {
    if (member.is_down == down) return;
    member.is_down = down;
    if (down) {
        member.server->take_down();
    } else {
        member.server->bring_up();
    }
}

void Fleet::set_cold(Member& member, bool cold) {
    if (member.is_cold == cold) return;
    member.is_cold = cold;
    if (cold) {
        member.server->slow_down(lifecycle_.cold_factor);
    } else {
        member.server->speed_up(lifecycle_.cold_factor);
    }
}

}  // namespace models
