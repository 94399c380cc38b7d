#include "models/servers/prober.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/servers/server.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

Prober::Prober(Server& server, Probed& probed, const Lifecycle& lifecycle, std::uint64_t stream)
    : server_(server),
      context_(server.context()),
      probed_(probed),
      lifecycle_(lifecycle),
      stream_(stream) {}

void Prober::begin_measuring() {
    unready_.reset();
    ready_again_.reset();
}

void Prober::report(sim::NodeRecord& record) const {
    const auto when = [](const std::optional<sim::Time>& time) {
        return time ? sim::seconds(time->time_since_epoch()) : std::nan("");
    };
    record.measures.push_back({"first_unready", "s", when(unready_)});
    record.measures.push_back({"ready_again", "s", when(ready_again_)});
}

void Prober::examine(FleetMember& member) {
    const bool is_new = member.state == FleetMember::State::starting;
    if (is_new && lifecycle_.startup_probe) {
        member.probes.run(probe(member, Role::startup, *lifecycle_.startup_probe));
    } else {
        examine_for_good(member);
    }
}

void Prober::examine_for_good(FleetMember& member) {
    if (lifecycle_.liveness_probe) {
        member.probes.run(probe(member, Role::liveness, *lifecycle_.liveness_probe));
    }
    if (lifecycle_.readiness_probe) {
        member.probes.run(probe(member, Role::readiness, *lifecycle_.readiness_probe));
    }
}

// Ends with the first verdict of a startup probe, and when the process is to be killed.
sim::Task<void> Prober::probe(FleetMember& member, Role role, const Probe& probe) {
    sim::Scheduler& scheduler = context_.scheduler();
    // Not at once: who starts the probe is still running, and a verdict may be its end.
    co_await sim::sleep(scheduler, std::max(probe.initial_delay, sim::Duration(1)));
    std::uint32_t good = 0;
    std::uint32_t bad = 0;
    for (;;) {
        const sim::Time asked = scheduler.now();
        const bool answered = co_await ask(member, probe);
        good = answered ? good + 1 : 0;
        bad = answered ? 0 : bad + 1;
        const bool has_passed = good == probe.success_threshold;
        const bool has_failed = bad == probe.failure_threshold;
        if (has_passed || has_failed) {
            conclude(member, role, has_passed);
            if (role == Role::startup || (role == Role::liveness && has_failed)) co_return;
        }
        co_await sim::sleep_until(scheduler, asked + probe.period);
    }
}

void Prober::conclude(FleetMember& member, Role role, bool good) {
    if (role == Role::readiness) {
        const bool changes = member.is_ready != good;
        probed_.set_ready(member, good);
        if (!changes || member.is_ready != good) return;
        if (!good && !unready_) unready_ = context_.now();
        if (good && unready_ && !ready_again_) ready_again_ = context_.now();
        context_.world.recorder.incident(context_.name, good ? "ready" : "not ready",
                                         fmt::format("unit {}: its probe", member.id));
    } else if (!good) {
        probed_.kill(member,
                     role == Role::startup ? "startup probe failed" : "liveness probe failed");
    } else if (role == Role::startup) {
        examine_for_good(member);
    }
}

sim::Task<bool> Prober::ask(FleetMember& member, const Probe& probe) {
    ServerInstance& server = *member.server;
    if (probe.endpoint.empty() || !server.is_up()) co_return server.is_up();
    Request request;
    request.identity = sim::mix(stream_ ^ ++asked_);
    request.endpoint = server_.endpoint(probe.endpoint).value_or(0);
    const auto response = co_await sim::within(context_.scheduler(), probe.timeout,
                                               server.call(request), &context_.world.abandoned);
    co_return response && response->ok();
}

}  // namespace models
