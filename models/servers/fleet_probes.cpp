// What the units of a fleet are asked, and what follows from the answers.
#include <fmt/format.h>

#include "models/servers/fleet.h"
#include "models/servers/server.h"
#include "models/servers/server_instance.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

// A process that starts has its startup probe first; one without, and one that has served for long,
// is asked the other two.
void Fleet::examine(Member& member) {
    const bool is_new = member.state == State::starting;
    if (is_new && lifecycle_.startup_probe) {
        member.probes.run(probe(member, Role::startup, *lifecycle_.startup_probe));
        return;
    }
    if (lifecycle_.liveness_probe) {
        member.probes.run(probe(member, Role::liveness, *lifecycle_.liveness_probe));
    }
    if (lifecycle_.readiness_probe) {
        member.probes.run(probe(member, Role::readiness, *lifecycle_.readiness_probe));
    }
}

// Ends with the first verdict of a startup probe, and when the process is to be killed.
sim::Task<void> Fleet::probe(Member& member, Role role, const Probe& probe) {
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

void Fleet::conclude(Member& member, Role role, bool good) {
    if (role == Role::readiness) {
        const bool changes = member.is_ready != good;
        set_ready(member, good);
        if (!changes || member.is_ready != good) return;
        if (!good && !unready_) unready_ = context_.now();
        if (good && unready_ && !ready_again_) ready_again_ = context_.now();
        context_.world.recorder.incident(context_.name, good ? "ready" : "not ready",
                                         fmt::format("unit {}: its probe", member.id));
    } else if (!good) {
        kill(member, role == Role::startup ? "startup probe failed" : "liveness probe failed");
    } else if (role == Role::startup) {
        if (lifecycle_.liveness_probe) {
            member.probes.run(probe(member, Role::liveness, *lifecycle_.liveness_probe));
        }
        if (lifecycle_.readiness_probe) {
            member.probes.run(probe(member, Role::readiness, *lifecycle_.readiness_probe));
        }
    }
}

sim::Task<bool> Fleet::ask(Member& member, const Probe& probe) {
    ServerInstance& server = *member.server;
    if (probe.endpoint.empty() || !server.is_up()) co_return server.is_up();
    Request request;
    request.identity = sim::mix(chances_ ^ ++asked_);
    request.endpoint = server_.endpoint(probe.endpoint).value_or(0);
    const auto response = co_await sim::within(context_.scheduler(), probe.timeout,
                                               server.call(request), &context_.world.abandoned);
    co_return response && response->ok();
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

}  // namespace models
