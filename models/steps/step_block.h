// What steps' blocks have to do with the server whose steps they are.
#pragma once

#include <string_view>

#include "models/servers/server_instance.h"
#include "models/servers/slow_log.h"
#include "models/steps/program.h"

namespace models {

// The server's side of a step, whatever state it keeps.
class ServerSide {
protected:
    explicit ServerSide(StepSite site)
        : server_(site.server),
          world_(site.server.context().world),
          meter_(site.server.context().meter),
          part_(site.part),
          takes_notes_(site.part == StepPart::visit && site.server.takes_notes()) {}

    // The instance at which the call is.
    ServerInstance& here(Call& call) const {
        return part_ == StepPart::visit ? *server_.visit(call).instance
                                        : server_.at(call.request.caller);
    }
    sim::Time now() const { return world_.scheduler.now(); }

    // Null when nobody takes notes of this visit.
    VisitNotes* notes(Call& call) const {
        return takes_notes_ ? server_.visit(call).notes : nullptr;
    }
    // What the visit does from now on, for those who read about slow ones.
    void begins(Call& call, std::string_view what, std::string_view whom = {}) const {
        if (takes_notes_) [[unlikely]]
            note(call, what, whom);
    }
    void spent(Call& call, Spent what, sim::Duration time) const {
        meter_.spent_at(call.request.endpoint, what, time);
        did(call, what, time);
    }
    // The same where branches have counted it already.
    void did(Call& call, Spent what, sim::Duration time) const {
        if (takes_notes_) [[unlikely]]
            note(call, what, time);
    }

    Server& server_;
    World& world_;
    sim::Meter& meter_;
    StepPart part_;
    bool takes_notes_;

private:
    void note(Call& call, std::string_view what, std::string_view whom) const {
        VisitNotes& notes = *server_.visit(call).notes;
        if (notes.profile) notes.profile->begins(what, whom);
    }
    void note(Call& call, Spent what, sim::Duration time) const {
        VisitNotes& notes = *server_.visit(call).notes;
        if (notes.profile) notes.profile->did(what, time);
    }
};

// A step's block with a `Derived::State`.
template <class Derived>
class KeepingStep : public StepBlock, protected ServerSide {
public:
    std::uint32_t state_bytes() const final { return Call::room<typename Derived::State>(); }
    void abandoned(Call& call) override { end(call); }

protected:
    explicit KeepingStep(StepSite site) : ServerSide(site) {}

    template <class... Arguments>
    static auto& begin(Call& call, Arguments&&... arguments) {
        return call.push<typename Derived::State>(std::forward<Arguments>(arguments)...);
    }
    static auto& mine(Call& call) { return call.top<typename Derived::State>(); }
    static void end(Call& call) { call.pop<typename Derived::State>(); }
};

// One without.
class PlainStep : public StepBlock, protected ServerSide {
protected:
    explicit PlainStep(StepSite site) : ServerSide(site) {}
};

}  // namespace models
