// What is rare, or long to tell, is a coroutine: the call waits in this one block until it ends.
#pragma once

#include "models/blocks/block.h"
#include "sim/task.h"

namespace models {

using Reply = sim::Task<Response>;

class Await : public Keeps<Await> {
public:
    class Telling;
    struct State {
        Telling* telling;
    };

    Go enter(Call& call) override;
    void abandoned(Call& call) override;

    // Tells what happens to the call; it is over when this ends, with that answer. Asked for while
    // the state of the block around it is on top.
    virtual Reply story(Call& call) = 0;

protected:
    // Where it goes then.
    virtual Go told(Call& call, const Response& response) { return answer(call, response); }

private:
    Go finish(Call& call);
};

}  // namespace models
