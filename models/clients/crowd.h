// A population at work: makes the requests its people send.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/calls/edge.h"
#include "models/clients/calls.h"
#include "models/clients/population.h"
#include "models/clients/traces/trace_file.h"
#include "models/context.h"
#include "sim/alias_table.h"

namespace models {

class Crowd {
public:
    Crowd(const Population& population, const ClientCalls& calls, const Context& context);

    // What one person's request carries. `person` is folded into the population.
    struct Asked {
        std::uint32_t call;     // index among the client's calls
        Request request;        // its endpoint is not yet known
        std::uint32_t answer;   // bytes of the answer, where the service does not say
        std::uint32_t segment;  // index among the client's
        std::uint32_t locale;
    };
    Asked ask(std::uint64_t number, std::uint64_t person, const TracedRequest* as = nullptr) const;

    // What requests carry comes from this trace, as far as it says.
    void follow(const Trace& trace);

    // Whom the request of this number comes from, when the client does not know.
    std::uint64_t anybody(std::uint64_t number) const;

private:
    // Bytes there and back; most are constants, for which nothing is drawn.
    struct Sizes {
        sim::Distribution request;
        sim::Distribution answer;
        bool are_constant;
        std::uint32_t constant_request;
        std::uint32_t constant_answer;
    };
    static Sizes sizes_of(const ClientCall& call);

    std::uint32_t address_of(std::uint32_t person) const;
    void overwrite(Asked& asked, const TracedRequest& as) const;

    std::uint32_t people_;
    Network network_;
    std::uint32_t people_per_address_;
    std::unique_ptr<KeyLaw> keys_;
    std::vector<Segment> segments_;
    std::vector<Words::Number> segment_numbers_;
    std::vector<Words::Number> locale_numbers_;
    std::optional<sim::AliasTable> segment_table_;
    std::optional<sim::AliasTable> locale_table_;
    std::vector<ClientCall> calls_;
    std::vector<Sizes> sizes_;  // of each call
    std::optional<sim::AliasTable> call_table_;
    const Trace* trace_ = nullptr;
    std::vector<std::uint32_t> traced_calls_;  // of the trace's endpoints
    std::uint64_t requests_;
    std::uint64_t details_;
    std::uint64_t persons_;
};

}  // namespace models
