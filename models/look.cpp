#include "models/look.h"

#include <utility>

namespace models {

Look::Look(World& world, sim::Meter& meter, Request& request)
    : world_(world), meter_(meter), request_(request), arrived_(world.scheduler.now()) {
    if (request.span == 0) return;
    sim::Observer& observer = *world.recorder.observer();
    const std::string_view name =
        observer.name_of(meter.id(), request.endpoint, meter.record().name);
    span_ = observer.begin(request.span, {sim::SpanKind::server, meter.id(), name});
    if (span_ != 0) request.span = span_;
}

void Look::at_instance(std::uint32_t index) {
    instance_ = index;
    if (span_ != 0) world_.recorder.observer()->span(span_).instance = index;
}

// The last target counts, and the first time that any was tried.
void Look::sent_to(std::string_view target) {
    if (!std::exchange(was_sent_, true)) sent_ = world_.scheduler.now();
    target_ = target;
    if (span_ == 0) return;
    world_.recorder.observer()->event(span_, "chosen", {{"spate.target", std::string(target)}});
}

void Look::close(const Response& response) {
    if (std::exchange(is_closed_, true)) return;
    sim::Observer& observer = *world_.recorder.observer();
    observer.end(span_, response.outcome, response.cause);
    if (!meter_.is_logged() || arrived_ < world_.recorder.measured_from()) return;
    sim::AccessLine line;
    line.arrived = arrived_;
    line.sent = sent_;
    line.answered = answered_;
    line.left = world_.scheduler.now();
    line.node = meter_.id();
    line.instance = instance_;
    line.endpoint = request_.endpoint;
    line.user = request_.user;
    line.address = request_.address;
    line.received = request_.bytes;
    line.replied = response.bytes;
    line.outcome = response.outcome;
    line.cause = response.cause;
    line.is_write = request_.is_write;
    line.was_sent = was_sent_;
    line.identity = request_.identity;
    line.span = span_;
    line.target = std::move(target_);
    observer.access(std::move(line));
}

}  // namespace models
