// A holder's side of a lease: renews it by messages as long as he works under it, as etcd's clients
// and Chubby's do.
//
// A message goes to the member that he takes for the leader, which passes it on if it is not. It is
// answered; when that has not come by the time of the next one, the next member is asked. It is a
// timer of the holder's process, which stands still when that does. What it does not model: a
// holder that looks at his own clock and stops in time.
#pragma once

#include <cstdint>

#include "models/abilities.h"
#include "models/failures/injection.h"
#include "models/lockable.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "sim/task.h"

namespace models {

class LockService;

struct Renewal {
    FencingToken token;
    std::uint64_t lock;
};
inline constexpr std::uint32_t kRenewalBytes = 64;  // and of its answer

class LeaseKeeper {
public:
    LeaseKeeper(LockService& service, const Lockable::Holder& holder);

    // Until it is dismissed.
    sim::Task<void> renew();
    // Of the leader: the last one arrived.
    Mailbox<FencingToken>& answers() { return answers_; }

private:
    LockService& service_;
    Renewal renewal_;
    PlaceId place_;
    Injection* injection_;  // null: it never stands still
    sim::Cpu& cores_;
    std::uint32_t caller_;
    sim::Duration interval_;
    Sender sender_;
    Mailbox<FencingToken> answers_;
    bool is_answered_ = true;
};

}  // namespace models
