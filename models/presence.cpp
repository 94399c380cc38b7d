#include "models/presence.h"

#include "sim/frame_pool.h"
#include "sim/observer.h"

namespace models {

// The line that a log may have of it in the end.
struct Presence::Look : sim::Pooled {
    sim::AccessLine line;
    bool is_closed = false;
};

void Presence::LookDeleter::operator()(Look* look) const {
    delete look;
}

void Presence::look_at(Request& request) {
    sim::Observer& observer = *world_.recorder.observer();
    look_.reset(new Look);
    sim::AccessLine& line = look_->line;
    line.arrived = arrived_;
    line.node = meter_.id();
    line.endpoint = request.endpoint;
    line.user = request.user;
    line.address = request.address;
    line.received = request.bytes;
    line.is_write = request.is_write;
    line.identity = request.identity;
    if (request.span == 0) return;
    const std::string_view name = observer.name_of(meter_.id(), request.endpoint, meter_.name());
    line.span = observer.begin(request.span, {sim::SpanKind::server, meter_.id(), name});
    if (line.span != 0) request.span = line.span;
}

void Presence::note_instance(std::uint32_t index) {
    look_->line.instance = index;
    if (look_->line.span != 0) world_.recorder.observer()->span(look_->line.span).instance = index;
}

// It goes without having left: cancelled by its caller, or the run is over.
void Presence::abandon() {
    if (world_.cancelling) leave({Outcome::timed_out, Cause::cancelled});
    if (look_) close({Outcome::timed_out, Cause::cancelled});
}

// The last target counts, and the first time that any was tried.
void Presence::sent_to(std::string_view target) {
    if (!look_) return;
    sim::AccessLine& line = look_->line;
    sim::Observer& observer = *world_.recorder.observer();
    if (!std::exchange(line.was_sent, true)) line.sent = world_.scheduler.now();
    line.target = observer.name(target);
    if (line.span != 0) observer.event(line.span, "chosen", {{"spate.target", target}});
}

void Presence::answered() {
    if (look_) look_->line.answered = world_.scheduler.now();
}

void Presence::close(const Response& response) {
    if (std::exchange(look_->is_closed, true)) return;
    sim::AccessLine& line = look_->line;
    sim::Observer& observer = *world_.recorder.observer();
    observer.end(line.span, response.outcome, response.cause);
    if (!meter_.is_logged() || arrived_ < world_.recorder.measured_from()) return;
    line.left = world_.scheduler.now();
    line.replied = response.bytes;
    line.outcome = response.outcome;
    line.cause = response.cause;
    observer.access(line);
}

}  // namespace models
