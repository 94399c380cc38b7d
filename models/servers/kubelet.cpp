#include "models/servers/kubelet.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "models/servers/rollouts.h"
#include "models/servers/server.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

namespace {

using State = FleetMember::State;

sim::Task<bool> drained(ServerInstance& server) {
    while (!server.is_idle()) co_await server.idle().pass();
    co_return true;
}

}  // namespace

Kubelet::Kubelet(Server& server, const Lifecycle& lifecycle, const Rollouts& rollouts,
                 Reaction& reaction)
    : context_(server.context()),
      lifecycle_(lifecycle),
      rollouts_(rollouts),
      reaction_(reaction),
      provision_times_(lifecycle.provision_time.build()),
      start_times_(lifecycle.start_time.build()),
      image_times_(lifecycle.image_pull.build()),
      chances_(context_.stream("lifecycle")),
      prober_(server, static_cast<Probed&>(*this), lifecycle_, chances_) {}

void Kubelet::begin_measuring() {
    const sim::Time now = context_.now();
    existing_.restart(now);
    stays_.clear();
    existing_since_ = now;
    ready_.restart(now);
    cores_.restart(now);
    fewest_ready_ = ready_.value();
    restarted_ = dropped_ = pulls_ = 0;
    prober_.begin_measuring();
}

void Kubelet::bill() {
    change_existing(1);
}

void Kubelet::change_existing(std::int64_t by) {
    if (context_.now() > existing_since_) stays_.push_back(stay_now());
    existing_since_ = context_.now();
    existing_.add(context_.now(), by);
}

sim::Stay Kubelet::stay_now() const {
    return {existing_since_, context_.now(), static_cast<double>(existing_.value())};
}

void Kubelet::has_been_ready(FleetMember& member) {
    member.is_ready = member.would_be_ready = true;
    ready_.add(context_.now(), 1);
}

void Kubelet::take_cores(FleetMember& member) {
    member.has_cores = true;
    member.cores.add(context_.now(), member.size.cpu);
    cores_.add(context_.now(), member.size.cpu);
}

void Kubelet::leave_cores(FleetMember& member) {
    if (!std::exchange(member.has_cores, false)) return;
    member.cores.add(context_.now(), -member.size.cpu);
    cores_.add(context_.now(), -member.size.cpu);
}

double Kubelet::core_seconds() const {
    return cores_.area(context_.now()) / 1000;
}

double Kubelet::instances() const {
    return existing_.mean(context_.now());
}

std::vector<sim::Stay> Kubelet::stays() const {
    std::vector<sim::Stay> all = stays_;
    all.push_back(stay_now());
    return all;
}

FleetMember* Kubelet::vacant() {
    const auto usable = std::find_if(vacant_.rbegin(), vacant_.rend(), [](const FleetMember* each) {
        return each->server->is_as_new();
    });
    if (usable == vacant_.rend()) return nullptr;
    FleetMember* const member = *usable;
    vacant_.erase(std::next(usable).base());
    return member;
}

void Kubelet::report(sim::NodeRecord& record, bool tells_readiness) const {
    const auto add = [&](const char* name, double value) {
        record.measures.push_back({name, "", value});
    };
    add("restarts", static_cast<double>(restarted_));
    if (tells_readiness || lifecycle_.readiness_probe) {
        add("ready", ready_.mean(context_.now()));
        add("ready_least", static_cast<double>(fewest_ready_));
    }
    if (lifecycle_.readiness_probe) prober_.report(record);
    if (image_times_.mean() > 0) add("image_pulls", static_cast<double>(pulls_));
}

void Kubelet::report_dropped(sim::NodeRecord& record) const {
    record.measures.push_back({"dropped", "", static_cast<double>(dropped_)});
}

sim::Duration Kubelet::draw(const sim::Distribution& times, const FleetMember& member,
                            std::uint64_t salt) const {
    sim::Draws draws(sim::request_key(chances_ + salt, member.id));
    return times.sample_duration(draws);
}

sim::Task<void> Kubelet::provision(FleetMember& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    co_await sim::sleep(scheduler, draw(provision_times_, member, 0));
    co_await pull_image(member);
    member.started = member.readiness_changed = scheduler.now();
    take_cores(member);
    co_await begin_process(member);
}

// A machine keeps the images it has.
sim::Task<void> Kubelet::pull_image(FleetMember& member) {
    const std::string image = fmt::format("{}:{}", context_.name, rollouts_.image());
    if (image_times_.mean() <= 0 || (member.binding && member.binding.has_image(image))) co_return;
    ++pulls_;
    constexpr std::uint64_t kSalt = std::uint64_t{1} << 32U;
    co_await sim::sleep(context_.scheduler(), draw(image_times_, member, kSalt));
    if (member.binding) member.binding.pulled(image);
}

// A process that was started, from its first moment until it is warm.
sim::Task<void> Kubelet::begin_process(FleetMember& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    member.state = State::starting;
    prober_.examine(member);
    const std::uint64_t salt = 1 + 2 * member.starts++;
    co_await sim::sleep(scheduler, draw(start_times_, member, salt));
    sim::Draws luck(sim::request_key(chances_ + salt + 1, member.id));
    if (luck.chance(lifecycle_.start_failures.value)) co_return;
    set_cold(member, lifecycle_.warm_up > sim::Duration::zero());
    serve(member);
    const bool is_first = reaction_.is_first(member.id);
    if (is_first) reaction_.ready(scheduler.now());
    co_await sim::sleep(scheduler, lifecycle_.warm_up);
    set_cold(member, false);
    if (is_first) reaction_.warm(scheduler.now());
}

