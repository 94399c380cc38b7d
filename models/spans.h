// Spans of requests that are traced. A request that is not costs one test wherever these are used.
//
//     const CallSpan span(world_, meter_, request, "db.orders");   // request is now within it
//     ...
//     co_return span.end(response);
//
// A span that is let go of before it was ended, ends as cancelled.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/context.h"
#include "models/service.h"
#include "sim/observer.h"

namespace models {

// Words that are said of many spans, as OpenTelemetry has them where it has them.
enum class SpanWord : std::uint8_t {
    user,
    key,
    operation,
    body_size,
    method,
    get,
    post,
    degraded,
    stale,
    wrong,
    chosen,
    target
};
inline constexpr std::array<std::string_view, 12> kSpanWords = {"user.id",
                                                                "spate.key",
                                                                "spate.operation",
                                                                "http.request.body.size",
                                                                "http.request.method",
                                                                "GET",
                                                                "POST",
                                                                "spate.degraded",
                                                                "spate.stale",
                                                                "spate.wrong",
                                                                "chosen",
                                                                "spate.target"};

// Its number, where the observer was told them.
inline sim::NameId name_of(const sim::Observer& observer, SpanWord word) {
    return observer.word(static_cast<std::size_t>(word));
}

class CallSpan {
public:
    struct Start {
        std::string_view name;
        sim::SpanKind kind = sim::SpanKind::client;
        bool is_left_behind = false;  // nobody waits for it: it links to what left it
    };
    CallSpan(World& world, const sim::Meter& meter, Request& request, const Start& start) {
        if (request.span != 0) [[unlikely]]
            begin(world, meter, request, start);
    }
    CallSpan(const CallSpan&) = delete;
    CallSpan& operator=(const CallSpan&) = delete;
    ~CallSpan() {
        if (number_ != 0) [[unlikely]]
            observer_->end(number_, Outcome::timed_out, cause::cancelled);
    }

    Response end(const Response& response) {
        if (number_ != 0) [[unlikely]]
            close(response);
        return response;
    }

private:
    void begin(World& world, const sim::Meter& meter, Request& request, const Start& start);
    void close(const Response& response);

    sim::Observer* observer_ = nullptr;
    sim::SpanNumber number_ = 0;
};

// Begins a user's trace, which the request is then within. It is one of those that are traced.
struct RootStart {
    sim::Time intended;
    std::string_view name;
};
void begin_root(World& world, const sim::Meter& meter, Request& request, const RootStart& start);

// Ends a span with this answer, and notes what is special about it.
void end_span(sim::Observer& observer, sim::SpanNumber span, const Response& response);

// Which instance of a node serves a request there, by its number, and in which role ("replica").
struct ServedBy {
    std::uint32_t instance;
    std::string_view role = {};
};
inline void served_by(const Context& context, const Request& request, const ServedBy& who) {
    if (request.span == 0) [[likely]]
        return;
    context.world.recorder.observer()->served_by(request.span,
                                                 {context.meter.id(), who.instance, who.role});
}

// A stretch of time that has just ended, of a request at a node.
inline void spent_in(const World& world, const Request& request, Spent what, sim::Time from,
                     sim::Time to) {
    if (request.span != 0) [[unlikely]]
        world.recorder.observer()->spent(request.span, what, from, to);
}

// The same for work that began then and waited for a core first.
inline void worked_in(const World& world, const Request& request, sim::Time began,
                      sim::Duration waited) {
    if (request.span == 0) [[likely]]
        return;
    spent_in(world, request, Spent::queueing, began, began + waited);
    spent_in(world, request, Spent::service, began + waited, world.scheduler.now());
}

}  // namespace models
