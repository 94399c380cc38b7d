#include "models/spans.h"

namespace models {

namespace {

// As OpenTelemetry names what is said of users and their orders.
void describe(sim::Observer& observer, sim::SpanNumber span, const Request& request) {
    observer.attribute(span, {"user.id", std::int64_t{request.user}});
    observer.attribute(span, {"spate.key", static_cast<std::int64_t>(request.key)});
    observer.attribute(span, {"spate.operation", sim::Observer::Hex{request.operation}});
    if (request.bytes > 0) {
        observer.attribute(span, {"http.request.body.size", std::int64_t{request.bytes}});
    }
    const std::string_view method = request.is_write ? "POST" : "GET";
    observer.attribute(span, {"http.request.method", method});
}

}  // namespace

void CallSpan::begin(World& world, const sim::Meter& meter, Request& request, const Start& start) {
    sim::Observer& observer = *world.recorder.observer();
    const sim::Observer::Start begins{start.kind, meter.id(), start.name};
    number_ = start.is_left_behind ? observer.begin_linked(request.span, begins)
                                   : observer.begin(request.span, begins);
    observer_ = &observer;
    if (number_ != 0) request.span = number_;
}

void CallSpan::close(const Response& response) {
    end_span(*observer_, std::exchange(number_, 0), response);
}

void begin_root(World& world, const sim::Meter& meter, Request& request, const RootStart& start) {
    sim::Observer& observer = *world.recorder.observer();
    request.span = observer.begin_trace(request.identity, start.intended,
                                        {sim::SpanKind::client, meter.id(), start.name});
    if (request.span != 0) describe(observer, request.span, request);
}

void end_span(sim::Observer& observer, sim::SpanNumber span, const Response& response) {
    const auto note = [&](const char* name) { observer.attribute(span, {name, std::int64_t{1}}); };
    if (response.degraded) note("spate.degraded");
    if (response.stale) note("spate.stale");
    observer.end(span, response.outcome, response.cause);
}

}  // namespace models
