// Requests that are at an instance: when it goes down, all of them end at once.
//
//     Visits::Visit visit(visits_, here, co_await sim::this_task<Response>());
//     visits_.reset();
#pragma once

#include "models/presence.h"
#include "sim/link.h"
#include "sim/task.h"

namespace models {

class Visits {
public:
    struct Visit : sim::Link<Visit> {
        Visit(Visits& at, Presence& here, sim::ThisTask<Response> this_task)
            : visits(at), presence(here), task(this_task) {
            visits.list_.add_last(*this);
            ++visits.count_;
        }
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;
        ~Visit() { --visits.count_; }

        Visits& visits;
        Presence& presence;
        sim::ThisTask<Response> task;
    };

    std::size_t count() const { return count_; }

    // Nobody may be running here at the moment.
    void reset() {
        while (Visit* visit = list_.first()) {
            visit->unlink();
            const Response reset = visit->presence.leave({Outcome::failed, Cause::reset});
            visit->task.receiver().give_up(reset);
        }
    }

private:
    sim::List<Visit> list_;
    std::size_t count_ = 0;
};

}  // namespace models
