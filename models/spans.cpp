#include "models/spans.h"

namespace models {

namespace {

// As OpenTelemetry names what is said of users and their orders.
void describe(sim::Observer& observer, sim::SpanNumber span, const Request& request) {
    const auto say = [&](SpanWord key, auto value) {
        observer.attribute(span, {name_of(observer, key), value});
    };
    say(SpanWord::user, std::int64_t{request.user});
    say(SpanWord::key, static_cast<std::int64_t>(request.key));
    say(SpanWord::operation, sim::Observer::Hex{request.operation});
    if (request.bytes > 0) say(SpanWord::body_size, std::int64_t{request.bytes});
    const SpanWord method = request.is_write ? SpanWord::post : SpanWord::get;
    say(SpanWord::method, sim::Observer::Name{name_of(observer, method)});
}

}  // namespace

void CallSpan::begin(World& world, const sim::Meter& meter, Request& request, const Start& start) {
    sim::Observer& observer = *world.recorder.observer();
    const sim::Observer::Start begins{start.kind, meter.id(), observer.name(start.name)};
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
    request.span =
        observer.begin_trace(request.identity, start.intended,
                             {sim::SpanKind::client, meter.id(), observer.name(start.name)});
    if (request.span != 0) describe(observer, request.span, request);
}

void end_span(sim::Observer& observer, sim::SpanNumber span, const Response& response) {
    const auto note = [&](SpanWord what) {
        observer.attribute(span, {name_of(observer, what), std::int64_t{1}});
    };
    if (response.degraded) note(SpanWord::degraded);
    if (response.stale) note(SpanWord::stale);
    if (response.wrong) note(SpanWord::wrong);
    observer.end(span, response.outcome, response.cause);
}

}  // namespace models
