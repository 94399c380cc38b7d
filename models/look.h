// A closer look at one request's stay at a node: its span, when it is traced, and its line in the
// access log, where one is kept.
#pragma once

#include <string>
#include <string_view>

#include "models/context.h"
#include "sim/observer.h"

namespace models {

class Look final : public sim::Pooled {
public:
    // Whether anybody looks at this request here.
    static bool wants(const sim::Meter& meter, const Request& request) {
        return (request.span != 0) | meter.is_logged();
    }

    // The calls that the request makes from here are within its span.
    Look(World& world, sim::Meter& meter, Request& request);

    // Which instance this is, and where the request went from here.
    void at_instance(std::uint32_t index);
    void sent_to(std::string_view target);
    void answered() { answered_ = world_.scheduler.now(); }

    // It leaves; the first time counts.
    void close(const Response& response);

    const Request& request() const { return request_; }  // as it came

private:
    World& world_;
    sim::Meter& meter_;
    Request request_;
    sim::Time arrived_;
    sim::SpanNumber span_ = 0;
    std::uint32_t instance_ = sim::kNoInstance;
    bool is_closed_ = false;
    bool was_sent_ = false;
    sim::Time sent_{};
    sim::Time answered_{};
    std::string target_;
};

}  // namespace models
