#include "models/blocks/await.h"

#include "models/blocks/calls.h"

namespace models {

// A coroutine under way, and the call it is about.
class Await::Telling final : public sim::Event, public sim::Pooled {
public:
    Telling(Await& block, Call& call) : block_(block), call_(call) {}

    sim::Receiver<Response> receiver;

private:
    void fire() override {
        auto& calls = static_cast<Calls&>(sim::Records::of(call_));
        calls.run(call_, block_.finish(call_));
    }

    Await& block_;
    Call& call_;
};

Go Await::enter(Call& call) {
    Reply reply = story(call);
    call.at = this;
    auto* const telling = new Telling(*this, call);
    begin(call, telling);
    if (telling->receiver.start(std::move(reply))) return finish(call);
    telling->receiver.wake_at_end(static_cast<sim::Event&>(*telling));
    return {};
}

Go Await::finish(Call& call) {
    Telling* const telling = mine(call).telling;
    const Response response = telling->receiver.value();
    delete telling;
    end(call);
    return told(call, response);
}

void Await::abandoned(Call& call) {
    delete mine(call).telling;
    end(call);
}

}  // namespace models
