#include "models/observed_request.h"

#include <utility>

#include "models/spans.h"

namespace models {

ObservedRequest::ObservedRequest(World& world, sim::Meter& meter, Request& request)
    : world_(world), meter_(meter), outer_(request.span) {
    line_.arrived = world.scheduler.now();
    line_.node = meter.id();
    line_.endpoint = request.endpoint;
    line_.user = request.user;
    line_.address = request.address;
    line_.received = request.bytes;
    line_.is_write = request.is_write;
    line_.identity = request.identity;
    if (request.span == 0) return;
    sim::Observer& observer = *world.recorder.observer();
    const sim::NameId name = observer.name_of(meter.id(), request.endpoint, meter.name());
    line_.span = observer.begin(request.span, {sim::SpanKind::server, meter.id(), name});
    if (line_.span != 0) request.span = line_.span;
}

void ObservedRequest::at_instance(std::uint32_t index) {
    line_.instance = index;
    if (line_.span == 0) return;
    world_.recorder.observer()->served_by(line_.span, {meter_.id(), index});
}

// The last target counts, and the first time that any was tried.
void ObservedRequest::sent_to(std::string_view target) {
    sim::Observer& observer = *world_.recorder.observer();
    if (!std::exchange(line_.was_sent, true)) line_.sent = world_.scheduler.now();
    line_.target = observer.name(target);
    if (line_.span == 0) return;
    observer.event(line_.span, name_of(observer, SpanWord::chosen),
                   {{name_of(observer, SpanWord::target), sim::Observer::Name{line_.target}}});
}

void ObservedRequest::close(const Response& response) {
    if (std::exchange(is_closed_, true)) return;
    sim::Observer& observer = *world_.recorder.observer();
    observer.end(line_.span, response.outcome, response.cause);
    if (!meter_.is_logged() || line_.arrived < world_.recorder.measured_from()) return;
    line_.left = world_.scheduler.now();
    line_.replied = response.bytes;
    line_.outcome = response.outcome;
    line_.cause = response.cause;
    observer.access(line_);
}

}  // namespace models
