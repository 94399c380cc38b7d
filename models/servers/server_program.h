// What happens to a call at an instance of a server: its visit (visit.h) and the steps of the
// endpoint that it asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/blocks/measure.h"
#include "models/blocks/scopes.h"
#include "models/servers/visit.h"
#include "models/steps/program.h"

namespace models {

class ServerProgram {
public:
    explicit ServerProgram(Server& server);
    ~ServerProgram();

    // A call of an instance.
    Go come(Call& call, std::uint32_t instance, PlaceId place) {
        const Go go = standing_.come(call, instance, place);
        if (chain_) return chain_->further_in<0>(call, go);
        return observed_chain_ ? observed_chain_->further_in<0>(call, go) : go;
    }

    // The visit in whose frame the call is.
    Visiting::State& visit(Call& call) const {
        return call.in_frame<Visiting::State>(visit_above_);
    }
    // Its thread.
    Threading::State& thread(Call& call) const {
        return call.in_frame<Threading::State>(visit_above_ + Call::room<Visiting::State>());
    }
    const StepBody& steps(EndpointId endpoint) const { return endpoints_[endpoint]; }

private:
    Block* chain_up(Visiting& visiting, Threading& threading);

    class SendingBody;
    class CrossZone;
    class DoorHop;
    class Door;
    class Inside;
    class Preparing;
    class InjectedVisit;
    class Misanswering;
    class Dispatch;

    Residence standing_;
    std::unique_ptr<SendingBody> sending_;
    std::unique_ptr<CrossZone> cross_zone_;
    std::unique_ptr<DoorHop> hop_;
    MeasuredVisit measured_;
    Scopes door_;
    Scopes inside_;
    std::uint32_t visit_above_ = 0;
    std::optional<VisitChain> chain_;
    std::optional<ObservedVisitChain> observed_chain_;
    std::unique_ptr<Preparing> preparing_;
    std::unique_ptr<InjectedVisit> injected_;
    std::unique_ptr<Misanswering> misanswering_;
    std::unique_ptr<Dispatch> dispatch_;
    std::vector<StepBody> endpoints_;
};

}  // namespace models
