// A closer look at one request's stay at a node: its span, when it is traced, and its line in the
// access log, where one is kept.
#pragma once

#include <string_view>

#include "models/context.h"
#include "sim/frame_pool.h"
#include "sim/observer.h"

namespace models {

class ObservedRequest final : public sim::Pooled {
public:
    // Whether anybody looks at this request here.
    static bool wants(const sim::Meter& meter, const Request& request) {
        return (request.span != 0) | meter.is_logged();
    }

    // The calls that the request makes from here are within its span.
    ObservedRequest(World& world, sim::Meter& meter, Request& request);

    // Which instance this is, and where the request went from here.
    void at_instance(std::uint32_t index);
    void sent_to(std::string_view target);
    void answered() { line_.answered = world_.scheduler.now(); }

    // It leaves; the first time counts.
    void close(const Response& response);

    // The span that it came with.
    sim::SpanNumber outer_span() const { return outer_; }

private:
    World& world_;
    sim::Meter& meter_;
    sim::SpanNumber outer_;
    bool is_closed_ = false;
    sim::AccessLine line_;  // that a log may have of it in the end
};

}  // namespace models
