#include "models/calls/coalesce.h"

#include "sim/gate.h"

namespace models {

struct Coalesce::Flight {
    explicit Flight(sim::Scheduler& scheduler) : landed(scheduler, false) {}

    sim::Gate landed;
    Response response;
};

Coalesce::Coalesce(const Spec&, const Context& context, Service& inner)
    : world_(context.world), inner_(inner), coalesced_(context, "coalesced") {}

Coalesce::~Coalesce() = default;

Reply Coalesce::call(Request request) {
    if (request.is_write) co_return co_await inner_.call(request);
    std::shared_ptr<Flight>& known = flights_[{request.endpoint, request.key}];
    std::shared_ptr<Flight> flight = known;
    if (flight) {
        coalesced_.add();
    } else {
        flight = known = std::make_shared<Flight>(world_.scheduler);
        world_.abandoned.run(fly(request, flight));
    }
    co_await flight->landed.pass();
    co_return flight->response;
}

sim::Task<void> Coalesce::fly(Request request, std::shared_ptr<Flight> flight) {
    flight->response = co_await inner_.call(request);
    flights_.erase({request.endpoint, request.key});
    flight->landed.open();
}

}  // namespace models