// With a readiness probe it is for that to say whether it is ready.
void Kubelet::serve(FleetMember& member) {
    member.state = State::serving;
    set_down(member, false);
    if (!lifecycle_.readiness_probe && !member.machine_is_down) set_ready(member, true);
}

// One that has not begun has none, and one that is to go stays away.
void Kubelet::kill_process(FleetMember& member) {
    const bool has_begun = member.state == State::starting || member.state == State::serving;
    if (has_begun && !member.backs_off && member.server->is_up() == !member.is_down)
        kill(member, "killed");
}

void Kubelet::kill(FleetMember& member, const std::string& why) {
    ++restarted_;
    context_.world.recorder.incident(context_.name, "restarted",
                                     fmt::format("unit {}: {}", member.id, why));
    member.life.dismiss();
    set_cold(member, false);
    drop_requests(member);
    set_down(member, true);
    set_ready(member, false);
    member.life.run(restart(member));
}

// The one that has asked is still running, so its kind is let go of a moment later.
sim::Task<void> Kubelet::restart(FleetMember& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    const sim::Duration wait = member.server->restart_wait();
    member.backs_off = true;
    co_await sim::sleep(scheduler, std::max(wait, sim::Duration(1)));
    member.backs_off = false;
    member.probes.dismiss();
    co_await begin_process(member);
}

void Kubelet::retire(FleetMember& member) {
    member.life.dismiss();
    member.probes.dismiss();
    set_cold(member, false);
    const bool had_begun = member.state == State::serving;
    member.state = State::leaving;
    if (had_begun) {
        member.life.run(go(member));
    } else {
        // Nobody was told of it, so nobody needs to be told that it goes.
        stop_billing(member);
        end(member);
    }
}

// pre_stop, then no new requests, then what is left of the grace period for those it has. Balancers
// hear of it on a clock of their own.
sim::Task<void> Kubelet::go(FleetMember& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    const sim::Time told = scheduler.now();
    const sim::Time killed = told + lifecycle_.termination_grace_period;
    const sim::Time heard = told + lifecycle_.endpoint_delay;
    member.life.run(leave_endpoints(member, heard));
    co_await sim::sleep_until(scheduler, std::min(told + lifecycle_.pre_stop, killed));
    for (Membership* const watcher : watchers_) watcher->ending(*member.server);
    member.server->close();
    if (lifecycle_.graceful_shutdown) {
        (void)co_await sim::within(scheduler, killed - scheduler.now(), drained(*member.server),
                                   nullptr);
    }
    drop_requests(member);
    set_down(member, true);
    stop_billing(member);
    co_await sim::sleep_until(scheduler, heard);
    end(member);
}

sim::Task<void> Kubelet::leave_endpoints(FleetMember& member, sim::Time when) {
    co_await sim::sleep_until(context_.scheduler(), when);
    set_ready(member, false);
}

void Kubelet::give_up(FleetMember& member) {
    member.life.dismiss();
    member.probes.dismiss();
    set_cold(member, false);
    set_ready(member, false);
    set_down(member, true);
    stop_billing(member);
    end(member);
}

void Kubelet::end(FleetMember& member) {
    member.state = State::gone;
    vacant_.push_back(&member);
}

void Kubelet::drop_requests(const FleetMember& member) {
    dropped_ += member.server->visits();
}

void Kubelet::stop_billing(FleetMember& member) {
    change_existing(-1);
    leave_cores(member);
    member.binding.give_back();
    if (std::exchange(member.machine_is_down, false)) member.server->bring_up();
}

void Kubelet::set_ready(FleetMember& member, bool ready) {
    if (member.would_be_ready != ready) member.ready_since = context_.now();
    member.would_be_ready = ready;
    if (member.is_ready == ready || (ready && member.is_held)) return;
    member.is_ready = ready;
    member.readiness_changed = context_.now();
    ready_.add(context_.now(), ready ? 1 : -1);
    fewest_ready_ = std::min(fewest_ready_, ready_.value());
    if (ready_line_ != nullptr) ready_line_->add(context_.now(), ready ? 1 : -1);
    for (Membership* watcher : watchers_) {
        if (ready) {
            watcher->joined(*member.server);
        } else {
            watcher->leaving(*member.server);
        }
    }
}

// As a Deployment counts it: ready for minReadySeconds.
bool Kubelet::is_available(const FleetMember& member) const {
    return member.would_be_ready && context_.now() - member.ready_since >= lifecycle_.min_ready;
}

void Kubelet::set_down(FleetMember& member, bool down) {
    if (member.is_down == down) return;
    member.is_down = down;
    if (down) {
        member.server->take_down();
    } else {
        member.server->bring_up();
    }
}

void Kubelet::set_cold(FleetMember& member, bool cold) {
    if (member.is_cold == cold) return;
    member.is_cold = cold;
    if (cold) {
        member.server->slow_down(lifecycle_.cold_factor);
    } else {
        member.server->speed_up(lifecycle_.cold_factor);
    }
}

}  // namespace models
