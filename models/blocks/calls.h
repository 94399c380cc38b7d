// The calls of a run: which block a call goes to, and what becomes of one whose caller stops
// waiting.
//
// A caller that gives up, or dies, cannot take back what it has sent: it lets go of its own blocks,
// from the inside out, and the frames above go on as a call without a caller, which burns its
// callee's capacity as in real life. Those frames keep the record, because events, lines and forked
// calls name it; the caller gets another with a copy of the stack below the cut. A caller that
// *cancels* reaches all the way: every block lets go, up to the one that waits; but for a callee
// that finishes what it has begun (Block::finishes), which goes on in the same way.
#pragma once

#include <optional>

#include "models/blocks/block.h"
#include "models/blocks/depths.h"
#include "sim/scheduler.h"

namespace models {

struct World;

class Calls final : public sim::Records {
public:
    explicit Calls(World& world);
    ~Calls();

    // A call of nobody, in a frame of its own, for `run`.
    Call& begin(const Request& request);
    // The same, for which `parent` waits: its Block::joined is told.
    Call& fork(Call& parent, const Request& request, std::uint32_t number);
    // From here until it waits or is over.
    void run(Call& call, Go go) {
        while (go.to != nullptr) {
            go = go.way == Way::enter ? go.to->enter(call) : go.to->answered(call);
        }
    }
    // The frame that had no caller has its answer.
    void ended(Call& call);

    // Nobody waits for these any more; with `cancels` they end, else they go on unheard.
    void leave_children(Call& parent, bool cancels);
    void leave(Call& call, bool cancels);

    // From now on the caller waits no longer than `due`; until `lift`.
    void limit(Call& call, Limit& limit, sim::Time due, bool cancels);
    void lift(Call& call, const Limit& limit);

    // Whatever of any call is in a scope that dies with this: the answer to those who made the
    // calls is `response`, at once. With `cancels` what they called elsewhere ends, too, as when a
    // connection is closed (no callee finishes it); else it goes on unheard.
    void end_all_in(const void* instance, const Response& response, bool cancels = false);
    // The same, where whatever dies with it has its address in its state: nobody else is asked.
    void end_all_holding(const void* instance, const Response& response);

    // The instance in which the innermost frame's caller is: null when it is in none that can die.
    const void* instance_of_caller(Call& call) const;

    // The run is over.
    void dismiss();

    // Bytes that the stacks of those that begin from now on have in their records.
    void give_room(std::uint32_t bytes) { resize(sizeof(Call) + bytes); }

    Call& operator[](std::uint32_t index) const {
        return static_cast<Call&>(Records::operator[](index));
    }

private:
    friend Call;

    void make(std::byte* room, std::uint32_t index, std::size_t bytes) override;
    void note_depth(std::uint32_t bytes);
    void woken(sim::Record& record) override;
    void rung(sim::Record& record) override;

    void number(Call& call) { call.state_at<Frame>(0).below = ++begun_; }
    bool end_in(const void* instance, Call& call, const Response& response, bool cancels);
    template <class May>
    void end_all(const void* instance, const Response& response, bool cancels, May may_be_in);
    Block* scope_in(const void* instance, Call& call, std::uint32_t& state);
    void arm(Call& call);
    static std::uint32_t place_due(Call& call, sim::Time then);
    void give_up(Call& call, std::uint32_t place);
    sim::Time settle(Call& call, std::uint32_t place, std::uint32_t bottom);
    std::optional<std::uint32_t> finishing_frame(Call& call, std::uint32_t place);
    Call& detach(Call& call, std::uint32_t place, bool cancels);
    Call& cut(Call& call, std::uint32_t place);
    void unwind(Call& call, const Block* end, std::uint32_t end_top, bool cancels);
    void retire(Call& call);
    void forget_parent(Call& call);
    void replace(Call& call, std::uint32_t by);

    World& world_;
    sim::Scheduler& scheduler_;
    Depths depths_;
    std::uint32_t begun_ = 0;  // calls, and limits: both go round after 2^32 and 2^31
    std::uint32_t limits_ = 0;
};

}  // namespace models
