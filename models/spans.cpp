#include "models/spans.h"

#include <fmt/format.h>

namespace models {

namespace {

// As OpenTelemetry names what is said of users and their orders.
void describe(sim::Span& span, const Request& request) {
    span.attributes.push_back({"user.id", std::int64_t{request.user}});
    span.attributes.push_back({"spate.key", static_cast<std::int64_t>(request.key)});
    span.attributes.push_back({"spate.operation", fmt::format("{:016x}", request.operation)});
    if (request.bytes > 0) {
        span.attributes.push_back({"http.request.body.size", std::int64_t{request.bytes}});
    }
    span.attributes.push_back(
        {"http.request.method", std::string(request.is_write ? "POST" : "GET")});
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
    if (start.intended < world.recorder.measured_from()) return;
    sim::Observer& observer = *world.recorder.observer();
    request.span = observer.begin_trace(request.identity, start.intended,
                                        {sim::SpanKind::client, meter.id(), start.name});
    if (request.span != 0) describe(observer.span(request.span), request);
}

void end_span(sim::Observer& observer, sim::SpanNumber span, const Response& response) {
    const auto note = [&](const char* name) {
        observer.span(span).attributes.push_back({name, std::int64_t{1}});
    };
    if (response.degraded) note("spate.degraded");
    if (response.stale) note("spate.stale");
    observer.end(span, response.outcome, response.cause);
}

}  // namespace models
