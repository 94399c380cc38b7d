#include "models/network/crossing.h"

#include "models/request.h"
#include "sim/sleep.h"

namespace models {

sim::Task<bool> cross(World& world, Links::Message message) {
    if (world.network == nullptr) co_return true;
    Links& links = *world.network;
    const std::uint64_t key = message.key;
    for (std::uint32_t sent = 1;; ++sent) {
        const Passage passage = links.carry(message);
        if (passage.arrives()) {
            co_await sim::sleep_until(world.scheduler, passage.at);
            co_return true;
        }
        const Retransmission timer = links.retransmission(message.from, message.to);
        co_await sim::sleep(world.scheduler, timer.wait_after(sent));
        if (timer.gives_up_after(sent)) co_return false;
        links.between(message.from, message.to).sent_again();
        message.key = Request::again_identity(key, sent);
    }
}

}  // namespace models
