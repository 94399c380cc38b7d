// What is around each request of a client: what is counted of it, and what its user sees. From the
// outside in:
//
//     ClosedLoopSlot  tells who waits for the answer, when somebody does
//     Attempt      counts it, from when its user meant to send it; the root of its trace
//     Splits       counts it by who sends it, and what for (splits.h)
//     Transfer     takes the bodies over the user's own line
//     AnswerSize   says how large an answer is, where the service does not
//
// Only the Attempt is there for every client.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/network/bitrate.h"
#include "models/spans.h"

namespace models {

// A scope that its client opens, as it needs to know what no request says; nobody enters it.
template <class Derived>
class Opened : public Keeps<Derived> {
public:
    Go enter(Call&) final { std::abort(); }
};

// Those who wait for an answer before they send again, by number.
class ClosedLoopSlots {
public:
    // May send at once.
    virtual void ended(std::uint32_t slot, const Response& response) = 0;

protected:
    ~ClosedLoopSlots() = default;
};

// The slot is the number of the call's lowest frame.
class ClosedLoopSlot final : public Block {
public:
    explicit ClosedLoopSlot(ClosedLoopSlots& slots) : slots_(slots) {}

    void open(Call& call, std::uint32_t slot) { call.frame().number = slot; }
    Go enter(Call&) override { std::abort(); }
    Go answered(Call& call) override {
        slots_.ended(call.frame().number, call.response);
        return back();
    }

private:
    ClosedLoopSlots& slots_;
};

class Attempt final : public Opened<Attempt> {
public:
    struct State {
        sim::Time intended;
    };
    // Since the warm-up.
    struct Counts {
        std::uint64_t originals = 0;
        std::uint64_t top_keys = 0;
        std::uint64_t bytes_sent = 0;
        std::uint64_t bytes_received = 0;
        std::uint64_t degraded = 0;
        std::uint64_t stale = 0;
        std::uint64_t wrong = 0;
    };

    explicit Attempt(const Context& context)
        : world_(context.world),
          scheduler_(context.scheduler()),
          recorder_(context.world.recorder),
          observer_(context.world.recorder.observer()),
          meter_(context.meter) {}

    // Its request is complete. Waiting for anything before it could be sent counts: no coordinated
    // omission. It may be the root of a trace, by that name.
    void open(Call& call, sim::Time intended, bool is_original, const std::string& name) {
        const Request& request = call.request;
        begin(call, intended);
        meter_.arrived(intended, request.is_write);
        meter_.asked(intended, request.identity);
        if (meter_.in_flight() > in_flight_peak_) [[unlikely]]
            in_flight_peak_ = meter_.in_flight();
        if (!counts()) return;
        if (is_original) ++counts_.originals;
        if (request.key < 10) ++counts_.top_keys;
        counts_.bytes_sent += request.bytes;
        if (observer_ == nullptr || intended < recorder_.measured_from()) return;
        if (observer_->chooses(request.identity)) [[unlikely]]
            begin_root(world_, meter_, call.request, {intended, name});
    }
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    void restore(Call& call) override { call.request.span = 0; }

    const Counts& counted() const { return counts_; }
    std::uint64_t in_flight_peak() const { return in_flight_peak_; }

private:
    bool counts() const { return recorder_.measured_from() <= scheduler_.now(); }

    World& world_;
    sim::Scheduler& scheduler_;
    sim::Recorder& recorder_;
    sim::Observer* observer_;  // null: nobody looks
    sim::Meter& meter_;
    std::uint64_t in_flight_peak_ = 0;
    Counts counts_;
};

// There and back in one, when the answer comes.
class Transfer final : public Block {
public:
    Transfer(const Context& context, Bitrate bandwidth)
        : scheduler_(context.scheduler()), bandwidth_(bandwidth) {}

    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override;
    Go woken(Call&) override { return back(); }

private:
    sim::Scheduler& scheduler_;
    Bitrate bandwidth_;
};

class AnswerSize final : public Opened<AnswerSize> {
public:
    struct State {
        std::uint32_t bytes;
    };

    void open(Call& call, std::uint32_t bytes) { begin(call, bytes); }
    Go answered(Call& call) override {
        if (call.ok() && call.response.bytes == 0) call.response.bytes = mine(call).bytes;
        end(call);
        return back();
    }
};

}  // namespace models
