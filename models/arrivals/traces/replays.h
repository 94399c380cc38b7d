// The requests of traces that are followed through the system: what work each brings with it, by
// which worker it came, and what became of it.
//
// A request is known by its operation, which is the same wherever it goes, and for every attempt.
// Only a run with such a trace has any of this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/arrivals/traces/trace_file.h"
#include "models/request.h"
#include "sim/replayed.h"

namespace models {

class Replays {
public:
    // Which row of which client's trace.
    struct Row {
        std::uint32_t replay = 0;
        std::uint32_t row = 0;
    };

    // A client replays this trace; the number is its own.
    std::uint32_t begin(std::string client, const Trace& trace);

    void sent(const Request& request, Row row, const TracedRequest& as);
    // A balancer has chosen this target for it.
    void passed_to(const Request& request, std::string_view target, std::uint32_t number);
    void ended(Row row, const Response& response, sim::Duration latency);

    // Whether any trace has a column `work`. Known before any client begins.
    void will_say_work() { say_work_ = true; }
    bool say_work() const { return say_work_; }

    // Null: no trace says anything of this request.
    const TracedRequest* of(const Request& request) const;

    std::vector<sim::Replayed> take() { return std::move(replays_); }

private:
    struct Known {
        Row row;
        const TracedRequest* as;
    };

    bool say_work_ = false;
    std::vector<sim::Replayed> replays_;
    std::vector<std::unordered_map<std::string, std::uint32_t>> targets_;  // of each, by name
    std::unordered_map<std::uint64_t, Known> known_;                       // by operation
};

}  // namespace models
