#include "models/balancers/pool.h"

namespace models {

Pool::Pool(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), backends_(spec.balancer, context) {}

void Pool::connect() {
    for (Instance* instance : of().instances()) backends_.add(*instance);
}

Reply Pool::call(Request request) {
    const sim::Time arrived = context_.now();
    context_.meter.arrived(arrived);
    Backends::Placed placed = backends_.place(request);
    const Response response = co_await placed.instance().call(request);
    placed.answered(response);
    context_.meter.spent(Spent::calling, context_.now() - arrived);
    context_.meter.left(arrived, response.outcome, response.cause);
    co_return response;
}

void Pool::finish() {
    backends_.report(context_.meter.record());
}

}  // namespace models
