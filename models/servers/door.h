// The policies at a server's door, and what is behind it.
#pragma once

#include <vector>

#include "models/blocks/ask.h"
#include "models/blocks/scopes.h"
#include "models/calls/stack.h"

namespace models {

class Door final : public Service {
public:
    Door(const std::vector<PolicyChoice>& admission, const Context& context, Service& behind)
        : world_(context.world) {
        add_policies(scopes_, admission, context);
        scopes_.add<Inwards>(behind);
    }

    Go enter(Call&) override { return scopes_.enter(); }
    Reply call(Request request) override { co_return co_await ask(world_, *this, request); }

private:
    class Inwards final : public Block {
    public:
        explicit Inwards(Service& behind) : behind_(behind) {}
        Go enter(Call& call) override {
            call.push_frame(this);
            return behind_.enter(call);
        }

    private:
        Service& behind_;
    };

    World& world_;
    Scopes scopes_;
};

}  // namespace models
