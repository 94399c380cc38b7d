#include "models/presence.h"

#include "sim/observer.h"

namespace models {

struct Presence::Look {
    Request request;  // as it came
    sim::SpanNumber span = 0;
    std::uint32_t instance = sim::kNoInstance;
    bool is_closed = false;
    bool was_sent = false;
    sim::Time sent{};
    sim::Time answered{};
    std::string target;
};

void Presence::LookDeleter::operator()(Look* look) const {
    delete look;
}

void Presence::look_at(Request& request) {
    sim::Observer& observer = *world_.recorder.observer();
    look_.reset(new Look);
    look_->request = request;
    if (request.span == 0) return;
    const std::string_view name =
        observer.name_of(meter_.id(), request.endpoint, meter_.record().name);
    look_->span = observer.begin(request.span, {sim::SpanKind::server, meter_.id(), name});
    if (look_->span != 0) request.span = look_->span;
}

void Presence::note_instance(std::uint32_t index) {
    look_->instance = index;
    if (look_->span != 0) world_.recorder.observer()->span(look_->span).instance = index;
}

// It goes without having left: cancelled by its caller, or the run is over.
void Presence::abandon() {
    if (world_.cancelling) leave({Outcome::timed_out, Cause::cancelled});
    if (look_) close({Outcome::timed_out, Cause::cancelled});
}

// The last target counts, and the first time that any was tried.
void Presence::sent_to(std::string_view target) {
    if (!look_) return;
    if (!std::exchange(look_->was_sent, true)) look_->sent = world_.scheduler.now();
    look_->target = target;
    if (look_->span == 0) return;
    world_.recorder.observer()->event(look_->span, "chosen",
                                      {{"spate.target", std::string(target)}});
}

void Presence::answered() {
    if (look_) look_->answered = world_.scheduler.now();
}

void Presence::close(const Response& response) {
    Look& look = *look_;
    if (std::exchange(look.is_closed, true)) return;
    sim::Observer& observer = *world_.recorder.observer();
    observer.end(look.span, response.outcome, response.cause);
    if (!meter_.is_logged() || arrived_ < world_.recorder.measured_from()) return;
    sim::AccessLine line;
    line.arrived = arrived_;
    line.sent = look.sent;
    line.answered = look.answered;
    line.left = world_.scheduler.now();
    line.node = meter_.id();
    line.instance = look.instance;
    line.endpoint = look.request.endpoint;
    line.user = look.request.user;
    line.address = look.request.address;
    line.received = look.request.bytes;
    line.replied = response.bytes;
    line.outcome = response.outcome;
    line.cause = response.cause;
    line.is_write = look.request.is_write;
    line.was_sent = look.was_sent;
    line.identity = look.request.identity;
    line.span = look.span;
    line.target = std::move(look.target);
    observer.access(std::move(line));
}

}  // namespace models
