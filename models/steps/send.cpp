#include "models/steps/send.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/network/links.h"
#include "models/spans.h"
#include "models/steps/step_block.h"

namespace models {

namespace {

// Its draws are not those of the hop that the answer then makes.
constexpr std::uint64_t kBody = 0x626f6479;

// TCP's, like a hop's (network/hop.h): what is lost or dropped is sent again by its timer, and when
// TCP gives up the call has timed out.
class SendBody final : public KeepingStep<SendBody> {
public:
    struct State {
        sim::Time began;
        std::uint32_t bytes;
        std::uint32_t through;  // of them
        std::uint32_t sent;     // messages so far
        std::uint16_t again;    // how often the last of them
        bool is_under_way;
    };

    struct Body {
        sim::Distribution bytes;
        std::uint64_t stream;
        std::uint32_t window;
    };
    SendBody(StepSite site, Body body)
        : KeepingStep(site),
          bytes_(std::move(body.bytes)),
          stream_(body.stream),
          window_(body.window) {}

    Go enter(Call& call) override {
        begins(call, "sending");
        const std::uint32_t bytes = size(call);
        const PlaceId to = call.in_frame<Residence::State>().place;
        begin(call, now(), bytes, 0U, 0U, std::uint16_t{0}, false);
        const bool has_way = world_.network != nullptr && call.request.place != kNowhere;
        return has_way && to != kNowhere && bytes > 0 ? send(call) : through(call);
    }
    Go woken(Call& call) override {
        State& my = mine(call);
        if (my.is_under_way) {
            my.through += piece(my);
            my.again = 0;
            return my.through == my.bytes ? through(call) : send(call);
        }
        const PlaceId from = call.request.place;
        const PlaceId to = receiver(call);
        if (!world_.network->retransmission(from, to).gives_up_after(my.again)) {
            world_.network->between(from, to).sent_again();
            return send(call);
        }
        end(call);
        return answer(call, {Outcome::timed_out, cause::timeout});
    }

private:
    std::uint32_t size(const Call& call) const {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
        return static_cast<std::uint32_t>(std::clamp(bytes_.sample(draws), 0.0, kMost));
    }
    std::uint32_t piece(const State& my) const { return std::min(window_, my.bytes - my.through); }
    static PlaceId receiver(Call& call) { return call.in_frame<Residence::State>().place; }

    Go send(Call& call) {
        Links& links = *world_.network;
        const PlaceId from = call.request.place;
        const PlaceId to = receiver(call);
        State& my = mine(call);
        const std::uint64_t key = Request::again_identity(call.request.identity ^ kBody, my.sent++);
        ++my.again;
        const Passage passage = links.carry({from, to, piece(my), key, true});
        my.is_under_way = passage.arrives();
        if (my.is_under_way) {
            world_.scheduler.at(passage.at, call);
        } else {
            world_.scheduler.after(links.retransmission(from, to).wait_after(my.again), call);
        }
        return stay(call);
    }
    Go through(Call& call) {
        const State my = mine(call);
        end(call);
        spent(call, Spent::network, now() - my.began);
        spent_in(world_, call.request, Spent::network, my.began, now());
        sent_body(call).bytes += my.bytes;
        return on();
    }

    sim::Distribution bytes_;
    std::uint64_t stream_;
    std::uint32_t window_;
};

}  // namespace

void SendStep::compile(StepCompiler& into) const {
    const sim::Distribution bytes = value.build();
    const std::uint64_t stream = bytes.is_constant() ? 0 : into.stream(key, name);
    const auto most =
        std::min<std::uint64_t>(window.count, std::numeric_limits<std::uint32_t>::max());
    into.add_waiting<SendBody>(SendBody::Body{bytes, stream, static_cast<std::uint32_t>(most)});
}

// The wait for a link is no theory's.
Cost SendStep::cost(Costing&) const {
    return {0, 0, 1, {}};
}

}  // namespace models
