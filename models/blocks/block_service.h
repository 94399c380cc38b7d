// Blocks that a coroutine calls: a program in a frame of its own.
#pragma once

#include "models/blocks/ask.h"

namespace models {

class BlockService final : public Service {
public:
    // It ends where its blocks go back to Return.
    BlockService(World& world, Block* first) : world_(world), first_(first) {}

    Go enter(Call&) override { return {first_, Way::enter}; }
    Reply call(Request request) override { co_return co_await ask(world_, *this, request); }

private:
    World& world_;
    Block* first_;
};

}  // namespace models
