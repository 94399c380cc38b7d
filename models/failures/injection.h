// What failures do to the calls of an instance once it has taken them up: it hangs, some fail at
// once, all take longer, some are answered wrongly.
//
// As Envoy's fault filter aborts and delays (source/extensions/filters/http/fault), but behind the
// instance's own limits, as Chaos Monkey for Spring Boot's assaults do: who waits here holds a
// thread, or a connection. The block is in the program of a node only where a failure of the
// scenario needs it.
#pragma once

#include <optional>
#include <vector>

#include "models/blocks/block.h"
#include "sim/distribution.h"
#include "sim/gate.h"

namespace models {

class Injection {
public:
    struct Errors {
        double share;
        Cause cause;
        std::uint64_t stream;
    };
    struct Latency {
        sim::Distribution time;
        std::uint64_t stream;
    };
    struct Wrong {
        double share;
        std::uint64_t stream;
    };

    explicit Injection(sim::Scheduler& scheduler) : answers_(scheduler, true) {}

    // While it hangs, whoever is here stays. The reasons add up.
    void hang();
    void resume();
    bool hangs() const { return hangs_ > 0; }
    sim::Gate& answers() { return answers_; }

    // In force until they are removed; they outlive that.
    void add(const Errors& errors) { errors_.push_back(&errors); }
    void remove(const Errors& errors) { std::erase(errors_, &errors); }
    void add(const Latency& latency) { latencies_.push_back(&latency); }
    void remove(const Latency& latency) { std::erase(latencies_, &latency); }
    void add(const Wrong& wrong) { wrongs_.push_back(&wrong); }
    void remove(const Wrong& wrong) { std::erase(wrongs_, &wrong); }
    bool is_idle() const { return hangs_ == 0 && errors_.empty() && latencies_.empty(); }

    // Drawn by the request's identity, whoever serves it.
    Cause cause_of(const Request& request) const;  // none: it does not fail
    sim::Duration time_of(const Request& request) const;

    // Whether its answer is to be wrong: for kinds whose answers carry values (CarriesValues).
    bool is_wrong(const Request& request) const;

private:
    std::uint32_t hangs_ = 0;
    sim::Gate answers_;
    std::vector<const Errors*> errors_;
    std::vector<const Latency*> latencies_;
    std::vector<const Wrong*> wrongs_;
};

// The step at which a call meets it.
class Injected : public Keeps<Injected> {
public:
    struct State {
        explicit State(sim::Gate& gate) : answers(gate) {}
        sim::Gate::Passing answers;
        bool is_late = false;
    };

    // Calls that are here die with `instance`; null where a scope around this sees to that.
    explicit Injected(sim::Scheduler& scheduler, const void* instance = nullptr)
        : scheduler_(scheduler), instance_(instance) {}

    Go enter(Call& call) final;
    Go woken(Call& call) final;
    const void* dies_with(Call&, std::uint32_t) const final { return instance_; }

protected:
    // That of the instance where the call is.
    virtual Injection& at(Call& call) = 0;

private:
    Go answered_now(Call& call, Injection& injection);

    sim::Scheduler& scheduler_;
    const void* instance_;
};

// Where a program is of one instance.
class InjectedHere final : public Injected {
public:
    InjectedHere(sim::Scheduler& scheduler, Injection& injection, const void* instance = nullptr)
        : Injected(scheduler, instance), injection_(injection) {}

private:
    Injection& at(Call&) override { return injection_; }

    Injection& injection_;
};

}  // namespace models
