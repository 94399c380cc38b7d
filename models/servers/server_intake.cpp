// How calls to the node itself get to an instance.
#include <algorithm>

#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "models/spans.h"

namespace models {

// To the instance that its balancer picks.
class Server::Picking final : public Block {
public:
    struct State {
        BackendId id;
    };
    // Where the balancer wants to know of answers.
    using Watched = Backends::Taken;

    explicit Picking(Server& server)
        : server_(server), watches_(server.backends_.wants_answers()), refused_(server.context_) {
        refuse_.link(refused_.inside(), nullptr);
        refused_.link(&refuse_);
    }

    Go enter(Call& call) override {
        if (server_.backends_.empty()) return refused_.enter();
        const Backends::Taken taken = server_.backends_.take(call.request);
        if (watches_) {
            call.push<Watched>(taken);
        } else {
            call.push<State>(taken.id);
        }
        call.push_frame(this);
        return server_.backends_.instance(taken.id).enter(call);
    }
    Go answered(Call& call) override {
        leave(call, &call.response);
        return back();
    }
    void abandoned(Call& call) override { leave(call, nullptr); }
    std::uint32_t state_bytes() const override {
        return watches_ ? Call::room<Watched>() : Call::room<State>();
    }

private:
    void leave(Call& call, const Response* response) {
        if (watches_) {
            server_.backends_.give_back(call.top<Watched>(), response);
            call.pop<Watched>();
        } else {
            server_.backends_.give_back({{}, call.top<State>().id, 0}, response);
            call.pop<State>();
        }
    }

    class Refuse final : public Block {
    public:
        Go enter(Call& call) override { return answer(call, {Outcome::failed, cause::no_backend}); }
    };

    Server& server_;
    bool watches_;
    MeasuredVisit refused_;
    Refuse refuse_;
};

// To whoever is free next. It is a coroutine because it stands in line again and again when the
// last instance has just gone.
class Server::Pulling final : public Await {
public:
    explicit Pulling(Server& server) : server_(server) {}
    Reply story(Call& call) override { return server_.pull(call.request); }

private:
    Server& server_;
};

void Server::build_intake() {
    if (spec_.intake == Intake::pull) {
        intake_ = std::make_unique<Pulling>(*this);
    } else {
        intake_ = std::make_unique<Picking>(*this);
    }
    intake_->link(&Return::block(), nullptr);
}

void Server::joined(Instance&) {
    ++ready_;
    line_.resize(ready_ * spec_.threads);
}

void Server::leaving(Instance&) {
    --ready_;
    line_.resize(ready_ * spec_.threads);
}

std::optional<BackendId> Server::idlest() const {
    std::optional<BackendId> chosen;
    for (BackendId id = 0; id < backends_.instances().size(); ++id) {
        if (!backends_.servable(id)) continue;
        if (!chosen || backends_.active(id) < backends_.active(*chosen)) chosen = id;
    }
    return chosen;
}

// From the one line to the instance that is least busy. Who was called from the line when the last
// instance had just gone stands in it again.
Reply Server::pull(Request request) {
    const sim::Time arrived = context_.now();
    sim::Permit place;
    std::optional<BackendId> chosen;
    line_peak_ = std::max(line_peak_, line_.waiting() + (line_.full() ? 1 : 0));
    while (!chosen) {
        place.give_back();
        place = co_await line_.take();
        chosen = idlest();
    }
    context_.meter.spent_at(request.endpoint, Spent::queueing, context_.now() - arrived);
    spent_in(context_.world, request, Spent::queueing, arrived, context_.now());
    Backends::Placed placed = backends_.place_at(*chosen);
    const Response response = co_await placed.instance().call(request);
    placed.answered(response);
    co_return response;
}

// A call to the node itself; a pool calls the instance it has picked.
Go Server::enter(Call&) {
    return {intake_.get(), Way::enter};
}

Reply Server::call(Request request) {
    co_return co_await ask(context_.world, *this, request);
}

}  // namespace models
