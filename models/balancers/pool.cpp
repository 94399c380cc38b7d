#include "models/balancers/pool.h"

#include "models/presence.h"

namespace models {

Pool::Pool(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), backends_(spec.balancer, context) {}

void Pool::connect() {
    for (Instance* instance : of().instances()) backends_.add(*instance);
    of().watch(backends_);
}

Reply Pool::call(Request request) {
    Presence here(context_, request);
    Backends::Placed placed = backends_.place(request);
    const Response response = co_await placed.instance().call(request);
    placed.answered(response);
    context_.meter.spent(Spent::calling, context_.now() - here.arrived());
    co_return here.leave(response);
}

void Pool::finish() {
    backends_.report(context_.meter.record());
}

}  // namespace models
